"""The ledger's table: made where it is missing, and made anew around the same rows where an older version wrote it."""

from __future__ import annotations

import sqlite3

_TABLE = """
CREATE TABLE IF NOT EXISTS {name} (
    id INTEGER PRIMARY KEY,
    market TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('promote', 'rollback', 'force', 'refuse', 'retract', 'look')),
    version TEXT NOT NULL, release TEXT NOT NULL, night TEXT NOT NULL, session TEXT NOT NULL, as_of TEXT NOT NULL,
    who TEXT NOT NULL, why TEXT NOT NULL, evidence TEXT NOT NULL, previous_version TEXT, at TEXT NOT NULL,
    previous_hash TEXT NOT NULL UNIQUE, hash TEXT NOT NULL UNIQUE
)
"""
_RULES = (
    "CREATE UNIQUE INDEX IF NOT EXISTS one_promotion_a_night ON entries (night) WHERE kind IN ('promote', 'force')",
    "CREATE UNIQUE INDEX IF NOT EXISTS one_promotion_a_version ON entries (market, version) WHERE kind IN ('promote', 'force')",
    "CREATE UNIQUE INDEX IF NOT EXISTS one_look_a_night ON entries (night) WHERE kind = 'look'",
    """
    CREATE TRIGGER IF NOT EXISTS never_replaced BEFORE INSERT ON entries
    WHEN EXISTS (SELECT 1 FROM entries WHERE id = NEW.id OR hash = NEW.hash OR previous_hash = NEW.previous_hash)
    BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS never_changed BEFORE UPDATE ON entries
    BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS never_removed BEFORE DELETE ON entries
    BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END
    """,
)
# SQLite cannot change what a column may hold: the rows move, byte for byte, into a table that allows looks and retractions.
_MOVE = (
    _TABLE.format(name="entries_anew"),
    "INSERT INTO entries_anew SELECT * FROM entries ORDER BY id",
    "DROP TABLE entries",
    "ALTER TABLE entries_anew RENAME TO entries",
)


def prepare(database: sqlite3.Connection) -> None:
    """The table with its rules, inside the transaction of whoever writes: all of it is there with the write, or nothing is."""
    made = database.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'entries'").fetchone()
    if made and "'retract'" not in made["sql"]:
        for statement in _MOVE:
            database.execute(statement)
    for statement in (_TABLE.format(name="entries"), *_RULES):
        database.execute(statement)
