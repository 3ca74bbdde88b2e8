"""The budget over many nights: what is spent, what promotes, and what waiting can reach."""

import datetime as dt
import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.config import Budget, load_market
from nightshift.gates.bounds import next_bound
from nightshift.gates.earned import Earned
from nightshift.gates.spending import SPENDING
from nightshift.gates.tonight import Tonight
from nightshift.gates.weighing import Weighed, weigh
from nightshift.nouns.look import Look, LookEntry

DAYS = [str(day) for day in sessions.between("XNYS", dt.date(2022, 1, 3), dt.date(2026, 6, 1))]
MARKET = load_market("demo")
Z95 = NormalDist().inv_cdf(0.95)


def market(**budget):
    return MARKET.model_copy(update={"budget": Budget(**budget)})


def tonight(place: int, ours, theirs, *, window=122, recipe="recipe", opponent="1.0.0", may_promote=True) -> Tonight:
    """The night of DAYS[place], with the test sessions before it."""
    inside = slice(max(place + 1 - window, 0), place + 1)
    earned = Earned(tuple(DAYS[inside]), {"challenger": ours[inside], "champion": theirs[inside]})
    return Tonight(DAYS[place], recipe, opponent, earned, earned.sessions, 3, 0.0, 1, 252, may_promote=may_promote)


def written(found: Weighed, night: Tonight) -> LookEntry:
    """The look as the ledger keeps it."""
    at = found.standing
    look = Look(
        recipe=night.recipe, opponent=night.opponent, period_from=at.period_from, sessions=found.brought.sessions,
        net_returns={name: tuple(map(float, values)) for name, values in found.brought.of.items()}, n_sessions=at.n_sessions,
        horizon_sessions=at.horizon_sessions, lead_annual=at.lead_annual, z=at.z, bound=at.bound, spent_fraction=at.spent_fraction,
        trials=at.trials, reused_sessions=at.reused_sessions, decision="ABSTAIN", headline="", partial="", forced="",
    )  # fmt: skip
    links = {"as_of": "", "who": "gate", "at": "", "previous_hash": "", "hash": ""}
    return LookEntry(market="demo", night=f"{night.session}-{night.recipe}", session=night.session, look=look, **links)


def walked(nights: list[Tonight], chosen=MARKET) -> list[Weighed]:
    """One night after the other, each with the looks before it."""
    looks, out = [], []
    for night in nights:
        out.append(weigh(chosen, looks, night))
        looks.append(written(out[-1], night))
    return out


def noise(seed: int, lead_annual: float = 0.0, n: int = 700) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    common, own = rng.normal(0, 0.01, (2, n)) / math.sqrt(2), rng.normal(0, 0.01, (2, n)) / math.sqrt(2)
    return common[0] + own[0] + lead_annual * 0.01 / math.sqrt(252), common[0] + own[1]


@pytest.mark.parametrize("spending", sorted(SPENDING))
def test_bounds_agree_with_the_published_ones_at_five_equal_looks(spending):
    """Lan and DeMets at one-sided 2.5 %, e.g. in ldbounds and gsDesign."""
    published = {"obrien_fleming": (4.8769, 3.3569, 2.6803, 2.2898, 2.0310), "pocock": (2.4380, 2.4268, 2.4101, 2.3966, 2.3859)}
    seen, spent, found = (), 0.0, []
    for look in range(1, 6):
        allowed = SPENDING[spending](0.025, look / 5)
        found.append(next_bound(seen, look / 5, allowed - spent))
        seen, spent = (*seen, (look / 5, found[-1])), allowed
    assert found == pytest.approx(published[spending], abs=0.004)


@pytest.mark.parametrize("spending", sorted(SPENDING))
def test_a_walk_without_drift_crosses_as_often_as_the_budget_says(spending):
    shares = np.arange(20, 251, 5) / 250
    seen, spent, bounds = (), 0.0, []
    for share in shares:
        allowed = SPENDING[spending](0.05, share)
        bounds.append(next_bound(seen, share, allowed - spent))
        seen, spent = (*seen, (share, bounds[-1])), allowed if bounds[-1] is not None else spent
    steps = np.random.default_rng(5).standard_normal((20_000, len(shares))) * np.sqrt(np.diff(shares, prepend=0.0))
    z = np.cumsum(steps, axis=1) / np.sqrt(shares)
    crossed = (z >= np.array([math.inf if bound is None else bound for bound in bounds])).any(axis=1).mean()
    assert abs(crossed - 0.05) < 3 * math.sqrt(0.05 * 0.95 / 20_000)


def test_the_same_sessions_are_never_looked_at_twice_for_free():
    ours, theirs = noise(1, lead_annual=1.0)
    once = tonight(200, ours, theirs)
    first, again = walked([once, once])
    assert first.standing.bound is not None
    assert (again.standing.bound, again.standing.spent_fraction, again.standing.new_sessions) == (None, 0.0, 0)
    assert not again.leads
    assert again.standing.reused_sessions == 122


def test_evidence_accumulates_since_the_appointment_and_is_not_rewritten():
    ours, theirs = noise(2)
    nights = [tonight(place, ours + (place % 7) * 1e-4, theirs) for place in range(200, 240)]
    found = walked(nights)
    assert [one.standing.n_sessions for one in found] == list(range(122, 162))
    assert [len(one.brought.sessions) for one in found] == [122, *[1] * 39]
    assert found[-1].standing.first_session == DAYS[200 - 121]
    assert found[-1].standing.horizon_sessions == 122 + 250


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), spending=st.sampled_from(["obrien_fleming", "pocock", "e_process"]), recipes=st.integers(1, 6))
def test_all_looks_of_all_recipes_together_never_spend_more_than_the_budget(seed, spending, recipes):
    rng = np.random.default_rng(seed)
    ours, theirs = noise(seed)
    places = np.sort(rng.integers(150, 399, 60))
    nights = [tonight(int(place), ours, theirs, recipe=f"recipe {rng.integers(recipes)}") for place in places]
    found = walked(nights, market(spending=spending))
    assert {one.standing.period_from for one in found} == {DAYS[places[0]]}
    assert sum(one.standing.spent_fraction for one in found) <= 0.05 + 1e-12
    assert all(one.standing.spent_fraction >= 0 for one in found)


def test_a_recipe_that_is_changed_every_night_runs_out_of_budget_and_is_told_until_when():
    ours, theirs = noise(3)
    found = walked([tonight(200 + place, ours, theirs, recipe=f"recipe {place}") for place in range(150)], market(spending="pocock"))
    assert sum(one.standing.spent_fraction for one in found) <= 0.05
    last = found[-1].standing
    assert last.budget_fraction - last.spent_before_fraction < 1e-3
    assert last.period_until == DAYS[200 + 250]


def test_a_new_period_has_a_new_budget_and_only_its_own_sessions():
    ours, theirs = noise(4)
    found = walked([tonight(place, ours, theirs) for place in range(200, 480, 1)])
    old, new = found[249], found[250]
    assert old.standing.period_from == DAYS[200]
    assert new.standing.period_from == DAYS[450]
    assert (new.standing.n_sessions, new.standing.bound) == (0, None)
    assert [one.standing.n_sessions for one in found[251:271]] == list(range(1, 21))
    assert new.standing.spent_before_fraction == 0.0


def test_another_champion_is_another_incumbency():
    ours, theirs = noise(6)
    first, second = walked([tonight(200, ours, theirs), tonight(201, ours, theirs, opponent="1.0.1")])
    assert first.standing.spent_fraction > 0
    assert second.standing.spent_before_fraction == 0.0
    assert second.standing.n_sessions == 122


def test_a_partial_night_and_a_night_with_too_few_sessions_spend_nothing():
    ours, theirs = noise(7, lead_annual=20.0)
    few = weigh(MARKET, [], tonight(18, ours, theirs))
    partial = weigh(MARKET, [], tonight(200, ours, theirs, may_promote=False))
    for found in (few, partial):
        assert (found.standing.bound, found.standing.spent_fraction, found.leads) == (None, 0.0, False)


def test_a_lead_that_is_there_promotes_and_none_is_a_rejection():
    ours, theirs = noise(8, lead_annual=8.0)
    assert weigh(MARKET, [], tonight(200, ours, theirs)).leads
    behind = weigh(MARKET, [], tonight(200, theirs, ours))
    assert not behind.leads
    assert behind.standing.lead_annual < 0


def test_every_opponent_has_to_be_led():
    ours, theirs = noise(9, lead_annual=8.0)
    night = tonight(200, ours, theirs, opponent="")
    hard = Earned(night.earned.sessions, {**night.earned.of, "always_up": night.earned.of["challenger"] + 0.001})
    found = weigh(MARKET, [], Tonight(night.session, "recipe", "", hard, hard.sessions, 3, 0.0, 1, 252))
    assert (found.standing.opponent, found.leads) == ("always_up", False)


def test_waiting_is_offered_only_where_the_period_can_tell():
    ours, theirs = noise(10, lead_annual=2.0)
    hopeful = weigh(MARKET, [], tonight(200, ours, theirs)).standing
    assert 0 < hopeful.more_sessions <= 250
    slight = Earned(hopeful_days := tuple(DAYS[79:201]), {"challenger": theirs[79:201] + 2e-5, "champion": ours[79:201]})
    hopeless = weigh(MARKET, [], Tonight(DAYS[200], "r", "1.0.0", slight, hopeful_days, 1, 0.0, 1, 252)).standing
    assert hopeless.more_sessions is None
    assert hopeless.detectable_annual > 1.0


def test_a_clock_set_back_or_a_backfill_spends_from_the_same_period():
    ours, theirs = noise(11)
    found = walked([tonight(300, ours, theirs), tonight(280, ours, theirs)])
    assert found[1].standing.period_from == DAYS[300]
    assert found[1].standing.new_sessions == 20, "only sessions that were not evidence yet"
    assert sum(one.standing.spent_fraction for one in found) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock", "e_process"])
def test_noise_is_promoted_in_no_more_sequences_than_the_budget_says(spending):
    promoted = 0
    for seed in range(120):
        ours, theirs = noise(seed, n=500)
        promoted += any(
            one.leads for one in walked([tonight(200 + night, ours, theirs) for night in range(0, 250, 5)], market(spending=spending))
        )
    assert promoted <= 14, "more than 5 % of 120 by three deviations"
