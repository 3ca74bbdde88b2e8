"""A promotion, a rollback or a retraction killed at any of its writes: the ledger decides, asking again ends as if nothing had happened."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # a kill loses no page cache, so that the homes may lie in memory: twenty times faster


@pytest.fixture(scope="module", params=["first", "promote", "previous", "retract"])
def deaths(request) -> dict:
    script, folder = Path(__file__).with_name("dying.py"), tempfile.mkdtemp(prefix="deaths-", dir=MEMORY if MEMORY.is_dir() else None)
    command = (sys.executable, str(script), request.param, folder)
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    shutil.rmtree(folder)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1]) | {"action": request.param}


def test_every_write_was_died_at(deaths):
    *killed, last = deaths["rounds"]
    assert len(killed) >= (20 if deaths["action"] in {"first", "promote"} else 10)
    assert all(one["killed"] for one in killed)
    assert (last["killed"], last["status"]) == (False, 0)


def test_asking_again_ends_as_if_nothing_had_happened(deaths):
    wrong = [one["n"] for one in deaths["rounds"] if one["asked_again"]["fingerprint"] != deaths["undisturbed"]["fingerprint"]]
    assert wrong == []


def test_repair_alone_leaves_the_old_state_or_the_new_one_and_ledger_pointer_and_folder_agree(deaths):
    ends = [deaths["untouched"]["fingerprint"], deaths["undisturbed"]["fingerprint"]]
    found = [one["repaired"]["fingerprint"] for one in deaths["rounds"]]
    assert all(fingerprint in ends for fingerprint in found)
    assert sorted(found, key=ends.index) == found  # once the ledger has it, it has happened
    assert all(one["repaired"]["agreed"] and one["asked_again"]["agreed"] for one in deaths["rounds"])


def test_no_litter_stays(deaths):
    assert [one["n"] for one in deaths["rounds"] if one["asked_again"]["litter"] or one["repaired"]["litter"]] == []


def test_readers_always_saw_the_old_or_the_new_release(deaths):
    allowed = [deaths["untouched"]["pointed"], deaths["undisturbed"]["pointed"]]
    assert all(one["repaired"]["mid_flight"] in allowed for one in deaths["rounds"])
