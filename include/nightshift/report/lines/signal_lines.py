"""A night's signals in plain lines: whose answer for which session and until when, the strongest, and what last time's would be now."""

from __future__ import annotations

from nightshift.nouns.signals import Signals
from nightshift.nouns.signals_record import SignalsRecord
from nightshift.report.drawing.numbers import shown

STRONGEST = 5  # in a line
CHANGED = 3


def headline(record: SignalsRecord) -> str:
    """Version, session, expiry and the numbers in one sentence; or why there are none."""
    if record.counts is None:
        return f"none for {record.for_session}: {record.why_none}"
    counts, dry = record.counts, " (of a dry run)" if record.dry_run else ""
    short = f", {counts.short} short" if counts.short else ""
    told = f"{counts.long} long{short} of {counts.symbols}; {shown(counts.turnover_fraction, 'percent1')} to trade"
    cost = f"for about {shown(counts.cost_bps, 'bps')}, {shown(counts.cost_amount, 'money')} {record.currency}"
    unanswered = counts.symbols - counts.answered
    without = f"; {unanswered} without an answer" if unanswered else ""
    return f"{record.version} for {record.for_session}, good until {record.expires_at:%Y-%m-%d %H:%M} UTC{dry}: {told} {cost}{without}"


def strongest(said: Signals, n_symbols: int = STRONGEST) -> str:
    """The largest positions, each with its score; empty where nothing is held."""
    top = said.strongest(n_symbols)
    held = [row for row, position in enumerate(top.position.tolist()) if position]
    named = (f"{top.symbols[row]} {shown(float(top.position[row]), 'percent1', signed=True)} ({top.score[row]:.3g})" for row in held)
    return ", ".join(named)


def otherwise(record: SignalsRecord) -> str:
    """What of last time's signals is not what it would be now; empty where they are equal, or were not asked again."""
    again = record.recheck
    if again is None or again.equal:
        return ""
    some = "; ".join(f"{one.symbol}: {one.cause}" for one in again.worst[:CHANGED])
    more = f"; and {again.changed - CHANGED} more" if again.changed > CHANGED else ""
    return f"{again.changed} of {again.symbols} would be otherwise by tonight's bars: {again.cause}" + (f" ({some}{more})" if some else "")


def named(record: SignalsRecord, said: Signals | None) -> tuple[tuple[str, str], ...]:
    """Pairs of a name and what it says."""
    name = "NO SIGNALS" if record.counts is None and record.version else "signals"
    told = ((name, headline(record)), ("strongest", strongest(said) if said is not None else ""))
    earlier = (f"signals of {record.recheck.session}", otherwise(record)) if record.recheck else ("", "")
    return tuple((key, says) for key, says in (*told, earlier) if says)


def lines(record: SignalsRecord, said: Signals | None = None) -> list[str]:
    """The same, a line each."""
    return [f"{name:9} {says}" for name, says in named(record, said)]
