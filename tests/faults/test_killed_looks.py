"""A look killed at any of its writes, an older file's move and the head among them: the old ledger or the new one, and one entry."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # a kill loses no page cache


@pytest.fixture(scope="module", params=["nothing", "written", "old"])
def deaths(request) -> dict:
    script, folder = Path(__file__).with_name("dying_looks.py"), tempfile.mkdtemp(prefix="looks-", dir=MEMORY if MEMORY.is_dir() else None)
    done = subprocess.run((sys.executable, str(script), request.param, folder), capture_output=True, text=True, timeout=120, check=False)
    shutil.rmtree(folder)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1]) | {"before": request.param}


def test_every_write_was_died_at(deaths):
    *killed, last = deaths["rounds"]
    assert len(killed) >= {"nothing": 16, "written": 16, "old": 20}[deaths["before"]]
    assert all(one["killed"] for one in killed)
    assert (last["killed"], last["status"]) == (False, 0)


def test_what_is_left_is_the_old_ledger_or_the_new_one(deaths):
    """Never a table without its rules, an older file half moved, or a row less; and once the look is there, it stays."""
    untouched, whole = deaths["untouched"], deaths["rounds"][-1]["left"]
    there = []
    for one in deaths["rounds"]:
        left = one["left"] and {name: one["left"][name] for name in ("rules", "rows")}
        new = left is not None and left["rows"] == whole["rows"]
        assert left is None or left["rows"] == (untouched["rows"] if untouched and not new else whole["rows"] if new else [])
        assert left is None or left["rules"] == (whole["rules"] if new else untouched["rules"] if untouched else [])
        there.append(new)
    assert there == sorted(there)
    assert there[0] is False
    assert there[-2:] == [True, True]  # dead after the commit, before the head


def test_the_second_try_ends_in_the_same_entry_and_the_same_ledger(deaths):
    last = deaths["rounds"][-1]
    assert [one["n"] for one in deaths["rounds"] if one["entry"] != last["entry"] or one["after"] != last["after"]] == []
    assert last["after"]["head"] == [len(last["after"]["rows"]), last["entry"]["hash"]]


def test_the_head_is_never_ahead_of_its_ledger(deaths):
    heads = [(one["left"]["head"], len(one["left"]["rows"])) for one in deaths["rounds"] if one["left"]]
    assert all(head is None or head[0] <= rows for head, rows in heads)


def test_no_row_of_an_older_file_is_changed(deaths):
    before = deaths["untouched"]["rows"] if deaths["untouched"] else []
    assert all(one["after"]["rows"][: len(before)] == before for one in deaths["rounds"])
