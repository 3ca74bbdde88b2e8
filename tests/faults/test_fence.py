"""Two real processes at once with nights of different sessions: what is served never goes back in time but on a person's word."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")
TONIGHT = "2026-11-19"


@pytest.fixture(scope="module", params=["few", pytest.param("many", marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def n_rounds(request) -> int:
    return {"few": 5, "many": 200}[request.param]


@pytest.fixture(scope="module")
def races(n_rounds):
    raced = {}

    def of(kind: str) -> list[dict]:
        if kind not in raced:
            raced[kind] = run(kind, n_rounds)
        return raced[kind]

    return of


def run(kind: str, n_rounds: int) -> list[dict]:
    folder = tempfile.mkdtemp(prefix="fence-", dir=MEMORY if MEMORY.is_dir() else None)
    command = (sys.executable, str(Path(__file__).with_name("racing_sessions.py")), kind, str(n_rounds), folder)
    done = subprocess.run(command, capture_output=True, text=True, timeout=800, check=False)
    shutil.rmtree(folder)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("kind", ["yesterday", "backfill"])
def test_what_is_served_is_never_older_than_what_was_served_before(races, kind):
    for race in races(kind):
        session_of = {release: session for _, session, release, *_ in race["changes"]}
        seen = [session_of[release] for release in race["seen"]]
        assert seen == sorted(seen)
        assert seen[-1] == session_of[race["served"]] == TONIGHT
        assert [kind for kind, *_ in race["changes"]] == ["promote"] * len(race["changes"])


@pytest.mark.parametrize("kind", ["yesterday", "backfill", "forced"])
def test_what_is_served_follows_the_ledger_and_its_order(races, kind):
    for race in races(kind):
        order = [release for _, _, release, *_ in race["changes"]]
        places = [order.index(release) for release in race["seen"]]
        assert places == sorted(places)
        assert race["served"] == order[-1]
        assert (race["looks"], race["links"]) == (2, len(order) + 2)


@pytest.mark.parametrize("kind", ["yesterday", "backfill"])
def test_tonight_always_gets_there_and_the_earlier_night_only_before_it(races, kind):
    for race in races(kind):
        assert race["statuses"]["tonight"] == 0
        released = [session for _, session, *_ in race["changes"]]
        assert released[-1] == TONIGHT
        assert race["statuses"]["earlier"] == (0 if len(released) == 3 else 3)


def test_only_a_persons_word_goes_back_in_time_and_the_ledger_has_it(races):
    for race in races("forced"):
        assert race["statuses"]["earlier"] == 0
        forced = [change for change in race["changes"] if change[0] == "force"]
        assert [(session, who, why) for _, session, _, who, why in forced] == [("2026-10-19", "ann", "the newer data was wrong")]
        went_back = [
            kind for (_, before, *_), (kind, after, *_) in zip(race["changes"], race["changes"][1:], strict=False) if after < before
        ]
        assert set(went_back) <= {"force"}
