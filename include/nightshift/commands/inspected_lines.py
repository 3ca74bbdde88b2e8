"""What an inspection is told as: one paragraph a question, the same as facts, and what to type next."""

from __future__ import annotations

import datetime as dt
import math
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.commands.answers import folded

if TYPE_CHECKING:
    from nightshift.nouns.data_account import Lost
    from nightshift.running.inspection.folder_inspection import Inspection

NAMED_GROUPS = 12
INDENT = 10


def told(inspection: Inspection, file: Path | None, now: dt.datetime) -> tuple[dict, list[str]]:
    """The facts, and the same in lines for people."""
    from nightshift.data.columns import chosen
    from nightshift.running.inspection.night_cost import night_cost
    from nightshift.running.inspection.said import calendar_words, prices_words, universe_words

    evidence, market = inspection.evidence, inspection.market
    cost = night_cost(evidence.universe.rows, len(chosen(market.columns)), market.family_names)
    said = [
        *(("file", line) for line in _files(inspection)),
        ("calendar", f"{inspection.calendar}: {calendar_words(inspection.fits, inspection.calendar)}"),
        ("universe", universe_words(evidence)),
        *(("TOO SHORT", line) for line in [evidence.universe.shortness] if line),
        ("prices", prices_words(evidence)),
        ("capital", f"{market.costs.capital_words}; {inspection.capital_why}"),
        *(("cleaning", _lost_words(one)) for one in inspection.lost),
        *(("refused", f"{limit}, whatever the file says") for limit in inspection.refusals),
        *(("widened", f"{was}; the file allows {now_.limit:g}") for was, now_ in inspection.widened),
        ("a night", f"{cost} with {', '.join(market.family_names)}"),
        *(("next", line) for line in _next(inspection, file, now)),
    ]  # fmt: skip
    return _facts(inspection, file), [line for label, text in said for line in folded(f"{label:<{INDENT}}{text}", indent=INDENT)]


def _files(inspection: Inspection) -> Iterator[str]:
    from nightshift.running.inspection.said import alike_words

    groups = inspection.folder.alike
    yield from (alike_words(group) for group in groups[:NAMED_GROUPS])
    if len(groups) > NAMED_GROUPS:
        yield f"and {sum(len(group.files) for group in groups[NAMED_GROUPS:])} more in {len(groups) - NAMED_GROUPS} other ways of writing"
    for file in inspection.folder.unread:
        yield f"{file.file} is left out by `ignore`: expected {file.expected}; found {file.found}; next: {file.next_step}"
    if inspection.folder.files.left_out:
        yield f"no bars: {', '.join(inspection.folder.files.left_out[:NAMED_GROUPS])}"


def _lost_words(one: Lost) -> str:
    """What a night would drop or repair for one reason."""
    worst = f"; most of {', '.join(f'{symbol.symbol} ({symbol.rows:,})' for symbol in one.worst)}" if one.worst else ""
    test = f", {one.test_rows:,} of them in the test part" if one.test_rows else ""
    return f"{one.rows:,} rows {one.words} would be {one.became} ({one.fraction:.2%}{test}{worst})"


def _next(inspection: Inspection, file: Path | None, now: dt.datetime) -> Iterator[str]:
    """What can be typed now: the file written, then a night near the end of the bars."""
    from nightshift.config import markets_folder

    name, newest = inspection.market.market, inspection.evidence.newest
    if file is None:
        where = shlex.quote(str(inspection.folder.files.place))
        yield f"nightshift inspect {where} --market {name} --write {_shown(markets_folder() / f'{name}.yaml')}"
        return
    elsewhere = file.parent.resolve() != markets_folder().resolve()
    prefix = f"NIGHTSHIFT_MARKETS={shlex.quote(str(file.parent))} " if elsewhere else ""
    if inspection.market.schedule.finished_on:
        yield f"{prefix}nightshift run --market {name}"
        yield f"(its bars end on {newest.session}: `finished_on` in the file lets a night stand for that session)"
        return
    old = (now - newest.known_at).total_seconds() / 3600 > inspection.market.quality.max_data_age_hours
    yield f"{prefix}nightshift run --market {name}" + (f" --as-of {newest.as_of}" if old or newest.sessions_later else "")
    if old:
        yield f"(the newest bars were known on {newest.as_of}: a night of today would refuse them as too old)"


def _shown(file: Path) -> Path:
    """Below the folder one is in, without the folders above it."""
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file


def _facts(inspection: Inspection, file: Path | None) -> dict:
    evidence = inspection.evidence
    universe, newest, turnover = evidence.universe, evidence.newest, evidence.turnover
    return {
        "market": inspection.market.market,
        "written": str(file) if file else None,
        "files": [
            {"file": one.form.file, "layout": one.form.layout, "symbols": len(one.symbols), "rows": one.rows, "days": one.form.date_order,
             "zone": one.form.time_zone, "first_session": one.first_session, "last_session": one.last_session,
             "adjusted": one.form.adjusted, "notes": one.notes}
            for one in inspection.folder.recognised
        ],
        "left_out": [{"file": one.file, "found": one.found, "ignore": one.ignore} for one in inspection.folder.unread],
        "calendar": inspection.calendar,
        "calendars": [{"name": fit.name, "matched_fraction": fit.matched_fraction} for fit in inspection.fits[:3]],
        "symbols": universe.symbols, "sessions": universe.sessions, "rows": universe.rows, "ended": universe.ended,
        "session": newest.session, "as_of": newest.as_of, "symbols_there": newest.symbols_there, "symbols_listed": newest.symbols_listed,
        "prices": evidence.adjustment.state, "unadjusted_moves": [dict(move) for move in evidence.adjustment.moves],
        "currency": evidence.money.currency,
        "turnover_of_median_symbol": turnover.of_median_symbol if math.isfinite(turnover.of_median_symbol) else None,
        "initial_capital": inspection.market.costs.initial_capital,
        "limits": [
            {"key": one.key, "measured": one.measured, "limit": one.limit, "kept": one.is_kept} for one in inspection.limits
        ],
    }  # fmt: skip
