"""Whatever is done to the ledger behind SQLite's back is found: any column of any row, any row, any order, any cut.

Until it is mended nothing is written, and reading goes on.
"""

import itertools
import json
import shutil
import sqlite3

import handmade
import pytest

from nightshift import release
from nightshift.errors import Damaged, NightshiftError
from nightshift.storage import ledger, ledger_export, ledger_file

COLUMNS = (
    "id", "market", "kind", "version", "release", "night", "session", "as_of", "who", "why", "evidence", "previous_version", "at",
    "previous_hash", "hash",
)  # fmt: skip
ENTRIES = 5
DISARMED = "".join(f"DROP TRIGGER IF EXISTS {name};" for name in ("never_replaced", "never_changed", "never_removed"))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A home with two releases, two looks, and a look of another market between them."""
    home = tmp_path_factory.mktemp("written") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIGHTSHIFT_HOME", str(home))
        handmade.looked("2026-11-18")
        release.promote(handmade.night("2026-11-18"), who="gate", why="better", at=handmade.AT)
        handmade.looked("2026-11-18", market="other", bound=None)
        release.promote(handmade.night("2026-11-19"), who="gate", why="better", at=handmade.AT)
        handmade.looked("2026-11-19", forced="ann: a new vendor")
    return home


@pytest.fixture
def home(written, tmp_path, monkeypatch):
    shutil.copytree(written, tmp_path / "home", symlinks=True)
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))
    assert ledger.verify() == ENTRIES
    return tmp_path / "home"


def edited(script: str) -> None:
    database = sqlite3.connect(ledger.file())
    database.executescript(f"PRAGMA ignore_check_constraints = ON; {DISARMED} BEGIN; {script} COMMIT;")
    database.close()


def put_back(whole: bytes) -> None:
    for file in ledger.file().parent.glob("ledger.sqlite*"):
        file.unlink()
    ledger.file().write_bytes(whole)


TO_BYTES, LONGER, EMPTY = "CAST({0} AS BLOB)", "{0} || ' '", "''"
EDITS = dict.fromkeys(COLUMNS, (TO_BYTES, LONGER, EMPTY)) | {
    "id": ("{0} + 100", "-{0}"),
    "previous_version": ("'9.9.9'", TO_BYTES, EMPTY),
    # The last two are the same facts in another text: the second key wins, and it is the one that was there.
    "evidence": (TO_BYTES, EMPTY, "replace({0}, '1', '2')", "' ' || {0}", "'{{\"headline\": 7, ' || substr({0}, 2)"),
}


@pytest.mark.parametrize("column", COLUMNS)
def test_an_edit_of_any_column_of_any_row_is_found(home, column):
    whole, before, harmed = ledger.file().read_bytes(), rows(), 0
    for number, edit in itertools.product(range(1, ENTRIES + 1), EDITS[column]):
        edited(f"UPDATE entries SET {column} = {edit.format(column)} WHERE id = {number};")
        if rows() != before:  # what was empty and was made empty is as it was
            harmed += 1
            with pytest.raises(Damaged, match="entry 1 " if edit == "-{0}" else f"entry {number} "):
                ledger.verify()
        put_back(whole)
    assert harmed >= ENTRIES


def test_bytes_that_are_no_text_are_found_named_and_kept_from_nobody(home):
    edited("UPDATE entries SET market = CAST(X'68ff' AS TEXT) WHERE id = 2;")
    with pytest.raises(Damaged, match=r"entry 2 \(h\\udcff promote 1\.0\.0\)"):
        ledger.verify()
    assert ledger.live(handmade.NAME).version == "1.0.1"
    assert json.loads(ledger_export.export().text.splitlines()[1])["market"] == "h\udcff"


def rows() -> list[tuple]:
    database = sqlite3.connect(ledger.file())
    found = database.execute("SELECT * FROM entries ORDER BY id").fetchall()
    database.close()
    return found


@pytest.mark.parametrize("number", range(1, ENTRIES + 1))
def test_a_row_that_was_removed_is_found_wherever_it_was(home, number):
    edited(f"DELETE FROM entries WHERE id = {number};")
    with pytest.raises(Damaged):
        ledger.verify()


def test_rows_cut_off_at_the_end_are_found_by_the_head_alone(home):
    edited(f"DELETE FROM entries WHERE id > {ENTRIES - 2};")
    with pytest.raises(
        Damaged, match=r"entry 5 with the hash \w{12} .* as ledger\.head says; found only 3 entries: the last ones were cut"
    ):
        ledger.verify()


def test_another_end_with_a_chain_of_its_own_is_found(home):
    """Whoever cuts the last rows off and goes on from there, with hashes that are right, has another ledger."""
    edited(f"DELETE FROM entries WHERE id > {ENTRIES - 2};")
    head = ledger.file().with_suffix(".head")
    aside = head.read_bytes()
    head.unlink()
    handmade.looked("2026-11-19")
    handmade.looked("2026-11-20")
    assert ledger.verify() == ENTRIES
    head.write_bytes(aside)
    with pytest.raises(Damaged, match="found another entry in its place"):
        ledger.verify()


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(range(1, ENTRIES + 1), 2)))
def test_two_rows_in_each_others_place_are_found(home, one, other):
    edited(f"UPDATE entries SET id = 0 WHERE id = {one}; UPDATE entries SET id = {one} WHERE id = {other}; "
           f"UPDATE entries SET id = {other} WHERE id = 0;")  # fmt: skip
    with pytest.raises(Damaged, match=f"entry {one} "):
        ledger.verify()


def test_a_file_cut_anywhere_is_found(home):
    whole = ledger.file().read_bytes()
    for size in (*range(0, len(whole), 1500), len(whole) - 1):
        put_back(whole[:size])
        with pytest.raises(NightshiftError):
            ledger.verify()


def test_any_byte_that_is_changed_is_found_or_changes_no_entry(home):
    """Every 97th byte; what is found nowhere is free space, an index SQLite can rebuild, or a counter."""
    whole, said, found = ledger.file().read_bytes(), rows(), 0
    for place in range(0, len(whole), 97):
        put_back(whole[:place] + bytes([whole[place] ^ 0x15]) + whole[place + 1 :])
        try:
            ledger.verify()
        except NightshiftError:
            found += 1
        else:
            assert rows() == said
    assert found > 40


def test_a_ledger_that_is_gone_is_said_and_never_begun_again(home):
    put_back(b"")
    ledger.file().unlink()
    for asked in (ledger.verify, lambda: handmade.looked("2026-11-20")):
        with pytest.raises(Damaged, match="found only 0 entries"):
            asked()
    assert not ledger.file().exists()


def test_a_head_that_is_no_head_is_named(home):
    for text in ("{", "[]", '{"entries": "5", "hash": ""}', '{"entries": 0, "hash": ""}', '{"entries": 5}'):
        ledger.file().with_suffix(".head").write_text(text)
        for asked in (ledger.verify, lambda: handmade.looked("2026-11-20")):
            with pytest.raises(Damaged, match=r"ledger\.head"):
                asked()


def test_without_a_head_a_ledger_is_whole_and_the_next_write_writes_one(home):
    head = ledger.file().with_suffix(".head")
    head.unlink()
    assert ledger.verify() == ENTRIES
    last = handmade.looked("2026-11-20")
    assert json.loads(head.read_text()) == {"entries": ENTRIES + 1, "hash": last.hash}


def test_a_head_that_is_behind_is_whole_and_caught_up_by_whoever_writes_next(home):
    """What a process leaves that was killed between its commit and the head."""
    head, behind = ledger.file().with_suffix(".head"), ledger_file.read(ledger.file())[2]
    head.write_text(json.dumps({"entries": 3, "hash": behind["hash"]}))
    assert ledger.verify() == ENTRIES
    again = handmade.looked("2026-11-19")  # it is written already: the head alone is not
    assert json.loads(head.read_text()) == {"entries": ENTRIES, "hash": again.hash}


@pytest.mark.usefixtures("loads")
@pytest.mark.parametrize("harm", ["UPDATE entries SET who = 'nobody' WHERE id = 2;", "DELETE FROM entries WHERE id = 5;"])
def test_a_broken_ledger_is_never_written_and_always_read(home, harm):
    tonight = handmade.night("2026-11-20")
    edited(harm)
    before = rows()
    writers = (
        lambda: release.promote(tonight, who="gate", why="better"),
        lambda: release.promote(tonight, who="ann", why="by hand", force=True),
        lambda: release.rollback(handmade.market(), who="ann"),
        lambda: handmade.looked("2026-11-20"),
    )
    for write in writers:
        with pytest.raises(Damaged, match=r"what is served stays.*nightshift ledger export --out FILE.*restore.*nightshift ledger verify"):
            write()
    assert rows() == before
    assert ledger.live(handmade.NAME).version == "1.0.1"
    assert len(ledger.looks(handmade.NAME)) == len([row for row in before if row[1:3] == (handmade.NAME, "look")])
    assert release.status(handmade.NAME).previous == "1.0.0"
    assert release.champion(handmade.NAME).version == "1.0.1"
    assert release.repair(handmade.NAME).version == "1.0.1"
