"""What cannot be simulated is refused before anything is fitted, in the words of whoever asked."""

import datetime as dt

import pytest

from nightshift.config import Gate, load_market
from nightshift.errors import ConfigError
from nightshift.running.simulation.gate_measures import refuse_examined
from nightshift.running.simulation.history import history_of, refuse_too_early
from nightshift.running.simulation.plan import plan_of, with_families


def test_fewer_than_two_nights(at_home):
    for first, last in ((dt.date(2026, 10, 30), dt.date(2026, 10, 30)), (dt.date(2026, 10, 30), dt.date(2026, 9, 1))):
        with pytest.raises(ConfigError, match=r"at least 2 nights to simulate; found .* next: choose an earlier --from"):
            plan_of(at_home, first, last)


def test_a_line_that_only_an_examination_answers(at_home):
    asking = at_home.model_copy(update={"gates": (*at_home.gates, Gate(metric="deflated_sharpe", must_be="at_least", limit=0.5))})
    with pytest.raises(ConfigError, match="deflated_sharpe at_least, which needs the examination of every night"):
        refuse_examined(asking)
    refuse_examined(at_home)


def test_a_first_night_without_enough_of_a_past(at_home):
    with pytest.raises(ConfigError, match="next: choose a later --from"):
        refuse_too_early(history_of(plan_of(at_home, dt.date(2024, 6, 5), dt.date(2024, 6, 28))))


def test_only_some_families_are_a_market_that_names_only_these(at_home):
    assert with_families(at_home, ()) == at_home
    assert with_families(at_home, ("logistic",)).family_names == ("logistic",)
    with pytest.raises(ConfigError, match="family"):
        with_families(at_home, ("logistik",))


def test_the_address_moves_with_data_policy_options_and_span(lived, at_home):
    plan, gates = lived.plan, (*at_home.gates, Gate(metric="accuracy", must_be="at_most", limit=0.9, by="value"))
    others = [
        plan_of(at_home, dt.date(2026, 9, 1), dt.date(2026, 10, 30), every=3),
        plan_of(at_home, dt.date(2026, 9, 2), dt.date(2026, 10, 30), every=2),
        plan_of(at_home.model_copy(update={"gates": gates}), dt.date(2026, 9, 1), dt.date(2026, 10, 30), every=2),
    ]
    assert plan_of(load_market("small"), dt.date(2026, 9, 1), dt.date(2026, 10, 30), every=2).key == plan.key
    assert len({plan.key, *(other.key for other in others)}) == 4
