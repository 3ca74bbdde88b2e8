"""The assay asks the gate only where a promotion could be: it must find what asking it every night finds."""

from __future__ import annotations

import numpy as np
import pytest

from nightshift.config import Budget, Gate, Label
from nightshift.gates import paired
from nightshift.gates.weighing import weigh
from nightshift.nouns.night_roles import CHAMPION
from nightshift.running.assay.cases import CASES
from nightshift.running.assay.cast import Cast, compares_with_rules, first_fits, rules
from nightshift.running.assay.compact_looks import counted, entry
from nightshift.running.assay.life import ladder_of, live
from nightshift.running.assay.made_market import RULES_LEARN_FROM
from nightshift.running.assay.made_recipe import fitted
from nightshift.running.assay.screening import leads_so_far
from nightshift.running.assay.window_evidence import verdict

NIGHTS = 40
SOON = Budget(error_fraction=0.5, sessions=60)  # a budget that is spent within these nights, so that there is something to find


def lived(case, ladder, knows, nights, seed):
    """The slow obvious twin: every night is weighed on the looks as the ledger would hold them, and decided whole."""
    rng = np.random.default_rng(seed)
    made, recipe, fits, opponents = first_fits(case, ladder.market, knows, nights, rng)
    promotions, crossed, looks = [], None, []
    beside = rules(ladder.market, made) if compares_with_rules(ladder.market) else {}
    cast = Cast(fits, opponents, 0, beside)
    for night in range(nights):
        weighed = weigh(ladder.market, looks, ladder.tonight(cast.began, night - cast.began, RULES_LEARN_FROM, cast.returns))
        if weighed.leads and crossed is None:
            crossed = night
        if verdict(ladder.market, made, night, cast.scores, weighed).promotes:
            promotions.append(night)
            cast, looks = Cast(fits, {CHAMPION: fitted(ladder.market, made, recipe, rng)}, night + 1, beside), []
        else:
            brought = weighed.brought
            returns = {name: tuple(values.tolist()) for name, values in brought.of.items()}
            looks.append(entry(weighed.standing.period_from, brought.sessions, returns, **counted(weighed.standing)))
    return tuple(promotions), crossed


def compared(case, market, knows, seeds):
    ladder = ladder_of(market, NIGHTS)
    promoted = 0
    for seed in seeds:
        life = live(CASES[case], ladder, knows, NIGHTS, (seed,))
        assert (life.promotions, life.crossed) == lived(CASES[case], ladder, knows, NIGHTS, (seed,))
        promoted += len(life.promotions)
    return promoted


@pytest.mark.parametrize("case", ["null", "planted_4_over_champion", "planted_4_first", "stationary"])
def test_the_nights_that_are_left_out_promote_nothing(case, a_market, knows):
    promoted = compared(case, a_market(budget=SOON), knows, range(2))
    assert promoted or case != "planted_4_first"


@pytest.mark.slow
@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock", "e_process"])
@pytest.mark.parametrize("case", CASES)
def test_no_case_and_no_spending_misses_a_promotion(case, spending, a_market, knows):
    compared(case, a_market(budget=Budget(error_fraction=0.3, sessions=60, spending=spending)), knows, range(4))


@pytest.mark.slow
def test_a_policy_of_intervals_and_rivals_misses_no_promotion(a_market, knows):
    gates = (
        Gate(metric="accuracy", must_be="at_least", limit=0.49),
        Gate(metric="accuracy", must_be="above_champion_by", limit=0.0, by="value"),
        Gate(metric="roc_auc", must_be="above_naive_by", limit=0.0, by="value"),
        Gate(metric="sharpe_annual", must_be="above_champion_by", limit=0.1),
    )
    market = a_market(budget=SOON, gates=gates, label=Label(horizon_sessions=3))
    assert compared("planted_4_over_champion", market, knows, range(6)) + compared("planted_4_first", market, knows, range(6))


def test_a_budget_that_begins_anew_begins_with_new_evidence(a_market, knows):
    ladder = ladder_of(a_market(budget=Budget(sessions=60)), 70)
    assert [rung.age_sessions for rung in (ladder.rungs[59], ladder.rungs[60])] == [0, 60]
    assert ladder.rungs[59].n_sessions == 121 + 59
    assert ladder.rungs[69].n_sessions == 9


def test_the_plain_spread_is_never_wider_than_the_gate_s():
    rng = np.random.default_rng(3)
    lengths = np.arange(60, 200, 7)
    for _ in range(20):
        ours = rng.standard_t(4, 200) * 0.01 + 0.001
        theirs = np.convolve(ours, rng.random(3), mode="same") + rng.normal(0, 0.01, 200)
        ahead, spread = leads_so_far(ours, theirs, lengths, 252)
        for place, n in enumerate(lengths):
            real = paired.lead(ours[:n], theirs[:n], sessions_a_year=252, reach=2)
            assert ahead[place] == pytest.approx(real.lead_annual, abs=1e-9)
            assert spread[place] <= real.spread_annual + 1e-9
            assert real.z <= max(real.lead_annual / spread[place], 0.0) + 1e-9
