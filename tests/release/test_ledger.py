import datetime as dt
import sqlite3

import pytest

from nightshift.errors import Damaged, ReleaseRefused
from nightshift.storage import ledger

START = dt.datetime(2026, 11, 1, 22, tzinfo=dt.UTC)


def entry(version: str, day: int = 0, *, kind: str = "promote", market: str = "demo", night: str = "") -> ledger.Entry:
    return ledger.Entry(
        market=market,
        kind=kind,
        version=version,
        release=f"{market}/releases/{version}",
        night=night or f"{market}/nights/{version}",
        session="2026-11-01",
        as_of=START.isoformat(),
        who="gate",
        why="it was better",
        at=START + dt.timedelta(days=day),
        evidence={"x": [1, 0.5]},
    )


def test_before_the_first_entry_there_is_nothing_and_no_file():
    assert (ledger.entries("demo"), ledger.live("demo"), ledger.live_at("demo", START), ledger.verify()) == ([], None, None, 0)
    assert not ledger.file().exists()


def test_live_and_live_at_follow_promotions_and_rollbacks_market_by_market():
    ledger.append(entry("1.0.0"), expected_live=None)
    ledger.append(entry("1.0.0", market="other"), expected_live=None)
    ledger.append(entry("1.0.1", day=2), expected_live="1.0.0")
    ledger.append(entry("1.0.0", day=4, kind="rollback"), expected_live="1.0.1")
    versions = [ledger.live_at("demo", START + dt.timedelta(days=day)) for day in (-1, 0, 1, 2, 3, 4)]
    assert [found and found["version"] for found in versions] == [None, "1.0.0", "1.0.0", "1.0.1", "1.0.1", "1.0.0"]
    assert [row["previous_version"] for row in ledger.entries("demo")] == [None, "1.0.0", "1.0.1"]
    assert ledger.live("other")["version"] == "1.0.0"
    assert ledger.entries("demo")[0]["evidence"] == {"x": [1, 0.5]}
    assert ledger.verify() == 4


def test_of_two_writers_that_saw_the_same_state_one_is_refused():
    ledger.append(entry("1.0.0"), expected_live=None)
    with pytest.raises(ReleaseRefused, match=r"to serve nothing as when this was decided; found 1\.0\.0"):
        ledger.append(entry("1.0.1"), expected_live=None)
    assert len(ledger.entries("demo")) == 1


def test_one_night_and_one_version_are_promoted_at_most_once():
    ledger.append(entry("1.0.0", night="demo/nights/a"), expected_live=None)
    with pytest.raises(ReleaseRefused, match="one promotion a night"):
        ledger.append(entry("1.0.1", night="demo/nights/a"), expected_live="1.0.0")
    with pytest.raises(ReleaseRefused, match="one promotion a night and a version"):
        ledger.append(entry("1.0.0", night="demo/nights/b"), expected_live="1.0.0")


@pytest.mark.parametrize(
    "edit", ["UPDATE entries SET version = '9.9.9'", "DELETE FROM entries", "INSERT OR REPLACE INTO entries SELECT * FROM entries"]
)
def test_rows_can_be_neither_changed_nor_removed(edit):
    ledger.append(entry("1.0.0"), expected_live=None)
    before = ledger.entries("demo")
    database = sqlite3.connect(ledger.file())
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute(edit)
    database.close()
    assert ledger.entries("demo") == before


@pytest.mark.parametrize("edit", ["UPDATE entries SET why = 'nicer' WHERE id = 1", "DELETE FROM entries WHERE id = 1"])
def test_an_edit_behind_the_triggers_stops_writing_but_not_reading(edit):
    ledger.append(entry("1.0.0"), expected_live=None)
    ledger.append(entry("1.0.1"), expected_live="1.0.0")
    database = sqlite3.connect(ledger.file())
    database.executescript(f"DROP TRIGGER never_changed; DROP TRIGGER never_removed; {edit};")
    database.close()
    assert ledger.live("demo")["version"] == "1.0.1"
    with pytest.raises(Damaged, match="entry 1"):
        ledger.verify()
    with pytest.raises(Damaged, match="what is served stays"):
        ledger.append(entry("1.0.2"), expected_live="1.0.1")


def test_a_clock_set_back_never_puts_an_entry_before_the_last_one():
    first = ledger.append(entry("1.0.0", day=5), expected_live=None)
    assert ledger.append(entry("1.0.1", day=0), expected_live="1.0.0")["at"] == first["at"]


def test_a_file_that_is_no_ledger_is_named():
    ledger.file().parent.mkdir(parents=True)
    ledger.file().write_bytes(b"not a database at all, really not" * 50)
    with pytest.raises(Damaged, match="a whole ledger"):
        ledger.entries("demo")


def test_reading_does_not_wait_for_a_writer():
    ledger.append(entry("1.0.0"), expected_live=None)
    writer = sqlite3.connect(ledger.file(), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert ledger.live("demo")["version"] == "1.0.0"
    writer.execute("ROLLBACK")
    writer.close()
