"""What was live, since when, on which evidence and by whose word: append-only, chained by hashes, the truth about serving.

One SQLite file for all markets (`<home>/ledger.sqlite`, WAL, synchronous FULL): an entry is there after its commit survives
any kill, or it never was. Rows can be neither changed nor removed (triggers), and each carries the hash of the one before,
so that an edit behind SQLite's back is found. Reading never waits for a writer. A broken chain stops writing, never reading.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nightshift.errors import Damaged, ReleaseRefused
from nightshift.storage import locks, store

LIVE_KINDS = ("promote", "rollback", "force")  # after such an entry its version is what the market serves
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


@dataclass(frozen=True)
class Entry:
    """One line of the ledger before it is written; `at` is when it became true, `session` and `as_of` are the data's."""

    market: str
    kind: str
    version: str
    release: str
    night: str
    session: str
    as_of: str
    who: str
    why: str
    at: dt.datetime
    evidence: dict = field(default_factory=dict)


def file() -> Path:
    """Where the ledger lies."""
    return store.home() / "ledger.sqlite"


def append(entry: Entry, *, expected_live: str | None) -> dict:
    """Write the entry, if the market still serves `expected_live`; returns it as it was written.

    Compare-and-set: of two writers that saw the same state one wins, and the other is refused. An entry never precedes the
    one before it: where a clock was set back, the last instant is recorded again.
    """
    with _writing() as database:
        known = verified(_rows(database))
        live = _live([row for row in known if row["market"] == entry.market])
        found = live["version"] if live else None
        if found != expected_live:
            raise ReleaseRefused(
                expected=f"{entry.market} to serve {expected_live or 'nothing'} as when this was decided",
                found=f"{found or 'nothing'}",
                next_step="run the night again: it is judged against what is served now",
            )
        row = _row(entry, previous=found, last=known[-1] if known else None)
        names = ", ".join(row)
        # The names are this file's own, the values are bound.
        database.execute(f"INSERT INTO entries ({names}) VALUES ({', '.join('?' * len(row))})", _stored(row))  # noqa: S608
        return row


def entries(market: str) -> list[dict]:
    """Every entry of a market, oldest first."""
    return [row for row in _read() if row["market"] == market]


def live(market: str) -> dict | None:
    """The entry that made the market's live version live, or None."""
    return _live(entries(market))


def live_at(market: str, instant: dt.datetime) -> dict | None:
    """The entry whose version was live at an instant, or None."""
    return _live([row for row in entries(market) if dt.datetime.fromisoformat(row["at"]) <= instant])


def promotion_of(night: str) -> dict | None:
    """The entry by which this night's challenger was released, or None."""
    return next((row for row in _read() if row["night"] == night and row["kind"] in {"promote", "force"}), None)


def verify() -> int:
    """The number of entries, after every link of the chain was checked; `Damaged` names the first one that is wrong."""
    return len(verified(_read()))


def verified(rows: list[dict]) -> list[dict]:
    """The rows, when each carries its own hash and that of the row before."""
    previous = _BEGINNING
    for number, row in enumerate(rows, start=1):
        if row["previous_hash"] != previous or row["hash"] != _hash(row):
            raise Damaged(
                expected=f"an unbroken ledger in {file()}",
                found=f"entry {number} ({row['market']} {row['kind']} {row['version']}) is not what was written",
                next_step="nothing is promoted or rolled back until the file is restored from a copy; what is served stays",
            )
        previous = row["hash"]
    return rows


def _live(rows: list[dict]) -> dict | None:
    return next((row for row in reversed(rows) if row["kind"] in LIVE_KINDS), None)


def _row(entry: Entry, previous: str | None, last: dict | None) -> dict:
    facts = asdict(entry) | {"previous_version": previous}
    moment = entry.at.astimezone(dt.UTC).isoformat()
    facts["at"] = max(moment, last["at"]) if last else moment
    facts["previous_hash"] = last["hash"] if last else _BEGINNING
    return facts | {"hash": _hash(facts)}


def _hash(row: dict) -> str:
    told = {name: row[name] for name in (*_COLUMNS, "previous_hash")}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _stored(row: dict) -> list:
    return [json.dumps(value, sort_keys=True) if isinstance(value, dict) else value for value in row.values()]


def _read() -> list[dict]:
    if not file().is_file():
        return []
    with _opened() as database:
        return _rows(database)


def _rows(database: sqlite3.Connection) -> list[dict]:
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'entries'").fetchone():
        return []
    # The names are this file's own.
    rows = (dict(row) for row in database.execute(f"SELECT {', '.join(_COLUMNS)}, previous_hash, hash FROM entries ORDER BY id"))  # noqa: S608
    return [row | {"evidence": json.loads(row["evidence"])} for row in rows]


@contextmanager
def _opened() -> Iterator[sqlite3.Connection]:
    file().parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(file(), timeout=30.0, isolation_level=None)
    try:
        database.row_factory = sqlite3.Row
        yield database
    except sqlite3.IntegrityError as error:
        raise ReleaseRefused(
            expected="one promotion a night and a version", found=str(error), next_step="nightshift history shows the one that is there"
        ) from error
    except sqlite3.OperationalError as error:
        raise ReleaseRefused(
            expected=f"a ledger in {file()} that answers and can be written", found=str(error), next_step="see who holds it, or its disk"
        ) from error
    except sqlite3.DatabaseError as error:
        raise Damaged(expected=f"a whole ledger in {file()}", found=str(error), next_step="restore the file from a copy") from error
    finally:
        database.close()


@contextmanager
def _writing() -> Iterator[sqlite3.Connection]:
    with locks.held(file().with_suffix(".lock")), _opened() as database:  # SQLite alone may refuse, not wait, while WAL begins
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
