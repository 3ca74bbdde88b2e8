"""The ledger's file: one SQLite table for all markets (WAL, synchronous FULL), whose rows are chained.

An entry is there after its commit survives any kill, or it never was. Rows can be neither changed nor removed (triggers); an edit
or a cut behind SQLite's back is found by the chain and its head, and nothing is written any more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from nightshift.errors import Damaged, ReleaseRefused
from nightshift.storage import ledger_head, ledger_schema, locks
from nightshift.storage.ledger_chain import COLUMNS, Row, linked, mend, verified
from nightshift.storage.ledger_head import Head

_STORED = ("id", *COLUMNS, "previous_hash", "hash")


def read(file: Path, where: str = "1", *values: str) -> list[Row]:
    """The rows for which a condition holds, oldest first; none where there is no file yet."""
    if not file.is_file():
        return []
    with _opened(file) as database:
        return list(rows(database, where, *values))


def rows(database: sqlite3.Connection, where: str = "1", *values: str) -> Iterator[Row]:
    """The rows of an open ledger for which a condition holds, oldest first."""
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'entries'").fetchone():
        return
    # The names and conditions are the ledger's own, the values are bound.
    yield from map(dict, database.execute(f"SELECT {', '.join(_STORED)} FROM entries WHERE {where} ORDER BY id", values))  # noqa: S608


def readable(file: Path) -> tuple[list[Row], str]:
    """Every row up to the first that cannot be read, and why that one cannot; empty: all could."""
    whole: list[Row] = []
    try:
        if file.is_file():
            with _opened(file) as database:
                whole.extend(rows(database))
    except (Damaged, ReleaseRefused) as failure:
        return whole, str(failure)
    return whole, ""


def whole(file: Path) -> Sequence[Row]:
    """Every row, after every link of the chain, its head and the file's pages were checked; `Damaged` names what is wrong first."""
    head = ledger_head.read(file)
    known = verified(read(file), file)
    ledger_head.refuse_unless_there(head, known, file)
    if file.is_file():
        with _opened(file) as database:
            _refuse_unless_sound(database, file)
    return known


def insert(database: sqlite3.Connection, facts: Row, known: Sequence[Row]) -> Row:
    """The facts as the row after the known ones, written."""
    row = linked(facts, known[-1] if known else None)
    # The names are this file's own, the values are bound.
    database.execute(
        f"INSERT INTO entries ({', '.join(_STORED)}) VALUES ({', '.join('?' * len(_STORED))})",  # noqa: S608
        [row[name] for name in _STORED],
    )
    return row


@contextmanager
def writing(file: Path) -> Iterator[tuple[sqlite3.Connection, Sequence[Row]]]:
    """An open ledger that nobody else writes, and its rows, which are whole; a broken one is refused.

    What was done is there when this is left without an error, or it never was.
    """
    with locks.held(file.with_suffix(".lock")):  # SQLite alone may refuse, not wait, while WAL begins
        head = ledger_head.read(file)
        if not file.is_file():
            ledger_head.refuse_unless_there(head, [], file)  # a ledger that was lost never starts again from nothing
        with _opened(file) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            with _transaction(database):
                known = verified(list(rows(database)), file)
                ledger_head.refuse_unless_there(head, known, file)
                ledger_schema.prepare(database)
                yield database, known
            last = database.execute("SELECT id, hash FROM entries ORDER BY id DESC LIMIT 1").fetchone()
        if last:
            ledger_head.move(file, Head(last["id"], last["hash"]))


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")


def _refuse_unless_sound(database: sqlite3.Connection, file: Path) -> None:
    said = [found[0] for found in database.execute("PRAGMA integrity_check")]
    if said != ["ok"]:
        raise Damaged(expected=f"a whole ledger in {file}", found=str(said[0]), next_step=mend(file))


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    file.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(file, timeout=30.0, isolation_level=None)
    try:
        database.row_factory = sqlite3.Row
        # Bytes that are no text are somebody's edit: they are read, and the chain refuses them.
        database.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
        yield database
    except sqlite3.IntegrityError as error:
        raise ReleaseRefused(
            expected="one promotion a night and a version", found=str(error), next_step="nightshift history shows the one that is there"
        ) from error
    except sqlite3.OperationalError as error:
        raise ReleaseRefused(
            expected=f"a ledger in {file} that answers and can be written", found=str(error), next_step="see who holds it, or its disk"
        ) from error
    except sqlite3.DatabaseError as error:
        raise Damaged(expected=f"a whole ledger in {file}", found=str(error), next_step=mend(file)) from error
    finally:
        database.close()
