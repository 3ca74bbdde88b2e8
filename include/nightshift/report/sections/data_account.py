"""The data account first: what came in and what is left, what to know before a number is believed, and where the rows went."""

from __future__ import annotations

from nightshift.nouns.data_account import Breach, DataAccount
from nightshift.nouns.revisions_record import RevisionsRecord
from nightshift.report.drawing.numbers import shown
from nightshift.report.gather import Found
from nightshift.report.lines.data_lines import named
from nightshift.report.sections.grid import Grid, Section, column, grid, section

KINDS = {"changed": "changed", "vanished": "vanished", "back_filled": "back-filled", "settled": "settled"}


def data_account(found: Found) -> Section | None:
    """The section; none for a night that was not checked, or of before there was an account."""
    if found.data is None:
        return None
    rows = [[name, says] for name, says in named(found.data)]
    tables = [
        grid("", [column("What"), column("Of this night", "text")], rows, fold=False),
        *breaches("Warnings, what costs most first", found.data.warnings), *_losses(found.data), *_symbols(found.data),
        *(_revisions(found.revisions) if found.revisions else ()),
    ]  # fmt: skip
    return section("data-account", "Data account", "The data, before anything else", found.data.sentence + ".", tables)


def breaches(title: str, rows: tuple[Breach, ...]) -> list[Grid]:
    """What does not hold, each with what governs it and what to try; nothing where everything holds."""
    columns = [column("Found"), column("Allowed", "text"), column("Worst", "text"), column("Key", "text"), column("What to try", "text")]
    cells = [[one.says, one.allowed, one.worst_words, f"{one.key}: {one.value}" if one.key else "", one.next_step] for one in rows]
    return [grid(title, columns, cells, fold=False)] if rows else []


def _losses(account: DataAccount) -> list[Grid]:
    columns = [
        column("Rows"), column("Became", "word"), column("Rows", "count"), column("In the test part", "count"), column("Share", "percent"),
        column("Allowed", "percent"), column("Worst symbols", "text"), column("Key", "text"),
    ]  # fmt: skip
    cells = [
        [
            f"{one.reason}: {one.words}", one.became, one.rows, one.test_rows, one.fraction, one.limit_fraction,
            ", ".join(f"{worst.symbol} {shown(worst.rows, 'count')}" for worst in one.worst), one.key,
        ]
        for one in account.lost
    ]  # fmt: skip
    return [grid("Where rows went, what costs most first", columns, cells, fold=False)] if cells else []


def _symbols(account: DataAccount) -> list[Grid]:
    out = [[one.symbol, one.why] for one in account.left_out]
    tables = [grid("Symbols left out", [column("Symbol"), column("Why", "text")], out, fold=len(out) > 12)] if out else []
    kinds = (
        ("Histories mended", account.mended, "Certain, and on one scale again."),
        ("Moves suspected", account.suspected, f"{account.suspicions} that may not be the market's, the largest first; used as they are."),
    )
    columns = [column("Symbol"), column("Session", "word"), column("Why", "text")]
    for title, of_symbols, lead in kinds:
        rows = [[one.symbol, one.session, one.why] for one in of_symbols]
        tables += [grid(title, columns, rows, fold=len(rows) > 12, lead=lead)] if rows else []
    return tables


def _revisions(revised: RevisionsRecord) -> list[Grid]:
    """What the vendor rewrote since the last accepted night."""
    bars = [
        [one.symbol, one.session, KINDS[one.kind], one.old_close, one.new_close, one.old_volume, one.new_volume] for one in revised.bars
    ]
    columns = [
        column("Symbol"), column("Session", "word"), column("Bar", "word"), column("Close then", "precise"), column("Close now", "precise"),
        column("Volume then", "count"), column("Volume now", "count"),
    ]  # fmt: skip
    scaled = [[one.symbol, one.until, one.ratio, one.rows] for one in revised.rescaled]
    of_scale = [column("Symbol"), column("Up to", "word"), column("New prices over old", "precise"), column("Bars", "count")]
    tables = []
    if bars:
        tables.append(grid(f"Revised bars ({len(bars)} named, the newest first)", columns, bars, fold=len(bars) > 12, lead=reach(revised)))
    if scaled:
        lead = "Splits and dividends make a vendor scale a whole history; its returns stay as they were, and it counts against no limit."
        tables.append(grid("Rescaled histories", of_scale, scaled, fold=len(scaled) > 12, lead=lead))
    return tables


def reach(revised: RevisionsRecord) -> str:
    """How much of the columns and labels can be other than it was."""
    at = revised.reach
    labels = f"at most {shown(at.label_rows, 'count')} labels"
    if at.columns_rows is None or at.columns_sessions is None:
        return f"Since then {labels} can differ; the earlier night's columns are not there to say how far back they look."
    rows, sessions = shown(at.columns_rows, "count"), shown(at.columns_sessions, "count")
    return f"At most {rows} rows of these symbols, columns that compare symbols in {sessions} sessions, and {labels} can differ by it."
