"""The chain over the ledger's rows: each carries the hash of its own values, as they are stored, and that of the row before.

How a later version reads a row changes no chain. A chain says nothing about rows cut off at its end: that is the head's part.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nightshift.errors import Damaged

Row = dict[str, Any]  # by column, as SQLite holds it

BEGINNING = "0" * 64
COLUMNS = (
    "market", "kind", "version", "release", "night", "session", "as_of", "who", "why", "evidence", "previous_version", "at",
)  # fmt: skip


def linked(facts: Row, before: Row | None) -> Row:
    """The facts as the row after the one before, its evidence as canonical text.

    >>> first = linked(dict.fromkeys(COLUMNS, "") | {"evidence": {"b": 1, "a": 2}}, None)
    >>> first["id"], first["evidence"], first["previous_hash"] == BEGINNING
    (1, '{"a": 2, "b": 1}', True)
    """
    chained = facts | {"previous_hash": before["hash"] if before else BEGINNING}
    number = before["id"] + 1 if before else 1
    return {"id": number, **chained, "evidence": _canonical(facts["evidence"]), "hash": _hash(chained)}


def verified(rows: Sequence[Row], file: Path) -> Sequence[Row]:
    """The rows, when each is the one that was written after the row before."""
    before = None
    for number, row in enumerate(rows, start=1):
        if not _is_as_written(row, before):
            raise Damaged(
                expected=f"an unbroken ledger in {file}",
                found=f"entry {number} ({named(row)}) is not what was written",
                next_step=mend(file),
            )
        before = row
    return rows


def evidence(row: Row) -> Any:
    """The facts that a row's text holds; the text itself where it holds none."""
    try:
        return json.loads(row["evidence"])
    except (ValueError, TypeError):
        return row["evidence"]


def named(row: Row) -> str:
    """A row in a few words that can be printed: market, kind, and its version, or its night where it has none."""
    return f"{row['market']} {row['kind']} {row['version'] or row['night']}".encode("utf-8", "backslashreplace").decode()


def mend(file: Path) -> str:
    """What to do about a ledger that is not what was written; until then only reading works."""
    return (
        f"nothing is promoted, rolled back or noted until it is mended, and what is served stays: save what is readable (nightshift "
        f"ledger export --out FILE), restore {file.name}* and ledger.head in {file.parent} from one copy, then nightshift ledger verify"
    )


def _is_as_written(row: Row, before: Row | None) -> bool:
    facts = {name: row[name] for name in COLUMNS} | {"evidence": evidence(row)}
    return linked(facts, before) == row


def _hash(chained: Row) -> str:
    return hashlib.sha256(_canonical({name: chained[name] for name in (*COLUMNS, "previous_hash")}).encode()).hexdigest()


def _canonical(facts: Any) -> str:
    # Bytes are never written: where somebody put them, they hash to something else than any text.
    return json.dumps(facts, sort_keys=True, default=lambda value: {"bytes": bytes(value).hex()})
