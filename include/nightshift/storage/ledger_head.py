"""`ledger.head`, beside the ledger: how many entries there were after the last write, and the hash of the last one.

A chain whose end was cut off is still a chain; this is what knows better. It is replaced after each commit, so that a killed
process may leave it older than the ledger, which is no harm, and never newer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from nightshift.errors import Damaged
from nightshift.nouns.files import read_json, sync
from nightshift.storage.ledger_chain import Row, mend


@dataclass(frozen=True)
class Head:
    """The end of a chain."""

    entries: int
    hash: str


def head_of(ledger: Path) -> Path:
    """Where the head of a ledger's file lies."""
    return ledger.with_suffix(".head")


def read(ledger: Path) -> Head | None:
    """The head as last written; none where the ledger is of a version that wrote none."""
    file = head_of(ledger)
    if not file.is_file():
        return None
    facts = read_json(file)
    if not isinstance(facts, dict) or facts.keys() != {"entries", "hash"} or type(facts["entries"]) is not int or facts["entries"] < 1:
        raise Damaged(expected=f"the number of entries and the last hash in {file}", found=str(facts)[:80], next_step=mend(ledger))
    return Head(**facts)


def move(ledger: Path, head: Head) -> None:
    """Make this the head, whole or not at all; whoever holds the ledger's lock may, and nobody else."""
    if read(ledger) == head:
        return
    building = ledger.with_suffix(".head.new")  # one name: what a killed process left of it, the next one writes over
    building.write_text(json.dumps(asdict(head)) + "\n")
    sync(building)
    os.replace(building, head_of(ledger))
    sync(ledger.parent)


def refuse_unless_there(head: Head | None, rows: Sequence[Row], ledger: Path) -> None:
    """Refuse a chain that does not hold the head: rows were cut off, or it is another chain.

    Read the head first and the rows after it: then a writer in between only makes it older.
    """
    if head is None or (head.entries <= len(rows) and rows[head.entries - 1]["hash"] == head.hash):
        return
    raise Damaged(
        expected=f"entry {head.entries} with the hash {head.hash[:12]} in {ledger}, as {head_of(ledger).name} says",
        found=f"only {len(rows)} entries: the last ones were cut off" if head.entries > len(rows) else "another entry in its place",
        next_step=mend(ledger),
    )
