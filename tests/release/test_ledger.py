import datetime as dt
import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from nightshift.errors import Damaged, ReleaseRefused
from nightshift.nouns.ledger_entry import Change, Evidence, LedgerEntry
from nightshift.storage import ledger

START = dt.datetime(2026, 11, 1, 22, tzinfo=dt.UTC)
EVIDENCE = Evidence(family="ridge", headline="ridge passes all 1 checks", manifest_sha256="c0ffee")


def append(version: str, day: int = 0, *, over: str | None = None, **told) -> LedgerEntry:
    """A promotion of market demo, but for what is told, as true from a day on."""
    market = told.get("market", "demo")
    facts = {"market": market, "kind": "promote", "release": f"{market}/releases/{version}", "night": f"{market}/nights/{version}"}
    data = {"session": "2026-11-17", "as_of": START.isoformat(), "who": "gate", "why": "it was better", "evidence": EVIDENCE}
    change = Change(**(facts | data | told), version=version)
    return ledger.append(change, at=START + dt.timedelta(days=day), expected_live=over)


def test_before_the_first_entry_there_is_nothing_and_no_file():
    assert (ledger.entries("demo"), ledger.live("demo"), ledger.live_at("demo", START), ledger.verify()) == ([], None, None, 0)
    assert not ledger.file().exists()


def test_live_and_live_at_follow_promotions_and_rollbacks_market_by_market():
    append("1.0.0")
    append("1.0.0", market="other")
    append("1.0.1", day=2, over="1.0.0")
    append("1.0.0", day=4, kind="rollback", over="1.0.1")
    versions = [ledger.live_at("demo", START + dt.timedelta(days=day)) for day in (-1, 0, 1, 2, 3, 4)]
    assert [found and found.version for found in versions] == [None, "1.0.0", "1.0.0", "1.0.1", "1.0.1", "1.0.0"]
    assert [entry.previous_version for entry in ledger.entries("demo")] == [None, "1.0.0", "1.0.1"]
    assert ledger.live("other").version == "1.0.0"
    assert ledger.entries("demo")[0].evidence == EVIDENCE
    assert ledger.verify() == 4


def test_of_two_writers_that_saw_the_same_state_one_is_refused():
    append("1.0.0")
    with pytest.raises(ReleaseRefused, match=r"to serve nothing as when this was decided; found 1\.0\.0"):
        append("1.0.1")
    assert len(ledger.entries("demo")) == 1


def test_one_night_and_one_version_are_promoted_at_most_once():
    append("1.0.0", night="demo/nights/a")
    with pytest.raises(ReleaseRefused, match="one promotion a night"):
        append("1.0.1", night="demo/nights/a", over="1.0.0")
    with pytest.raises(ReleaseRefused, match="one promotion a night and a version"):
        append("1.0.0", night="demo/nights/b", over="1.0.0")


@pytest.mark.parametrize(
    "edit", ["UPDATE entries SET version = '9.9.9'", "DELETE FROM entries", "INSERT OR REPLACE INTO entries SELECT * FROM entries"]
)
def test_rows_can_be_neither_changed_nor_removed(edit):
    append("1.0.0")
    before = ledger.entries("demo")
    database = sqlite3.connect(ledger.file())
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute(edit)
    database.close()
    assert ledger.entries("demo") == before


@pytest.mark.parametrize("edit", ["UPDATE entries SET why = 'nicer' WHERE id = 1", "DELETE FROM entries WHERE id = 1"])
def test_an_edit_behind_the_triggers_stops_writing_but_not_reading(edit):
    append("1.0.0")
    append("1.0.1", over="1.0.0")
    database = sqlite3.connect(ledger.file())
    database.executescript(f"DROP TRIGGER never_changed; DROP TRIGGER never_removed; {edit};")
    database.close()
    assert ledger.live("demo").version == "1.0.1"
    with pytest.raises(Damaged, match="entry 1"):
        ledger.verify()
    with pytest.raises(Damaged, match="what is served stays"):
        append("1.0.2", over="1.0.1")


def test_a_promotion_of_an_older_session_is_refused_where_it_is_written_and_a_persons_word_is_not():
    append("1.0.0", session="2026-11-19")
    append("1.0.1", session="2026-11-19", over="1.0.0")
    with pytest.raises(ReleaseRefused, match=r"a session not before 2026-11-19, which version 1\.0\.1, the live one, was made from"):
        append("1.0.2", session="2026-11-18", over="1.0.1")
    append("1.0.2", session="2026-11-18", over="1.0.1", kind="force")
    with pytest.raises(ReleaseRefused, match=r"a session not before 2026-11-18, which version 1\.0\.2, the live one, was made from"):
        append("1.0.3", session="2026-11-17", over="1.0.2")
    append("1.0.0", session="2026-11-01", market="other")


def test_a_clock_set_back_never_puts_an_entry_before_the_last_one():
    first = append("1.0.0", day=5)
    assert append("1.0.1", day=0, over="1.0.0").at == first.at


def test_a_file_that_is_no_ledger_is_named():
    ledger.file().parent.mkdir(parents=True)
    ledger.file().write_bytes(b"not a database at all, really not" * 50)
    with pytest.raises(Damaged, match="a whole ledger"):
        ledger.entries("demo")


def test_reading_does_not_wait_for_a_writer():
    append("1.0.0")
    writer = sqlite3.connect(ledger.file(), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert ledger.live("demo").version == "1.0.0"
    writer.execute("ROLLBACK")
    writer.close()


@pytest.fixture
def kept():
    """A ledger as the first version wrote it: a real night's promotion, then two promotions, a rollback and a forced one by hand."""
    ledger.file().parent.mkdir(parents=True)
    database = sqlite3.connect(ledger.file())
    database.executescript((Path(__file__).parent / "kept" / "ledger.sql").read_text())
    database.close()


def stored() -> list[dict]:
    """The rows as SQLite holds them."""
    database = sqlite3.connect(ledger.file())
    database.row_factory = sqlite3.Row
    rows = [dict(row) for row in database.execute("SELECT * FROM entries ORDER BY id")]
    database.close()
    return rows


def test_a_ledger_of_the_first_version_is_verified_read_and_carried_on(kept):
    before = stored()
    assert ledger.verify() == 5
    assert [(entry.kind, entry.version) for entry in ledger.entries("handmade")] == [
        ("promote", "1.0.0"), ("promote", "1.0.1"), ("rollback", "1.0.0"), ("force", "1.0.2"),
    ]  # fmt: skip
    evidence = ledger.live("demo").evidence
    assert (evidence.family, len(evidence.checks), evidence.checks[5].baseline) == ("random_forest", 6, "always_up")
    append("1.0.1", day=60, over="1.0.0", evidence=evidence)
    assert ledger.verify() == 6
    assert stored()[:5] == before
    again, first = (json.loads(row["evidence"]) for row in (stored()[5], before[0]))
    added = {"held": False}  # what a later version adds has a default, and nothing else has changed its shape
    assert again == first | {"checks": [check | added for check in first["checks"]]}


def test_the_chain_is_over_what_is_stored(kept):
    """Against the slow way, which knows nothing of nouns."""
    append("1.0.1", day=60, over="1.0.0")
    previous = "0" * 64
    for row in stored():
        told = {name: value for name, value in row.items() if name not in {"id", "hash"}}
        told["evidence"] = json.loads(told["evidence"])
        assert row["previous_hash"] == previous
        assert row["hash"] == hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
        previous = row["hash"]


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        ('{"invented": 1}', r"demo promote 1\.0\.0.*evidence\.invented"),
        ('{"family": 7}', r"evidence\.family"),
        ('{"fam', r"demo promote 1\.0\.0.*evidence"),
    ],
)
def test_evidence_that_this_version_does_not_know_is_named(evidence, told):
    append("1.0.0")
    database = sqlite3.connect(ledger.file())
    database.executescript(f"DROP TRIGGER never_changed; UPDATE entries SET evidence = '{evidence}';")
    database.close()
    with pytest.raises(Damaged, match=told):
        ledger.live("demo")
