"""Real nights through `airflow dags test`: real stages, real models, a real mail server, no stand-ins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

DAY = "2026-11-20"
pytestmark = pytest.mark.timeout(600)  # whole nights, also on a busy machine


def verdicts(desk, market: str) -> list[str]:
    return [json.loads(file.read_text())["decision"] for file in sorted((desk.home / market / "nights").glob("*/verdict/verdict.json"))]


def test_a_planted_signal_is_promoted_and_mailed(desk):
    market = desk.market("tiny")
    first = desk.dags_test("tiny_daily_retrain", DAY)
    assert first.returncode == 0, first.stdout[-3000:] + first.stderr[-3000:]
    assert verdicts(desk, market) == ["PROMOTE"]
    assert desk.served(market) == "1.0.0"
    assert len(desk.subjects) == 1
    assert desk.subjects[0].startswith("[nightshift][tiny] PROMOTED")
    assert "version 1.0.0" in desk.bodies[0]
    report = next(line for line in desk.bodies[0].splitlines() if line.startswith("file: ")).removeprefix("file: ")
    assert "<html" in Path(report).read_text()[:2000].lower()


# In every run the wiring's promotion has a second round, and five processes that ask for one promotion at once make one release.
@pytest.mark.slow
def test_it_is_promoted_once_however_often_the_night_is_run(desk):
    again = desk.dags_test("tiny_daily_retrain", DAY)
    assert again.returncode == 0
    assert desk.served("tiny") == "1.0.0"
    assert len(list((desk.home / "tiny" / "releases").iterdir())) == 1
    assert len(desk.subjects) == 1


def test_a_night_that_breaks_is_red_mails_exactly_once_and_leaves_what_is_served(desk):
    before, told = desk.served("tiny"), len(desk.subjects)
    desk.market("tiny", quality="{max_data_age_hours: 0.01}")
    run = desk.dags_test("tiny_daily_retrain", DAY)
    assert run.returncode == 1
    assert len(desk.subjects) == told + 1
    assert desk.subjects[-1].startswith("[nightshift][tiny] DATA REFUSED 2026-11-19: freshness: ")
    assert "What to do:" in desk.bodies[-1]
    assert desk.served("tiny") == before


# In every run the wiring's refusals are green, and the characterised night in which nothing is planted is refused.
@pytest.mark.slow
def test_without_a_signal_the_night_is_green_and_refuses(desk):
    told = len(desk.subjects)
    market = desk.market("tiny_null", signal="{kind: none}")
    run = desk.dags_test("tiny_null_daily_retrain", DAY)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    assert verdicts(desk, market)[0] in {"REJECT", "ABSTAIN"}
    assert desk.served(market) is None
    assert len(desk.subjects) == told + 1
    assert "[nightshift][tiny_null]" in desk.subjects[-1]
