"""The ledger's rows as nouns, and nouns as its rows. Changes of what is served and looks share one table and one chain."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from nightshift.errors import Damaged
from nightshift.nouns.ledger_entry import Change, LedgerEntry
from nightshift.nouns.look import Look, LookEntry
from nightshift.nouns.record import Noun
from nightshift.storage.ledger_chain import Row, evidence, named

LOOK = "look"  # the kind of a row that changes nothing of what is served

Kind = TypeVar("Kind", bound=Noun)


def row_of_change(change: Change, previous_version: str | None, at: str) -> Row:
    """A change as the facts of a row."""
    return change.model_dump(mode="json") | {"previous_version": previous_version, "at": at}


def row_of_look(look: Look, facts: Mapping[str, str]) -> Row:
    """A look as the facts of a row: it has no version, and what it saw is its evidence."""
    nothing = {"kind": LOOK, "version": "", "release": "", "why": "", "previous_version": None}
    return {**facts, **nothing, "evidence": look.model_dump(mode="json")}


def entry_of(row: Row, file: Path) -> LedgerEntry:
    """A row of a change, read."""
    return _read(LedgerEntry, {name: value for name, value in row.items() if name != "id"} | {"evidence": evidence(row)}, row, file)


def look_entry_of(row: Row, file: Path) -> LookEntry:
    """A row of a look, read."""
    facts = {name: row[name] for name in LookEntry.model_fields if name != "look"} | {"look": evidence(row)}
    return _read(LookEntry, facts, row, file)


def _read(kind: type[Kind], facts: Row, row: Row, file: Path) -> Kind:
    try:
        return kind.model_validate(facts)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        raise Damaged(
            expected=f"an entry of the ledger in {file} that this version knows ({named(row)})",
            found=f"{'.'.join(map(str, first['loc']))}: {first['msg']}",
            next_step="install the version of Nightshift that wrote it, or restore the file from a copy",
        ) from None
