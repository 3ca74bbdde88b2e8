"""What is served says about the next session: the strongest signals, and what last time's would be by tonight's bars."""

from __future__ import annotations

from nightshift.nouns.signals import Signals
from nightshift.nouns.signals_record import SignalsRecord
from nightshift.report.gather import Found
from nightshift.report.lines.signal_lines import headline, otherwise
from nightshift.report.sections.grid import Grid, Section, column, grid, section

STRONGEST = 20
CHANGED = 12


def next_session(found: Found) -> Section | None:
    """The section; none for a night of before there were signals."""
    if found.signals is None:
        return None
    record, said = found.signals.record, found.signals.rows
    tables = [*(_strongest(record, said) if said is not None else ()), *_changed(record)]
    return section("signals", "Signals", f"Signals for {record.for_session}", _lead(record), tables)


def _lead(record: SignalsRecord) -> str:
    told = headline(record)
    if record.counts is None:
        return f"{told[0].upper()}{told[1:]}."
    again = record.recheck
    checked = f" Those of {again.session} are the same when they are made again from tonight's bars." if again and again.equal else ""
    return f"Version {told}. Strategy: {record.strategy}.{checked}"


def _strongest(record: SignalsRecord, said: Signals) -> list[Grid]:
    top = said.strongest(STRONGEST)
    columns = [
        column("Symbol"), column("Position", "percent", signed=True), column("Before", "percent", signed=True), column("Score", "precise"),
        column("Expected cost", "bps"), column(f"Cost in {record.currency}", "money"), column("Last close", "precise"),
    ]  # fmt: skip
    numbers = (top.position, top.previous_position, top.score, top.cost_bps, top.cost_amount, top.last_close)
    rows = [[symbol, *(float(values[row]) for values in numbers)] for row, symbol in enumerate(top.symbols)]
    title = f"The {len(rows)} strongest of {len(said.symbols)}" if len(said.symbols) > len(rows) else ""
    return [grid(title, columns, rows, fold=False)]


def _changed(record: SignalsRecord) -> list[Grid]:
    says = otherwise(record)
    if not says or record.recheck is None:
        return []
    columns = [
        column("Symbol"), column("Score then", "precise"), column("Score now", "precise"), column("Position then", "percent"),
        column("Position now", "percent"), column("Why", "text"),
    ]  # fmt: skip
    worst = record.recheck.worst[:CHANGED]
    rows = [[one.symbol, one.score_then, one.score_now, one.position_then, one.position_now, one.cause] for one in worst]
    return [grid(f"Signals of {record.recheck.session}, made again", columns, rows, fold=False, lead=f"{says[0].upper()}{says[1:]}.")]
