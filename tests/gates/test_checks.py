import importlib.util
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.config import Gate
from nightshift.gates import COMPARISONS, decide
from nightshift.gates.evidence import Evidence
from nightshift.nouns.measures import Measure
from nightshift.nouns.verdict_record import Verdict

_SPEC = importlib.util.spec_from_file_location("scales", Path(__file__).parent / "scales.py")
scales = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(scales)

ANY_NUMBER = st.floats(-1e6, 1e6) | st.sampled_from([0.0, -0.0, 1.0, -1.0, math.nan, math.inf, -math.inf])
FINITE = st.floats(-1e6, 1e6)
quick = settings(max_examples=150, deadline=None)


def evidence(value, champion=None, naive=(), *, low=None, high=None, n_sessions=100, metric="calmar") -> Evidence:
    def measured(number, low=None, high=None):
        return {metric: Measure(number, low, high, "" if number is not None else "not enough evidence: 12 of 60 sessions")}

    rules = {f"rule_{index}": measured(number) for index, number in enumerate(naive)}
    served = {} if champion is None else {"champion": measured(champion)}
    measures = {"ridge": measured(value, low, high), **served, **rules}
    return Evidence(
        challenger="ridge",
        champion="champion" if served else None,
        naive=tuple(rules),
        n_sessions=n_sessions,
        measures=measures,
        leads=scales.leads(measures, "ridge"),
        weighed=scales.weighed(),
    )


def verdict(must_be, limit, *args, **more) -> Verdict:
    return decide([Gate(metric="calmar", must_be=must_be, limit=limit)], evidence(*args, **more))


@quick
@given(
    must_be=st.sampled_from(sorted(COMPARISONS)),
    limit=FINITE,
    value=ANY_NUMBER,
    champion=ANY_NUMBER,
    naive=st.lists(ANY_NUMBER, max_size=3),
)
def test_promotion_means_the_plain_inequality_holds(must_be, limit, value, champion, naive):
    found = verdict(must_be, limit, value, champion, naive)
    if found.decision != "PROMOTE":
        return
    comparison = COMPARISONS[must_be]
    rivals = {"limit": [limit], "champion": [champion], "naive": naive}[comparison.against]
    assert all(map(math.isfinite, [value, *rivals]))
    for rival in rivals:
        needed = rival if comparison.against == "limit" else rival + limit if comparison.upward else rival - limit
        assert value >= needed if comparison.upward else value <= needed


@quick
@given(
    must_be=st.sampled_from(sorted(COMPARISONS)),
    limit=FINITE,
    value=FINITE,
    champion=FINITE,
    naive=st.lists(FINITE, min_size=1, max_size=3),
)
@pytest.mark.parametrize("gain", [1e-9, 0.5, 1e5])
def test_a_better_value_never_loses_a_promotion(must_be, limit, value, champion, naive, gain):
    better = value + gain if COMPARISONS[must_be].upward else value - gain
    if verdict(must_be, limit, value, champion, naive).decision == "PROMOTE" and better != champion:
        assert verdict(must_be, limit, better, champion, naive).decision == "PROMOTE"


@quick
@given(must_be=st.sampled_from(sorted(COMPARISONS)), limit=FINITE, champion=FINITE, value=FINITE)
def test_values_that_are_none_or_not_finite_never_promote(must_be, limit, champion, value):
    for broken in (None, math.nan, math.inf, -math.inf):
        assert verdict(must_be, limit, broken, champion, [0.0]).decision != "PROMOTE"
        if COMPARISONS[must_be].against == "champion" and broken is not None:
            assert verdict(must_be, limit, value, broken, [0.0]).decision == "REJECT"
        if COMPARISONS[must_be].against == "naive":
            assert verdict(must_be, limit, value, champion, [broken]).decision != "PROMOTE"
            assert broken is None or verdict(must_be, limit, value, champion, [0.0, broken]).decision == "REJECT"


@pytest.mark.parametrize(
    ("value", "champion", "expected"),
    [
        (-0.5, -1.0, "PROMOTE"),  # less of a loss is better; a ratio would say the opposite
        (-1.2, -1.0, "REJECT"),  # a ratio calls this 20 % more
        (0.1, 0.0, "PROMOTE"),  # a ratio to zero has no value
        (0.0, 0.0, "REJECT"),
        (1.0, 1.0, "REJECT"),
        (1.0 + 1e-15, 1.0, "REJECT"),  # the order of a sum is no improvement
        (1.0, -1.0, "PROMOTE"),
        (-1.0, 1.0, "REJECT"),
    ],
)
def test_the_sign_of_the_baseline_does_not_matter(value, champion, expected):
    assert verdict("above_champion_by", 0.0, value, champion).decision == expected


def test_the_hardest_naive_rule_is_the_baseline_on_either_side():
    assert verdict("above_naive_by", 0.0, 0.5, None, [0.1, 0.6, 0.2]).decision == "REJECT"
    assert verdict("below_naive_by", 0.0, 0.5, None, [0.9, 0.4, 0.8]).decision == "REJECT"
    assert verdict("below_naive_by", 0.0, 0.3, None, [0.9, 0.4, 0.8]).decision == "PROMOTE"


def test_without_a_champion_the_best_naive_rule_stands_in_and_the_reason_says_so():
    check = verdict("above_champion_by", 0.0, 0.5, None, [0.1, 0.2]).checks[0]
    assert (check.passed, check.baseline, check.baseline_value) == (True, "rule_1", 0.2)
    assert "no champion yet" in check.reason


def test_without_champion_and_naive_rules_nothing_is_known():
    assert verdict("above_champion_by", 0.0, 0.5).decision == "ABSTAIN"


def test_a_missing_value_abstains_and_says_how_many_more_sessions():
    found = verdict("at_least", 0.5, None)
    assert found.decision == "ABSTAIN"
    assert found.more_sessions == 48
    assert found.headline == "Not enough evidence about ridge: calmar of ridge: 12 of 60 sessions; about 48 more sessions are needed."


def test_an_interval_that_holds_the_limit_abstains_and_one_that_excludes_it_rejects():
    undecided = verdict("at_least", 0.5, 0.4, low=0.2, high=0.6)
    assert (undecided.decision, undecided.more_sessions) == ("ABSTAIN", 300)
    assert verdict("at_least", 0.5, 0.4, low=0.35, high=0.45).decision == "REJECT"
    assert verdict("at_least", 0.5, 0.6, low=0.4, high=0.8).decision == "ABSTAIN", "as much as on the other side of the limit"
    assert verdict("at_least", 0.5, 0.6, low=0.55, high=0.65).decision == "PROMOTE"


def test_waiting_is_not_offered_where_ten_years_would_not_tell():
    found = verdict("at_least", 0.51, 0.5099, low=0.47, high=0.55)
    assert (found.decision, found.more_sessions) == ("ABSTAIN", None)
    assert "no number of sessions within ten years would tell" in found.headline


def test_a_guard_rail_is_decided_by_the_value_alone():
    gate = Gate(metric="calmar", must_be="at_least", limit=0.5, by="value")
    assert decide([gate], evidence(0.6, low=-2.0, high=3.0)).decision == "PROMOTE"
    assert decide([gate], evidence(0.4, low=-2.0, high=3.0)).decision == "REJECT"


def test_beyond_a_ceiling_on_what_should_be_high_a_person_decides():
    found = verdict("at_most", 0.5, 0.6)
    assert (found.decision, found.held) == ("ABSTAIN", True)
    assert "held for a person: calmar 0.6 is not at most 0.5: too good to be true until a person has looked" in found.headline
    ceiling, floor = Gate(metric="calmar", must_be="at_most", limit=0.5), Gate(metric="calmar", must_be="at_least", limit=0.7)
    assert decide([ceiling, floor], evidence(0.6)).decision == "REJECT", "a hold excuses no failure"
    assert not decide([ceiling], evidence(0.4)).held


@pytest.mark.parametrize(
    ("lead", "low", "high", "decision"),
    [(0.5, 0.1, 0.9, "PROMOTE"), (0.5, -0.1, 1.1, "ABSTAIN"), (-0.5, -0.9, -0.1, "REJECT"), (0.0, 0.0, 0.0, "REJECT")],
)
def test_a_comparison_is_decided_by_the_whole_interval_of_the_difference(lead, low, high, decision):
    found = replace(evidence(1.0 + lead, 1.0), leads={"champion": {"calmar": Measure(lead, low, high)}})
    gate = Gate(metric="calmar", must_be="above_champion_by", limit=0.0)
    assert decide([gate], found).decision == decision


def test_a_comparison_whose_interval_is_missing_for_a_reason_is_undecided():
    found = replace(evidence(9.0, 1.0), leads={"champion": {"calmar": Measure(8.0, note="not enough evidence: 12 of 20 sessions")}})
    assert decide([Gate(metric="calmar", must_be="above_champion_by", limit=0.0)], found).decision == "ABSTAIN"


def test_a_partial_night_never_replaces_a_champion():
    gate = Gate(metric="calmar", must_be="at_least", limit=0.5)
    partial = "it looked at 2 symbols only (A, B)"
    found = decide([gate], replace(evidence(0.9, 0.8), partial=partial))
    assert found.decision == "REJECT"
    assert f"a partial night never replaces a champion of the whole market: {partial}" in found.headline
    assert found.partial == partial
    assert decide([gate], replace(evidence(0.9), partial=partial)).decision == "PROMOTE", "nothing is served yet"


def test_a_lead_of_a_partial_night_is_not_told_as_one_that_waits_for_the_budget():
    gate = Gate(metric="sharpe_annual", must_be="above_champion_by", limit=0.0)
    measures = {"ridge": {"sharpe_annual": Measure(2.0)}, "champion": {"sharpe_annual": Measure(1.0)}}
    night = Evidence("ridge", "champion", (), 120, measures, weighed=scales.weighed(bound=None, spent_fraction=0.0))
    told = decide([gate], replace(night, partial="it looked at 2 symbols only (A, B)")).checks[-1]
    assert told.passed is None
    assert told.reason.endswith("; a partial night spends nothing of the error budget and promotes nothing over a champion")
    assert told.more_sessions is None


@quick
@given(limit=FINITE, value=FINITE, width=st.floats(0, 1e3), gain=st.floats(0, 1e3))
def test_with_an_interval_of_one_width_a_better_value_never_gets_a_worse_verdict(limit, value, width, gain):
    order = ["REJECT", "ABSTAIN", "PROMOTE"]
    before, after = (verdict("at_least", limit, v, low=v - width, high=v + width).decision for v in (value, value + gain))
    assert order.index(after) >= order.index(before)


def test_fewer_sessions_than_a_month_abstain_whatever_they_show():
    found = verdict("at_least", 0.5, 9.9, n_sessions=12)
    assert (found.decision, found.more_sessions) == ("ABSTAIN", 8)
    assert found.headline == "Not enough evidence about ridge: 12 of 20 test sessions; about 8 more sessions are needed."


def test_every_check_tells_value_limit_margin_and_what_would_have_turned_it():
    check = verdict("above_champion_by", 0.2, 1.0, 0.9).checks[0]
    assert (check.value, check.limit, check.baseline_value) == (1.0, 0.2, 0.9)
    assert check.margin == pytest.approx(-0.1)
    assert check.turns_at == pytest.approx(1.1)
    assert "0.1 above the champion (0.9); more than 0.2 above was asked" in check.reason
