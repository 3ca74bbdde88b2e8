"""Which order a file's days are in: by what is possible, then by the calendar, then by steady spacing; else refused with both readings."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from nightshift import sessions
from nightshift.data.sources.reading.evidence.dates import ORDERS, day_of, kind_of, zone_of
from nightshift.data.sources.reading.evidence.marks import BLANKS
from nightshift.data.sources.reading.evidence.zones import instant_of, local_days, refuse_two_days
from nightshift.data.sources.reading.recognised import DateOrder
from nightshift.errors import SourceUnreadable

if TYPE_CHECKING:
    import pyarrow as pa

STEADY_GAP_DAYS = 7  # between neighbouring daily bars, holidays included
STEADY_FROM = 5  # that many different days show a spacing
MOSTLY = 0.9
ISO = r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?$"
LATE = re.compile(r"[T ](?:1[2-9]|2[0-3]):.*(?:Z|UTC|GMT|[+-]00:?00)$")
SAMPLED = 32  # cells that show how a file writes its days


@dataclass(frozen=True)
class Order:
    """How a file's days are read."""

    kind: str  # one of `dates`
    order: str


@dataclass(frozen=True)
class Days:
    """A column as days; `unread` is the place of its first cell that is none."""

    column: pa.Array
    order: Order | None
    example: str
    unread: int | None

    @property
    def written(self) -> DateOrder | None:
        """How the days are written, in a form's words."""
        if self.order is None:
            return "file_name" if self.example else None
        return cast("DateOrder", self.order.order)


def decided(texts: list[str], readings: list[Order], calendar: str | None, where: str) -> Order:
    """The one reading that evidence leaves, or a refusal that shows both."""
    days = [[day for day in (day_of(text, reading.kind, reading.order) for text in texts) if day] for reading in readings]
    shares = [_share_on_sessions(these, calendar) for these in days] if len(readings) > 1 else [1.0]
    left = [at for at, share in enumerate(shares) if share == 1.0] or list(range(len(readings)))
    if len(left) > 1:
        left = [at for at in left if shares[at] >= MOSTLY and _is_steady(days[at])] or left
    if len(left) == 1:
        return readings[left[0]]
    shown = " or ".join(f"{days[at][0]} ({readings[at].order})" for at in left)
    raise SourceUnreadable(
        expected=f"days in {where} with one reading", found=f"{texts[0]!r}, which is {shown}, and no other day in the file decides",
        next_step=f"write `dates: {readings[left[0]].order}` or `dates: {readings[left[1]].order}` under `source:`",
    )  # fmt: skip


def _share_on_sessions(days: list[dt.date], calendar: str | None) -> float:
    """How many of the days are ones on which the market, or without a calendar any market of weekdays, trades."""
    if calendar is None:
        return float(np.mean([day.weekday() < 5 for day in days]))
    known = sessions.between(calendar, min(days), max(days))
    return float(np.isin(np.array(days, dtype="datetime64[D]"), known).mean())


def _is_steady(days: list[dt.date]) -> bool:
    """Whether the days follow each other as daily bars do, and the file has them in order."""
    steps = np.diff(np.array(days, dtype="datetime64[D]")).astype(int)
    gaps = np.abs(steps[steps != 0])
    in_order = bool((steps >= 0).all() or (steps <= 0).all())
    return in_order and len(gaps) + 1 >= STEADY_FROM and bool((gaps <= STEADY_GAP_DAYS).mean() >= MOSTLY)


def _iso(column: pa.Array) -> pa.Array | None:
    """Days that are all written as 2026-11-19, at once; anything else is for a closer look."""
    import pyarrow as pa
    import pyarrow.compute as pc

    bare = len(column) > 0 and len(column[0].as_py()) == len("2026-11-19")
    if not len(column) or (not bare and not pc.all(pc.match_substring_regex(column, ISO)).as_py()):
        return None
    try:
        return (column if bare else pc.utf8_slice_codeunits(column, 0, 10)).cast(pa.date32())
    except pa.ArrowInvalid:
        return None


def _is_instant(column: pa.ChunkedArray, zone: str | None) -> bool:
    """Whether the first cell says a time after noon in UTC, or any where a zone is settled: its day may be another at the exchange."""
    text = next((cell for cell in column[:1].to_pylist() if cell), "")
    return zone_of(text) is not None and bool(zone or LATE.search(text))


def _first_impossible(texts: list[str], kind: str | None, orders: list[str]) -> str:
    """The first cell that is no day, in the order under which most cells are."""
    wrong = [[text for text in texts if day_of(text, kind, order) is None] for order in orders] if kind else []
    return min(wrong, key=len)[0] if wrong else texts[0]


def _commonest(kinds: list[str | None]) -> str | None:
    counted = Counter(kind for kind in kinds if kind)
    return counted.most_common(1)[0][0] if counted else None


def days_of(column: pa.ChunkedArray, settled: str | None, calendar: str | None, where: str, zone: str | None = None) -> Days:
    """A column of text as days; of instants in UTC those of a zone, where one is settled."""
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = None if _is_instant(column, zone) else _iso(column.combine_chunks())
    if plain is not None:
        return Days(plain, Order("year_first", "year_first"), column[0].as_py(), None)
    encoded = pc.utf8_trim_whitespace(column.combine_chunks()).dictionary_encode()
    texts = [text or "" for text in encoded.dictionary.to_pylist()]
    there = [text for text in texts if text not in BLANKS]
    if not there:
        return Days(pa.nulls(len(column), pa.date32()), None, "", None)
    kind = _commonest([kind_of(text) for text in there[:SAMPLED]])
    orders = ORDERS.get(kind, (kind,)) if kind else ()
    wanted = [order for order in orders if settled not in orders or order == settled]
    left = [Order(kind, order) for order in wanted if kind and all(day_of(text, kind, order) for text in there)]
    if not left:
        wrong = _first_impossible(there, kind, wanted)
        place = int(np.flatnonzero(encoded.indices.to_numpy(zero_copy_only=False) == texts.index(wrong))[0])
        return Days(pa.nulls(len(column), pa.date32()), None, wrong, place)
    chosen = decided(there, left, calendar, where)
    by_text = {text: day_of(text, chosen.kind, chosen.order) for text in there}
    instants = [instant for instant in (instant_of(text, chosen.kind) for text in there) if instant]
    if len(instants) == len(there) and zone:
        by_text = dict(zip(there, local_days(instants, zone), strict=True))
    elif len(instants) == len(there):
        refuse_two_days(instants, calendar, where)
    days = pa.array([by_text.get(text) for text in texts], pa.date32())
    return Days(days.take(encoded.indices), chosen, there[0], None)
