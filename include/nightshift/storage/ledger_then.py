"""The ledger as a night found it: the entries before its own look, chained as they are, in a file of their own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from nightshift.storage import ledger_file
from nightshift.storage.ledger_chain import COLUMNS, Row, evidence
from nightshift.storage.ledger_rows import LOOK


def before(file: Path, night: str, otherwise: dt.datetime) -> list[Row]:
    """The rows that were there when this night looked; those of before `otherwise`, where it never did."""
    known = ledger_file.read(file)
    own = next((place for place, row in enumerate(known) if row["kind"] == LOOK and row["night"] == night), None)
    return [row for row in known if dt.datetime.fromisoformat(row["at"]) <= otherwise] if own is None else known[:own]


def copy(rows: list[Row], to: Path) -> None:
    """Write these rows as a ledger: the beginning of a chain is a chain, with the same hashes."""
    if not rows:
        return
    with ledger_file.writing(to) as (database, known):
        written = list(known)
        for row in rows:
            facts = {name: row[name] for name in COLUMNS} | {"evidence": evidence(row)}
            written.append(ledger_file.insert(database, facts, written))
