"""`nightshift ledger`: the chain is proven or the first wrong entry is named, and what can be read is written out."""

import datetime as dt
import hashlib
import json
import sqlite3

import pytest

from nightshift.nouns.look import Look
from nightshift.storage import ledger

LOOK = Look(
    recipe="9f2c", opponent="", period_from="2026-11-19", sessions=("2026-11-19",), net_returns={"challenger": (0.001,)}, n_sessions=1,
    horizon_sessions=250, lead_annual=None, z=None, bound=None, spent_fraction=0.0, trials=24, reused_sessions=0, decision="ABSTAIN",
    headline="too little yet", partial="", forced="",
)  # fmt: skip


@pytest.fixture
def looked(promoted):
    """A night's own look and its release, and a look of another market."""
    at = ledger.live("small").at
    told = {"market": "other", "night": "other/nights/2026-11-19-0a1b2c3d", "session": "2026-11-19", "as_of": at, "who": "gate"}
    return ledger.record_look(LOOK, **told, at=dt.datetime.fromisoformat(at))


def broken(edit: str) -> None:
    database = sqlite3.connect(ledger.file())
    database.executescript(f"DROP TRIGGER never_changed; DROP TRIGGER never_removed; {edit}")
    database.close()


def test_a_whole_ledger_is_told_market_by_market(looked, ask):
    said = ask("ledger", "verify")
    assert said.code == 0
    assert said.out.splitlines() == [
        f"every link of the chain and its end are whole: 3 entries, head {looked.hash[:12]}",
        "",
        "market  changes  looks  trials",
        "other         0      1      24",
        f"small         1      1  {ledger.trials('small'):>6}",
    ]
    assert ask("ledger", "verify", "--json", "--market", "small").facts == {
        "entries": 3, "head": looked.hash, "markets": [{"market": "small", "changes": 1, "looks": 1, "trials": ledger.trials("small")}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("UPDATE entries SET why = 'nobody knows' WHERE id = 2;", "entry 2 (small promote 1.0.0) is not what was written"),
        ("DELETE FROM entries WHERE id = 3;", "only 2 entries: the last ones were cut off"),
    ],
)
def test_a_broken_ledger_is_named_by_verify_by_the_doctor_and_by_what_is_exported(looked, ask, edit, told):
    broken(edit)
    said = ask("ledger", "verify")
    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert all(step in said.err for step in ("nightshift ledger export --out FILE", "restore ledger.sqlite*", "nightshift ledger verify"))
    doctor = ask("doctor", "--market", "small")
    assert doctor.code == 3
    assert told in next(line for line in doctor.out.splitlines() if " ledger " in line)
    exported = ask("ledger", "export")
    assert exported.code == 1
    assert told in json.loads(exported.out.splitlines()[-1])["broken"]
    assert json.loads(exported.out.splitlines()[1])["version"] == "1.0.0"


def test_an_export_can_be_verified_without_the_program(looked, ask, tmp_path):
    file = tmp_path / "ledger.jsonl"
    said = ask("ledger", "export", "--out", str(file))
    assert (said.code, said.out) == (0, f"3 of 3 entries, head {looked.hash[:12]}, in {file}\n")
    *entries, end = map(json.loads, file.read_text().splitlines())
    previous = "0" * 64
    for entry in entries:
        facts = {name: value for name, value in entry.items() if name not in {"id", "hash"}}
        assert entry["previous_hash"] == previous
        assert entry["hash"] == hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        previous = entry["hash"]
    assert end == {"entries": 3, "exported": 3, "head": previous, "broken": ""}
    assert [entry["evidence"].get("trials") for entry in entries] == [ledger.trials("small"), None, 24]
    assert ask("ledger", "export").out == file.read_text()


def test_an_export_of_a_market_has_the_end_of_the_whole_chain(looked, ask):
    *entries, end = map(json.loads, ask("ledger", "export", "--market", "small").out.splitlines())
    assert [entry["market"] for entry in entries] == ["small", "small"]
    assert end == {"entries": 3, "exported": 2, "head": looked.hash, "broken": ""}
    as_json = ask("ledger", "export", "--market", "small", "--json").facts
    assert as_json == {"exported_entries": entries, **end}


def test_before_anything_is_written_there_is_nothing_to_break(empty, ask):
    assert ask("ledger", "verify").out == "nothing is in the ledger yet\n"
    (end,) = map(json.loads, ask("ledger", "export").out.splitlines())
    assert (end["entries"], end["broken"]) == (0, "")


def test_a_ledger_that_cannot_be_opened_at_all_is_exported_as_nothing_with_the_reason(promoted, ask):
    ledger.file().write_bytes(b"not a database at all, really not" * 50)
    said = ask("ledger", "export")
    assert said.code == 1
    assert "a whole ledger" in json.loads(said.out)["broken"]


@pytest.mark.parametrize(
    ("words", "told"), [(["verify", "--out", "x"], "--out with export"), (["export", "--out", "/nowhere/x"], "/nowhere/x")]
)
def test_what_cannot_be_meant_is_refused(promoted, ask, words, told):
    said = ask("ledger", *words)
    assert said.code == 3
    assert told in said.err


def test_history_and_status_see_no_looks(looked, ask):
    assert [entry["kind"] for entry in ask("history", "--market", "small", "--json").facts["ledger"]] == ["promote"]
    (status,) = ask("status", "--market", "small", "--json").facts
    assert status["version"] == "1.0.0"
