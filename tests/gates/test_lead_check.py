"""The check that spends the error budget, in words: what it passes, fails and waits for."""

import importlib.util
import math
from pathlib import Path

import pytest

from nightshift.gates.evidence import Evidence
from nightshift.gates.lead_check import ask_lead
from nightshift.gates.liveness import LEAD, wall
from nightshift.gates.partial import partial_reason
from nightshift.nouns.measures import Measure
from nightshift.nouns.options import Options

_SPEC = importlib.util.spec_from_file_location("scales", Path(__file__).parent / "scales.py")
scales = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(scales)


def answer(margin=0.0, value=3.0, left_out=None, **standing):
    measures = {"ridge": {"sharpe_annual": Measure(value)}}
    weighed = scales.weighed(margin_annual=margin, **standing)
    return ask_lead(Evidence("ridge", "champion", (), 120, measures, weighed=weighed, champion_left_out=left_out), margin)


def test_a_lead_beyond_the_bound_passes():
    check = answer()
    assert (check.passed, check.baseline, check.margin) == (True, "champion", 2.0)
    assert check.reason == (
        "net of costs its Sharpe leads champion 1.0.0 by 2.00 (0.90 to 3.10) over 120 sessions: z 3.50, where 2.50 promotes tonight"
    )


@pytest.mark.parametrize("z", [2.49, 0.0, -5.0, None])
def test_a_lead_below_the_bound_waits(z):
    assert answer(z=z).passed is None


def test_a_lead_that_nothing_can_be_spent_on_waits_however_sure_it_looks():
    assert answer(bound=None, z=99.0).passed is None


@pytest.mark.parametrize("lead", [0.0, 1e-6, 0.01, -1e-6])
def test_a_tie_never_promotes_however_small_its_spread(lead):
    check = answer(lead_annual=lead, z=99.0)
    assert check.passed is False
    assert check.reason.endswith("a tie never promotes")
    assert "level with champion 1.0.0" in check.reason


@pytest.mark.parametrize("lead", [math.nan, math.inf, -math.inf])
def test_a_lead_that_is_no_number_never_promotes(lead):
    assert answer(lead_annual=lead, z=99.0).passed is not True
    assert answer(value=lead, z=99.0).passed is False


def test_what_is_behind_fails_and_says_by_how_much():
    check = answer(lead_annual=-0.4, low=-1.0, high=0.2, z=-1.3)
    assert check.passed is False
    assert "is behind champion 1.0.0 by 0.40 (-1.00 to 0.20) over 120 sessions" in check.reason


def test_a_margin_has_to_be_led_by():
    assert answer(margin=2.5, z=99.0).passed is False
    assert answer(margin=1.5).passed is True
    assert "more than 1.5 is asked" in answer(margin=1.5, z=0.1).reason


def test_waiting_is_told_where_it_can_tell():
    assert answer(z=1.0, more_sessions=80).more_sessions == 80
    assert "about 80 more sessions would tell" in answer(z=1.0, more_sessions=80).reason
    hopeless = answer(z=0.2, more_sessions=None)
    assert hopeless.more_sessions is None
    assert "waiting until 2027-06-28 would not tell a lead of this size from luck" in hopeless.reason
    assert "what is left of the budget finds a lead of 1.90" in hopeless.reason


def test_too_few_sessions_for_a_first_look_say_how_many_are_missing():
    check = answer(n_sessions=7, z=1.0, bound=None)
    assert check.more_sessions == 13
    assert "a first look needs 20 sessions: 7 of 20 are there" in check.reason


def test_a_spent_budget_says_until_when():
    assert answer(z=2.0, bound=None, spent_before_fraction=0.05).reason.endswith("the error budget of 5% is spent until 2027-06-28")


def test_the_same_evidence_is_not_asked_twice():
    assert "the same evidence is not asked twice" in answer(z=9.0, bound=None, new_sessions=0).reason


def test_a_champion_that_could_not_be_judged_is_undecided():
    assert answer(left_out="NaN on 2026-03-02").passed is None


def test_a_wall_is_named_and_an_ordinary_wait_is_none():
    assert wall([("accuracy at_least", LEAD)] * 21).startswith("nothing could have been promoted for 21 nights: accuracy at_least")
    assert wall([("accuracy at_least",)] * 10 + [(LEAD,)] + [("accuracy at_least",)] * 15) == ""
    assert wall([(LEAD,)] * 300) == ""
    assert wall([]) == ""


class TestPartialNights:
    """What makes a night partial."""

    @pytest.fixture
    def reason(self):
        from nightshift.config import load_market

        market = load_market("demo")

        def of(left_out=(), **options) -> str:
            evaluation = type("Left", (), {"left_out": dict.fromkeys(left_out, "it failed")})
            return partial_reason(market, Options(**options), evaluation)

        return of

    def test_a_whole_night_is_none(self, reason):
        assert reason() == ""
        assert reason(families=("xgboost", "logistic", "lightgbm", "random_forest")) == ""
        assert reason(left_out=("last_sign", "champion")) == ""

    def test_symbols_families_and_failures_are_each_said(self, reason):
        assert reason(symbols=("A", "B")) == "it looked at 2 symbols only (A, B)"
        assert reason(families=("logistic",)) == "it was run without random_forest, xgboost, lightgbm"
        assert reason(left_out=("xgboost",)) == "xgboost could not be judged"
        assert reason(symbols=tuple("ABCDEFG"), left_out=("xgboost",)) == (
            "it looked at 7 symbols only (A, B, C, D, E and 2 more); xgboost could not be judged"
        )
