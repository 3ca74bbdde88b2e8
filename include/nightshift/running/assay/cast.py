"""Who is on the stage of a made market: the recipe that challenges, what is served, and the rules beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from nightshift.config import Market
from nightshift.gates.comparisons import COMPARISONS
from nightshift.nouns.night_roles import CASH, CHALLENGER, CHAMPION
from nightshift.running.assay.cases import LEAK, Case
from nightshift.running.assay.effect_size import Knowledge
from nightshift.running.assay.made_market import RULES_LEARN_FROM, Stretch, stretch
from nightshift.running.assay.made_recipe import Recipe, Traded, fitted, never_limited, recipe


@dataclass(frozen=True, eq=False)
class Cast:
    """Who is on the stage during one incumbency."""

    challenger: Traded
    opponents: dict[str, Traded]  # the champion alone, or the rules
    began: int
    beside: dict[str, Traded] = field(default_factory=dict)  # rules that a line of the policy compares with, whoever is served

    @property
    def returns(self) -> dict[str, np.ndarray]:
        """Net returns by name, as the gate is told them."""
        nets = {CHALLENGER: self.challenger.net} | {name: one.net for name, one in self.opponents.items()}
        return nets if CHAMPION in nets else nets | {CASH: np.zeros(len(self.challenger.net))}

    @property
    def scores(self) -> dict[str, np.ndarray]:
        """Scores by name."""
        return {CHALLENGER: self.challenger.score} | {name: one.score for name, one in (self.opponents | self.beside).items()}


def first_fits(
    case: Case, market: Market, knows: Knowledge, nights: int, rng: np.random.Generator
) -> tuple[Stretch, Recipe, Traded, dict[str, Traded]]:
    """A market of this case, the recipe that challenges on it, its fits, and its first opponents."""
    made = stretch(market, case.nature, nights, rng)
    challenger = recipe(made, _known(case, knows, made), rng)
    fits = fitted(market, made, challenger, rng)
    return made, challenger, fits, _opponents(case, market, made, knows, challenger, rng)


def _known(case: Case, knows: Knowledge, made: Stretch) -> float | np.ndarray:
    """The challenger's knowledge, by session."""
    if case.kind == "leaky":
        return LEAK
    if case.kind == "null":
        return 0.0
    if case.kind == "stationary":
        return knows.champion
    size = (knows.over_champion if case.served else knows.over_nothing)[case.effect]
    if case.kind == "planted":
        return size
    dies = made.window_of(made.nights // 2).stop
    return np.where(np.arange(made.bars.shape[1]) < dies, size, 0.0)


def _opponents(
    case: Case, market: Market, made: Stretch, knows: Knowledge, challenger: Recipe, rng: np.random.Generator
) -> dict[str, Traded]:
    if not case.served:
        return rules(market, made)
    if case.kind == "stationary":
        return {CHAMPION: fitted(market, made, challenger, rng)}
    return {CHAMPION: fitted(market, made, recipe(made, 0.0 if case.kind == "null" else knows.champion, rng), rng)}


def compares_with_rules(market: Market) -> bool:
    """True when a line of the policy is asked of the naive rules."""
    return any(COMPARISONS[gate.must_be].against == "naive" for gate in market.gates)


def rules(market: Market, made: Stretch) -> dict[str, Traded]:
    """The naive rules, learned from the sessions before the first window, as a night has them."""
    from nightshift.data.splits import Ordered
    from nightshift.models.rules.naive import LAST_RETURN
    from nightshift.nouns.panel import Panel
    from nightshift.proof.evaluation.backtest import backtest
    from nightshift.training.rules import scores_of_rules

    bars = made.bars
    last = np.full((*bars.shape, 1), np.nan, dtype=np.float32)
    last[:, 1:, 0] = np.diff(np.log(bars.close), axis=1)
    panel = Panel(bars.symbols, bars.sessions, (LAST_RETURN,), last, made.label, market.label.horizon_sessions)
    learn, n = RULES_LEARN_FROM - market.label.horizon_sessions, bars.shape[1]
    parts = Ordered(np.arange(1, learn - 10), np.arange(learn - 10, learn), np.arange(learn, n))
    scores, _ = scores_of_rules(market, panel, parts)
    costs = never_limited(market.costs)
    return {name: Traded(score, backtest(bars, score, costs, market.label.task)) for name, score in scores.items()}
