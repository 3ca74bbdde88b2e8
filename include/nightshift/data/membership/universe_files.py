"""The files that say who belonged to a market: every line checked, and all that is wrong with a file said at once."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from nightshift.config import UniverseFiles
from nightshift.data.membership.table_lines import Line, lines_of
from nightshift.errors import ConfigError
from nightshift.nouns.universe_record import Delisting, Span, UniverseRecord
from nightshift.project import PROJECT

R = TypeVar("R")

MEMBERS, DELISTINGS = ("symbol", "from", "to"), ("symbol", "session", "final_return_fraction")
COMPLAINTS_NAMED = 5


def read_until(files: UniverseFiles | None, session: dt.date) -> UniverseRecord | None:
    """What a market's files say up to a session; none where it has no such file."""
    if files is None or (files.members is None and files.delistings is None):
        return None
    members = None if files.members is None else _members(PROJECT / files.members)
    gone = None if files.delistings is None else _delistings(PROJECT / files.delistings)
    return UniverseRecord(members=members, delistings=gone).until(session)


def _members(file: Path) -> tuple[Span, ...]:
    spans = _each(file, lines_of(file, MEMBERS), _span)
    in_order = sorted(spans, key=lambda pair: (pair[1].symbol, pair[1].first))
    pairs = [(one, other) for one, other in pairwise(in_order) if one[1].symbol == other[1].symbol]
    _refuse(file, [
        f"{later.place}: {span.symbol} from {span.first}, when its span of {line.place} ({before.first} to {before.last or 'today'}) "
        "is not over: was one of the two meant for another symbol?"
        for (line, before), (later, span) in pairs if before.last is None or span.first <= before.last
    ])  # fmt: skip
    return tuple(span for _, span in in_order)


def _span(line: Line) -> Span:
    first = _day(line, "from")
    last = _day(line, "to") if line.cells["to"] else None
    if last is not None and first > last:
        raise ValueError(f"from {first} is after to {last}: were the two swapped?")
    return Span(symbol=line.cells["symbol"], first=first, last=last)


def _delistings(file: Path) -> tuple[Delisting, ...]:
    gone = sorted(_each(file, lines_of(file, DELISTINGS), _delisting), key=lambda pair: pair[1].symbol)
    _refuse(file, [
        f"{later.place}: {one.symbol} is delisted a second time, after {line.place}: give the symbol that came later a name of its own"
        for (line, before), (later, one) in pairwise(gone) if before.symbol == one.symbol
    ])  # fmt: skip
    return tuple(one for _, one in gone)


def _delisting(line: Line) -> Delisting:
    text = line.cells["final_return_fraction"]
    try:
        paid = float(text)
    except ValueError:
        hint = f": {float(text[:-1]) / 100:g} is meant?" if text.endswith("%") and _is_number(text[:-1]) else ""
        raise ValueError(f"final_return_fraction {text!r} is not a number{hint}") from None
    if not math.isfinite(paid) or paid < -1.0:
        hint = f": {paid / 100:g} is meant?" if -100.0 <= paid < -1.0 else ""
        raise ValueError(f"final_return_fraction {text} is below -1, which is everything{hint}")
    return Delisting(symbol=line.cells["symbol"], session=_day(line, "session"), final_return_fraction=paid)


def _is_number(text: str) -> bool:
    return text.strip().removeprefix("-").replace(".", "", 1).isdigit()


def _day(line: Line, name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(line.cells[name])
    except ValueError:
        raise ValueError(f"{name} {line.cells[name]!r} is not a day written YYYY-MM-DD") from None


def _each(file: Path, lines: Iterable[Line], made: Callable[[Line], R]) -> list[tuple[Line, R]]:
    """Every line as what it says, or all that is wrong with them."""
    said: list[tuple[Line, R]] = []
    wrong: list[str] = []
    for line in lines:
        try:
            if not line.cells["symbol"]:
                raise ValueError("no symbol")
            said.append((line, made(line)))
        except ValueError as fault:
            wrong.append(f"{line.place}: {line.cells['symbol']} {fault}".replace(":  ", ": "))
    _refuse(file, wrong)
    return said


def _refuse(file: Path, wrong: Sequence[str]) -> None:
    if wrong:
        more = f"; and {len(wrong) - COMPLAINTS_NAMED} more" if len(wrong) > COMPLAINTS_NAMED else ""
        raise ConfigError(
            expected=f"lines that {file} can mean", found="; ".join(wrong[:COMPLAINTS_NAMED]) + more, next_step="correct these lines"
        )
