"""Instants in UTC as days of an exchange: 17:00 of a Monday in UTC is Tuesday in Vietnam."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from nightshift import sessions
from nightshift.data.sources.spellings import as_session
from nightshift.errors import Unsettled

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})")
UTC = frozenset(["UTC", "+00:00", "Etc/UTC"])
NOON = 12 * 60
AFTER_CLOSE_HOURS = 4  # vendors stamp a day with its close, or soon after


def zone_named(name: str) -> dt.tzinfo:
    """A zone by its name or its offset.

    >>> zone_named("+07:00"), zone_named("Asia/Tokyo")
    (datetime.timezone(datetime.timedelta(seconds=25200)), zoneinfo.ZoneInfo(key='Asia/Tokyo'))
    """
    met = _OFFSET.fullmatch(name)
    if met:
        return dt.timezone((1 if met[1] == "+" else -1) * dt.timedelta(hours=int(met[2]), minutes=int(met[3])))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError):
        raise ValueError('expected a zone such as Asia/Tokyo or "+07:00"') from None


def instant_of(text: str, kind: str) -> dt.datetime | None:
    """The instant that a cell says; none where it is a day, or a time without a zone.

    >>> (
    ...     str(instant_of("2024-01-01T17:00:00Z", "year_first")),
    ...     str(instant_of("1704128400", "epoch")),
    ...     instant_of("2024-01-01", "year_first"),
    ... )
    ('2024-01-01 17:00:00+00:00', '2024-01-01 17:00:00+00:00', None)
    """
    if kind == "epoch":
        digits = len(text.split(".", maxsplit=1)[0])
        return dt.datetime.fromtimestamp(float(text) / {9: 1, 10: 1, 12: 1e3, 13: 1e3, 15: 1e6, 16: 1e6}.get(digits, 1e9), dt.UTC)
    met = _CLOCK.fullmatch(text)
    if met is None:
        return None
    offset = dt.UTC if met[4] in {"Z", "UTC", "GMT"} else zone_named(met[4])
    return dt.datetime.combine(dt.date.fromisoformat(text[:10]), dt.time(int(met[1]), int(met[2]), int(met[3] or 0)), offset)


def local_days(instants: Sequence[dt.datetime], zone: str) -> list[dt.date]:
    """Their days in a zone."""
    there = zone_named(zone)
    return [instant.astimezone(there).date() for instant in instants]


def refuse_two_days(instants: Sequence[dt.datetime], calendar: str | None, where: str) -> None:
    """Refuse stamps after noon in UTC that are rather the next day's, with both readings and the key that settles it."""
    first = instants[0]
    minutes = first.hour * 60 + first.minute
    if first.utcoffset() or minutes < NOON:  # a zone of its own is the exchange's; before noon no zone east of UTC begins a day
        return
    written = np.array([instant.date() for instant in instants], dtype="datetime64[D]")
    share, next_share = _on_sessions(written, calendar), _on_sessions(written + 1, calendar)
    if share > next_share or (share == next_share and not _long_after_close(first, calendar)):
        return
    ahead = 24 * 60 - minutes
    zone = f"+{ahead // 60:02d}:{ahead % 60:02d}"
    raise Unsettled(
        expected=f"days in {where} with one reading",
        found=f"{first:%Y-%m-%dT%H:%MZ}, which is {written[0]} in UTC or {written[0] + 1} where midnight is {zone} ahead of it",
        next_step=f"write `zone: \"{zone}\"` (or the exchange's, such as Asia/Tokyo) under `source:`, or `zone: UTC`",
        settles=("zone", zone),
    )  # fmt: skip


def typed_days(column: pa.ChunkedArray, zone: str | None, calendar: str | None, where: str) -> pa.Array | pa.ChunkedArray:
    """A column of dates or instants as days; of instants with a zone, those of the zone that is settled."""
    import pyarrow as pa

    its_own = getattr(column.type, "tz", None)
    if its_own is None or (its_own not in UTC and zone is None) or not len(column):
        return as_session(column)
    instants = column.cast(pa.timestamp("us", "UTC"), safe=False).to_pylist()
    if zone:
        return pa.array(local_days(instants, zone), pa.date32())
    refuse_two_days(sorted(set(instants)), calendar, where)
    return as_session(column)


def _on_sessions(days: np.ndarray, calendar: str | None) -> float:
    """The share of the days on which the market, or without a calendar any market of weekdays, trades."""
    if calendar is None:
        return float(((days.astype(int) + 3) % 7 < 5).mean())
    return float(np.isin(days, sessions.between(calendar, days.min().item(), days.max().item())).mean())


def _long_after_close(stamp: dt.datetime, calendar: str | None) -> bool:
    day = stamp.date()
    if calendar is None or not sessions.is_session(calendar, day):
        return False
    return stamp - sessions.close_of(calendar, day) > dt.timedelta(hours=AFTER_CLOSE_HOURS)
