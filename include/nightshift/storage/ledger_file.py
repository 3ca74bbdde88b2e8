"""The ledger's file: one SQLite table for all markets (WAL, synchronous FULL), and the chain over its rows as they are stored.

An entry is there after its commit survives any kill, or it never was. Rows can be neither changed nor removed (triggers), and
each carries the hash of the one before, so that an edit behind SQLite's back is found. The hash is over the stored values:
how a later version reads them changes no chain.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nightshift.errors import Damaged, ReleaseRefused
from nightshift.storage import locks

Row = dict[str, Any]  # by column, as stored; the evidence as the facts that its text holds

_BEGINNING = "0" * 64
_COLUMNS = (
    "market", "kind", "version", "release", "night", "session", "as_of", "who", "why", "evidence", "previous_version", "at",
)  # fmt: skip
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY,
    market TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('promote', 'rollback', 'force', 'refuse')),
    version TEXT NOT NULL, release TEXT NOT NULL, night TEXT NOT NULL, session TEXT NOT NULL, as_of TEXT NOT NULL,
    who TEXT NOT NULL, why TEXT NOT NULL, evidence TEXT NOT NULL, previous_version TEXT, at TEXT NOT NULL,
    previous_hash TEXT NOT NULL UNIQUE, hash TEXT NOT NULL UNIQUE
);
CREATE UNIQUE INDEX IF NOT EXISTS one_promotion_a_night ON entries (night) WHERE kind IN ('promote', 'force');
CREATE UNIQUE INDEX IF NOT EXISTS one_promotion_a_version ON entries (market, version) WHERE kind IN ('promote', 'force');
CREATE TRIGGER IF NOT EXISTS never_replaced BEFORE INSERT ON entries
WHEN EXISTS (SELECT 1 FROM entries WHERE id = NEW.id OR hash = NEW.hash OR previous_hash = NEW.previous_hash)
BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS never_changed BEFORE UPDATE ON entries BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS never_removed BEFORE DELETE ON entries BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;
"""


def read(file: Path) -> list[Row]:
    """Every row, oldest first; none where there is no file yet."""
    if not file.is_file():
        return []
    with _opened(file) as database:
        return rows(database)


def rows(database: sqlite3.Connection) -> list[Row]:
    """Every row of an open ledger, oldest first."""
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'entries'").fetchone():
        return []
    # The names are this file's own.
    found = database.execute(f"SELECT {', '.join(_COLUMNS)}, previous_hash, hash FROM entries ORDER BY id")  # noqa: S608
    return [{**row, "evidence": json.loads(row["evidence"])} for row in map(dict, found)]


def verified(known: list[Row], file: Path) -> list[Row]:
    """The rows, when each carries its own hash and that of the row before."""
    previous = _BEGINNING
    for number, row in enumerate(known, start=1):
        if row["previous_hash"] != previous or row["hash"] != _hash(row):
            raise Damaged(
                expected=f"an unbroken ledger in {file}",
                found=f"entry {number} ({row['market']} {row['kind']} {row['version']}) is not what was written",
                next_step="nothing is promoted or rolled back until the file is restored from a copy; what is served stays",
            )
        previous = row["hash"]
    return known


def insert(database: sqlite3.Connection, facts: Row, known: Sequence[Row]) -> Row:
    """The facts as the row after the known ones, written."""
    linked = facts | {"previous_hash": known[-1]["hash"] if known else _BEGINNING}
    row = linked | {"hash": _hash(linked)}
    stored = [json.dumps(value, sort_keys=True) if isinstance(value, dict) else value for value in row.values()]
    # The names are this file's own, the values are bound.
    database.execute(f"INSERT INTO entries ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", stored)  # noqa: S608
    return row


@contextmanager
def writing(file: Path) -> Iterator[sqlite3.Connection]:
    """An open ledger that nobody else writes; what was done is there when this is left without an error, or it never was."""
    with locks.held(file.with_suffix(".lock")), _opened(file) as database:  # SQLite alone may refuse, not wait, while WAL begins
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.executescript(_SCHEMA)
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
            database.execute("COMMIT")
        finally:
            if database.in_transaction:
                database.execute("ROLLBACK")


def _hash(row: Row) -> str:
    told = {name: row[name] for name in (*_COLUMNS, "previous_hash")}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    file.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(file, timeout=30.0, isolation_level=None)
    try:
        database.row_factory = sqlite3.Row
        yield database
    except sqlite3.IntegrityError as error:
        raise ReleaseRefused(
            expected="one promotion a night and a version", found=str(error), next_step="nightshift history shows the one that is there"
        ) from error
    except sqlite3.OperationalError as error:
        raise ReleaseRefused(
            expected=f"a ledger in {file} that answers and can be written", found=str(error), next_step="see who holds it, or its disk"
        ) from error
    except (sqlite3.DatabaseError, json.JSONDecodeError) as error:
        raise Damaged(expected=f"a whole ledger in {file}", found=str(error), next_step="restore the file from a copy") from error
    finally:
        database.close()
