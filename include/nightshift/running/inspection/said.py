"""What an inspection says of a folder in sentences: the head of the market file, and the same on a terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nightshift.data.money.turnover import in_words

if TYPE_CHECKING:
    from nightshift.running.inspection.folder_inspection import Evidence
    from nightshift.running.inspection.seen_files import Alike, SeenFolder
    from nightshift.sessions.fitting import Closeness

NAMED = 6
GOOD_FIT = 0.95


def head(files: SeenFolder, evidence: Evidence) -> tuple[str, ...]:
    """The head of a market file: what was there when it was written."""
    said = [
        "Written by `nightshift inspect`, which read these files; everything here may be corrected by hand.",
        *(f"Files: {alike_words(group)}" for group in files.alike[:NAMED]),
        f"Universe: {universe_words(evidence)}",
        f"Prices: {prices_words(evidence)}",
    ]
    if files.unread:
        said.append(f"Left out (`ignore`): {'; '.join(f'{file.file}: {file.found}' for file in files.unread[:NAMED])}")
    return tuple(said)


def alike_words(group: Alike) -> str:
    """One group of files that are written the same way."""
    form, n = group.first.form, len(group.files)
    name = form.file.rsplit("/", 1)[-1]
    who = f"{n} files like {name}" if n > 1 else name
    symbols = f"{len(group.symbols)} symbols" if len(group.symbols) > 1 else group.symbols[0]
    first, last = min(file.first_session for file in group.files), max(file.last_session for file in group.files)
    parts = [
        form.layout, f"{symbols} by {form.symbol_from}", f"{group.rows:,} rows, {first} to {last}",
        f"days {str(form.date_order).replace('_', ' ')} ({form.date_example})", f"zone {', '.join(group.zones)}" if group.zones else "",
        _marks(group), f"adjusted by {form.adjusted}" if form.adjusted != "unknown" else "no adjusted close",
        f"not read: {', '.join(form.unused[:NAMED])}" if form.unused else "", *group.first.notes,
    ]  # fmt: skip
    return f"{who}: {'; '.join(part for part in parts if part)}"


def _marks(group: Alike) -> str:
    form = group.first.form
    said = [
        f"columns cut by {form.delimiter!r}" if form.delimiter not in {None, ","} else "",
        "decimal commas" if form.decimal_mark == "," else "",
        f"thousands marked by {form.thousands_mark!r}" if form.thousands_mark else "",
    ]
    return ", ".join(part for part in said if part)


def universe_words(evidence: Evidence) -> str:
    """How many symbols and sessions, who reaches the end, and what that means."""
    universe, newest = evidence.universe, evidence.newest
    later = f"; {newest.sessions_later} later sessions are those of few symbols, until {newest.last_bar}" if newest.sessions_later else ""
    return (
        f"{universe.symbols} symbols, {universe.sessions} sessions, {universe.rows:,} rows; {newest.symbols_there} of "
        f"{newest.symbols_listed} listed symbols have a bar on {newest.session}{later}; {universe.survivorship}"
    )


def prices_words(evidence: Evidence) -> str:
    """Adjusted or not, in which money, and how much of it is traded."""
    moves = evidence.adjustment.moves
    named = f" ({', '.join(f'{move.symbol} {move.session} ×{move.value}' for move in moves[:NAMED])}{' …' if len(moves) > NAMED else ''})"
    traded = evidence.turnover.of_median_symbol
    volume = (
        f"the median symbol turns over {in_words(traded)} a day, all {in_words(evidence.turnover.of_all)}"
        if math.isfinite(traded)
        else "there are no volumes"
    )
    return (
        f"{evidence.adjustment.state}: {evidence.adjustment.why}{named if moves else ''}; probably {evidence.money.currency} "
        f"({evidence.money.why}), the median close is {evidence.universe.median_close:.4g}; {volume}"
    )


def calendar_words(fits: tuple[Closeness, ...], calendar: str) -> str:
    """How well the calendar fits, and what fits next."""
    own = next((fit for fit in fits if fit.name == calendar), None)
    others = [fit for fit in fits if fit.name != calendar]
    fitted = f"its sessions and the files' days agree by {own.matched_fraction:.1%}" if own else "named by hand"
    next_best = f"; next {others[0].name} {others[0].matched_fraction:.1%}" if others else ""
    poor = own is not None and own.matched_fraction < GOOD_FIT
    return fitted + next_best + ("; NO calendar fits well: bars of several exchanges, or days read wrongly?" if poor else "")
