"""One market's nights: what is served, who challenges, and what the policy makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from nightshift.config import Market
from nightshift.gates.comparisons import COMPARISONS
from nightshift.gates.weighing import Weighed
from nightshift.nouns.lives import Life
from nightshift.nouns.night_roles import CASH, CHALLENGER, CHAMPION
from nightshift.running.assay.cases import LEAK, Case
from nightshift.running.assay.effect_size import Knowledge, information_ratio, sharpe
from nightshift.running.assay.ladder import Ladder
from nightshift.running.assay.made_market import RULES_LEARN_FROM, Stretch, days_of, stretch, window_of
from nightshift.running.assay.made_recipe import Recipe, Traded, fitted, never_limited, recipe
from nightshift.running.assay.screening import could_lead, missed
from nightshift.running.assay.window_evidence import asked_here, first_refusal, verdict


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


def ladder_of(market: Market, nights: int) -> Ladder:
    """The bounds of a policy, climbed once."""
    window = window_of(market)
    n = RULES_LEARN_FROM + window + nights + market.label.horizon_sessions + 1
    return Ladder.climbed(market, days_of(market.calendar, n), window, nights)


def live(case: Case, ladder: Ladder, knows: Knowledge, nights: int, seed: tuple[int, ...]) -> Life:
    """The nights of one market; after a promotion the new one is the champion and a new incumbency begins."""
    market, rng = ladder.market, np.random.default_rng(seed)
    made, challenger, fits, opponents = first_fits(case, market, knows, nights, rng)
    life = Life(promotions=(), crossed=None, undecided_nights=0, effect=_effect(fits, opponents))
    beside = rules(market, made) if compares_with_rules(market) else {}
    began = 0
    while began < nights:
        life, promoted = _incumbency(ladder, made, Cast(fits, opponents, began, beside), life)
        if promoted is None:
            break
        began, opponents = promoted + 1, {CHAMPION: fitted(market, made, challenger, rng)}
    return life


def first_fits(
    case: Case, market: Market, knows: Knowledge, nights: int, rng: np.random.Generator
) -> tuple[Stretch, Recipe, Traded, dict[str, Traded]]:
    """A market of this case, the recipe that challenges on it, its fits, and its first opponents."""
    made = stretch(market, case.nature, nights, rng)
    challenger = recipe(made, _known(case, knows, made), rng)
    fits = fitted(market, made, challenger, rng)
    return made, challenger, fits, _opponents(case, market, made, knows, challenger, rng)


def _incumbency(ladder: Ladder, made: Stretch, cast: Cast, life: Life) -> tuple[Life, int | None]:
    """(the life so far, the night of the promotion that ends this incumbency)."""
    may, ahead = _screened(ladder, made, cast)
    blocked, crossed = Counter(life.blocked), life.crossed
    floors: dict[str, np.ndarray] = {}
    for night in np.flatnonzero(may).tolist():
        now = cast.began + night
        against = [name for name, nights in floors.items() if nights[night]]
        weighed = ladder.weighed(cast.began, night, RULES_LEARN_FROM, cast.returns) if not against else None
        if weighed and not weighed.leads:
            continue
        crossed = now if crossed is None else crossed
        against = against or (_against(ladder.market, made, cast, now, weighed) if weighed else [])
        if not against:
            return _lived(life, crossed, int(ahead[:night].sum()), blocked, now), now
        floors = floors or _floors(ladder.market, made, cast)  # a first refusal is seldom the last
        blocked.update(against)
    return _lived(life, crossed, int(ahead.sum()), blocked), None


def _lived(life: Life, crossed: int | None, undecided: int, blocked: Counter[str], *promoted: int) -> Life:
    facts = {"crossed": crossed, "undecided_nights": life.undecided_nights + undecided, "blocked": dict(blocked)}
    return life.model_copy(update={**facts, "promotions": (*life.promotions, *promoted)})


def _screened(ladder: Ladder, made: Stretch, cast: Cast) -> tuple[np.ndarray, np.ndarray]:
    """(nights on which the lead may cross its bound, nights on which there is a lead), counted from the incumbency's first."""
    nights = made.nights - cast.began
    rungs = ladder.rungs[:nights]
    may, ahead = np.zeros(nights, dtype=bool), np.zeros(nights, dtype=bool)
    for age in dict.fromkeys(rung.age_sessions for rung in rungs):  # a new budget starts from new evidence
        at = np.array([night for night, rung in enumerate(rungs) if rung.age_sessions == age and rung.n_sessions > 2], dtype=int)
        if not len(at):
            continue
        first = ladder.evidence(cast.began, int(at[0]), RULES_LEARN_FROM).start
        lengths = np.array([rungs[night].n_sessions for night in at])
        bounds = np.array([np.inf if rungs[night].bound is None else rungs[night].bound for night in at], dtype=float)
        later = {name: values[first:] for name, values in cast.returns.items()}
        may[at], ahead[at] = could_lead(ladder.market, later, lengths, bounds)
    return may, ahead


def _floors(market: Market, made: Stretch, cast: Cast) -> dict[str, np.ndarray]:
    windows = [made.window_of(night) for night in range(cast.began, made.nights)]
    return missed(asked_here(market), made.label, cast.challenger.score, cast.challenger.net, windows, market.sessions_a_year)


def _against(market: Market, made: Stretch, cast: Cast, night: int, weighed: Weighed) -> list[str]:
    refused = first_refusal(market, made, night, cast.scores, weighed)
    if refused:
        return [refused]
    judged = verdict(market, made, night, cast.scores, weighed)
    return [] if judged.promotes else [check.name for check in judged.checks if check.passed is not True]


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


def _effect(fits: Traded, opponents: Mapping[str, Traded]) -> float:
    after = RULES_LEARN_FROM + 1
    return information_ratio(fits.net[after:], opponents[CHAMPION].net[after:]) if CHAMPION in opponents else sharpe(fits.net[after:])
