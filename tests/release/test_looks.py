"""Every night's look is a line of the ledger, once, and changes nothing of what is live; older files make room for it."""

import datetime as dt
import sqlite3
from pathlib import Path

import handmade
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import release
from nightshift.errors import Damaged, ReleaseRefused
from nightshift.nouns.ledger_entry import Change
from nightshift.storage import ledger, store

KEPT = Path(__file__).parent / "kept"
COLUMNS = "market, kind, version, release, night, session, as_of, who, why, evidence, previous_version, at, previous_hash, hash"


def stored(columns: str = COLUMNS) -> list[tuple]:
    """The rows as SQLite holds them."""
    database = sqlite3.connect(ledger.file())
    rows = database.execute(f"SELECT id, {columns} FROM entries ORDER BY id").fetchall()
    database.close()
    return rows


def opened(name: str) -> None:
    """A ledger as an older version left it."""
    ledger.file().parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(ledger.file())
    database.executescript((KEPT / name).read_text())
    database.close()


def test_a_look_is_read_as_it_was_written(home):
    written = handmade.looked(trials=3)
    assert ledger.looks(handmade.NAME) == [written]
    assert written.look == handmade.look(trials=3)
    assert (written.market, written.session, written.who, written.at) == (handmade.NAME, "2026-11-19", "gate", handmade.AT.isoformat())
    assert written.night == "handmade/nights/2026-11-19-0a1b2c3d"
    assert ledger.verify() == 1


def test_a_night_looks_once_and_its_first_look_stands(home):
    first = handmade.looked(trials=3)
    again = handmade.looked(trials=700, at=handmade.AT + dt.timedelta(hours=5), who="somebody else")
    assert again == first
    assert ledger.looks(handmade.NAME) == [first]


def test_looks_come_in_the_order_in_which_they_were_written_market_by_market(home):
    days = ("2026-11-19", "2026-11-17", "2026-11-20")
    written = [handmade.looked(day, trials=number) for number, day in enumerate(days, start=1)]
    elsewhere = handmade.looked("2026-11-18", market="other", trials=1000)
    assert ledger.looks(handmade.NAME) == written
    assert ledger.looks("other") == [elsewhere]
    assert ledger.looks("nowhere") == []
    assert (ledger.trials(handmade.NAME), ledger.trials("other"), ledger.trials("nowhere")) == (6, 1000, 0)


def test_looks_and_changes_share_one_chain_and_no_reader_of_changes_sees_a_look(home):
    handmade.looked("2026-11-17")
    promoted = release.promote(handmade.night("2026-11-18"), who="gate", why="better", at=handmade.AT)
    handmade.looked("2026-11-19")
    again = release.promote(handmade.night("2026-11-19"), who="gate", why="better", at=handmade.AT)
    assert ledger.entries(handmade.NAME) == [promoted, again]
    assert promoted.previous_hash == ledger.looks(handmade.NAME)[0].hash
    assert ledger.looks(handmade.NAME)[1].previous_hash == promoted.hash
    assert [entry.version for entry in ledger.entries(handmade.NAME)] == ["1.0.0", "1.0.1"]
    assert ledger.verify() == 4


def test_a_look_of_a_night_does_not_stand_in_the_way_of_its_promotion_nor_is_it_one(home):
    night = handmade.night("2026-11-19")
    told = {"market": handmade.NAME, "night": night.address, "session": "2026-11-19", "as_of": "", "who": "gate", "at": handmade.AT}
    ledger.record_look(handmade.look(decision="PROMOTE"), **told)
    assert ledger.promotion_of(night.address) is None
    assert (ledger.live(handmade.NAME), ledger.live_at(handmade.NAME, handmade.AT)) == (None, None)
    assert release.repair(handmade.NAME).version is None
    entry = release.promote(night, who="gate", why="better", at=handmade.AT)
    assert ledger.promotion_of(night.address) == entry
    assert ledger.record_look(handmade.look(), **told).look.decision == "PROMOTE"


def test_a_second_look_of_a_night_behind_the_library_is_refused_by_the_file(home):
    handmade.looked("2026-11-18")
    handmade.looked("2026-11-19")
    database = sqlite3.connect(ledger.file())
    copied = COLUMNS.replace("previous_hash, hash", "'a', 'b'")
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE constraint failed: entries\.night"):
        database.execute(f"INSERT INTO entries ({COLUMNS}) SELECT {copied} FROM entries WHERE id = 2")
    database.close()


def test_a_clock_set_back_never_puts_a_look_before_the_last_line(home):
    first = handmade.looked("2026-11-18")
    assert handmade.looked("2026-11-19", at=handmade.AT - dt.timedelta(days=9)).at == first.at


FINITE = st.floats(allow_nan=False, allow_infinity=False)
ANY = st.floats() | st.none()
WORDS = st.text(st.characters(codec="utf-8"), max_size=20)


@settings(max_examples=25, deadline=None)
@given(
    lead=ANY, bound=ANY, spent=FINITE, headline=WORDS, forced=WORDS,
    returns=st.dictionaries(WORDS, st.lists(FINITE, max_size=4).map(tuple), max_size=3),
)  # fmt: skip
def test_whatever_a_look_holds_is_read_as_it_was_written_and_verified(tmp_path_factory, lead, bound, spent, headline, forced, returns):
    told = {"lead_annual": lead, "bound": bound, "spent_fraction": spent, "headline": headline, "forced": forced, "net_returns": returns}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIGHTSHIFT_HOME", str(tmp_path_factory.mktemp("home")))
        written = handmade.looked(**told)
        assert written.look == handmade.look(**told)
        assert ledger.looks(handmade.NAME) == [written]
        assert ledger.verify() == 1


@pytest.mark.parametrize(
    "wrong", [{"net_returns": {"challenger": (float("nan"),)}}, {"spent_fraction": float("inf")}, {"invented": 1}, {"trials": None}]
)
def test_a_look_that_says_nothing_certain_cannot_be_made(wrong):
    with pytest.raises(ValueError, match="validation error"):
        handmade.look(**wrong)


def test_a_file_of_the_first_version_is_read_as_it_lies_and_makes_room_at_the_first_write(home):
    opened("ledger.sql")
    before, bytes_before = stored(), store.sha256_of(ledger.file())
    assert (ledger.verify(), ledger.looks("demo"), len(ledger.entries("handmade"))) == (5, [], 4)
    assert store.sha256_of(ledger.file()) == bytes_before
    assert not ledger.file().with_suffix(".head").exists()
    written = handmade.looked("2026-11-19", market="demo")
    assert stored()[:5] == before
    assert (ledger.verify(), ledger.looks("demo")) == (6, [written])
    assert written.previous_hash == before[-1][-1]
    assert store.read_json(ledger.file().with_suffix(".head")) == {"entries": 6, "hash": written.hash}


def test_a_moved_file_keeps_every_rule(home):
    opened("ledger.sql")
    handmade.looked("2026-11-19", market="demo")
    migrated = rules()
    ledger.file().unlink()
    ledger.file().with_suffix(".head").unlink()
    handmade.looked("2026-11-19", market="demo")
    assert migrated == rules()
    assert {"one_look_a_night", "one_promotion_a_night", "one_promotion_a_version", "never_changed", "never_removed", "never_replaced"} <= {
        name for name, _ in migrated
    }


def rules() -> set[tuple[str, str]]:
    """The file's tables, indexes and triggers, but for spaces and quotes."""
    database = sqlite3.connect(ledger.file())
    found = database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    database.close()
    return {(name, " ".join(sql.replace('"', "").split())) for name, sql in found}


def test_an_older_file_whose_write_is_refused_stays_as_it_was(home):
    opened("ledger.sql")
    before, table = stored(), rules()
    change = ledger.live("demo").model_dump(include=set(Change.model_fields)) | {"version": "1.0.1", "night": "demo/nights/b"}
    with pytest.raises(ReleaseRefused, match="to serve nothing as when this was decided"):
        ledger.append(Change(**change), at=handmade.AT, expected_live=None)
    assert (stored(), rules()) == (before, table)


def test_a_ledger_with_looks_of_this_version_is_read_by_every_later_one(home):
    opened("ledger_with_looks.sql")
    assert ledger.verify() == 3
    first, last = ledger.looks("handmade")
    assert (first.look, first.who, first.session) == (handmade.look(), "gate", "2026-11-18")
    assert last.look.bound is None
    assert [entry.version for entry in ledger.entries("handmade")] == ["1.0.0"]


def test_a_look_that_this_version_does_not_know_is_named(home):
    handmade.looked()
    database = sqlite3.connect(ledger.file())
    database.executescript("DROP TRIGGER never_changed; UPDATE entries SET evidence = '{\"invented\": 1}';")
    database.close()
    with pytest.raises(Damaged, match=r"handmade look handmade/nights/2026-11-19-0a1b2c3d.*look\."):
        ledger.looks(handmade.NAME)
    assert ledger.entries(handmade.NAME) == []
