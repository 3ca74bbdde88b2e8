"""Five processes promote at one moment: one night once, and of five nights judged against one champion exactly one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def rounds(tmp_path_factory) -> list[dict]:
    command = (sys.executable, str(Path(__file__).with_name("racing.py")), str(tmp_path_factory.mktemp("races")))
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_one_night_asked_for_by_five_is_promoted_once_and_all_are_content(rounds):
    assert [one["statuses"] for one in rounds if one["same"]] == [[0] * 5] * 4
    assert all(one["entries"] == 1 for one in rounds)


def test_of_five_nights_one_wins_and_the_others_are_refused(rounds):
    assert [sorted(one["statuses"]) for one in rounds if not one["same"]] == [[0, 3, 3, 3, 3]] * 4


def test_ledger_and_pointer_agree_after_every_race(rounds):
    assert all(one["agreed"] and one["links"] == 1 for one in rounds)
