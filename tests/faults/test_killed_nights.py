"""kill -9 of a whole night at any stage, then the same command again: the end state of an undisturbed night."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nightshift.nouns.verdict_record import Verdict
from nightshift.storage import ledger, store

SCRIPT = Path(__file__).with_name("killed_night.py")
KILLED = {
    "families": [{"name": "logistic"}],
    "execution": {"heavy": "here"},
    "gates": [
        {"metric": "accuracy", "must_be": "at_least", "limit": 0.55},
        {"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0},
    ],
}


@pytest.fixture(scope="module")
def place(tmp_path_factory, small_market):
    return small_market(tmp_path_factory.mktemp("killed"), **KILLED)


def _night(place, home, at=0, moment="never"):
    environment = os.environ | {"NIGHTSHIFT_HOME": str(place / home), "NIGHTSHIFT_MARKETS": str(place / "markets")}
    return subprocess.run([sys.executable, SCRIPT, str(at), moment], capture_output=True, text=True, env=environment, check=False)


def _end_state(home, monkeypatch):
    """What a user could tell apart: folders and what they hold, what is live, and by which entries. Clock readings are left out."""
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(home))
    folders = sorted(p.parent.relative_to(home).as_posix() for p in (home / "small").rglob(store.SEAL))
    for folder in folders:
        store.verify(home / folder)
    night = next((home / "small" / "nights").iterdir())
    entries = [(entry.kind, entry.version, entry.night, entry.session) for entry in ledger.entries("small")]
    litter = [p.name for p in home.rglob(".tmp-*")]
    verdict = Verdict.read(night / "verdict")
    scores = store.sha256_of(night / "models" / "logistic" / "scores.parquet")
    return {
        "folders": folders,
        "live": store.pointed("small/serving"),
        "entries": entries,
        "litter": litter,
        "verdict": verdict,
        "scores": scores,
    }


@pytest.fixture(scope="module")
def undisturbed(place):
    done = _night(place, "whole")
    assert done.returncode == 0, done.stderr
    return int(re.search(r"finished after (\d+)", done.stdout)[1])


def _killed_and_repeated(place, at, moment, monkeypatch):
    home = place / f"{moment}-{at}"
    assert _night(place, home.name, at, moment).returncode == -signal.SIGKILL
    assert _night(place, home.name).returncode == 0
    found = _end_state(home, monkeypatch)
    shutil.rmtree(home)
    assert found == _end_state(place / "whole", monkeypatch)
    assert [kind for kind, *_ in found["entries"]] == ["promote"]


def test_a_night_writes_the_folders_of_its_stages(undisturbed):
    assert undisturbed >= 12


@pytest.mark.parametrize(("share", "moment"), [(0.8, "before")])
def test_a_night_killed_here_and_there_ends_the_same(place, undisturbed, share, moment, monkeypatch):
    _killed_and_repeated(place, round(share * undisturbed), moment, monkeypatch)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_night_killed_at_any_stage_ends_the_same(place, undisturbed, moment, monkeypatch):
    for at in range(1, undisturbed + 1):
        _killed_and_repeated(place, at, moment, monkeypatch)
