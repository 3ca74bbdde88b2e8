"""How much a recipe has to know for an effect of a chosen size: found by trading it, because costs and style decide what knowledge earns.

The size is the information ratio of the difference: ΔSharpe / √(2 (1 − ρ)), with ρ the correlation of the two net returns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from nightshift.config import Market
from nightshift.proof.metrics import METRICS
from nightshift.running.assay.cases import DYING_EFFECT, EFFECTS
from nightshift.running.assay.made_market import RULES_LEARN_FROM, Nature, stretch
from nightshift.running.assay.made_recipe import Recipe, fitted, recipe

STRETCHES = 60
ALONE_STRETCHES = 240  # a Sharpe of its own has no rival with the same noise to be held against
NIGHTS = 250
LEAST_SHARPE = 1.0  # of a champion: one that a reasonable policy would have released
_STEPS = np.array([0.0, 0.02, 0.05, 0.09, 0.14, 0.2])
_BASES = (0.03, 0.05, 0.07, 0.1, 0.14, 0.19, 0.25, 0.32, 0.4, 0.48, 0.56, 0.65)


@dataclass(frozen=True)
class Knowledge:
    """Correlations of a recipe's scores with what then happens."""

    champion: float
    over_champion: dict[float, float]  # by effect
    over_nothing: dict[float, float]  # by effect, of the net Sharpe itself


def knowledge_of(market: Market, stretches: int = STRETCHES) -> Knowledge:
    """What the cases of this policy are made with; the same for every process that reckons it."""
    champion = _champion(market)
    grid = np.minimum(champion + _STEPS, 0.95)
    nets = _nets(market, grid, stretches)
    over = [_mean(map(information_ratio, rivals, nets[0])) for rivals in nets[1:]]
    ladder = _STEPS[1:] + 0.01
    alone = [_mean(map(sharpe, rivals)) for rivals in _nets(market, ladder, stretches * ALONE_STRETCHES // STRETCHES)[1:]]
    effects = sorted({*EFFECTS, DYING_EFFECT})
    return Knowledge(
        champion,
        {effect: _inverse(grid, np.array(over) - over[0], effect) for effect in effects},
        {effect: _inverse(ladder, np.array(alone), effect) for effect in effects},
    )


def sharpe(net: np.ndarray) -> float:
    """Annual Sharpe of net returns; 0 where they do not vary."""
    return float(net.mean() / net.std() * math.sqrt(252)) if net.std() else 0.0


def information_ratio(ours: np.ndarray, theirs: np.ndarray) -> float:
    """ΔSharpe / √(2 (1 − ρ)).

    >>> draw = np.random.default_rng(0).normal(0, 0.01, (2, 100_000))
    >>> abs(information_ratio(draw[0], draw[1])) < 0.1
    True
    """
    apart = 1.0 - float(np.corrcoef(ours, theirs)[0, 1])
    return (sharpe(ours) - sharpe(theirs)) / math.sqrt(2.0 * apart) if apart > 1e-9 else 0.0


def _mean(values: Iterable[float]) -> float:
    """Over markets: volatility clusters, so returns of all of them in one heap would weigh the stormy ones most."""
    return float(np.mean(list(values)))


def _nets(market: Market, grid: np.ndarray, stretches: int) -> list[list[np.ndarray]]:
    """Net returns by market of a champion with the first knowledge of the grid, then of one rival with each; the same noise for all."""
    nets: list[list[np.ndarray]] = [[] for _ in range(len(grid) + 1)]
    for number in range(stretches):
        rng = np.random.default_rng([20261130, number])
        made = stretch(market, Nature(), NIGHTS, rng)
        served, rival = recipe(made, grid[0], rng), recipe(made, grid[0], rng)
        seed = int(rng.integers(1 << 31))
        everyone = [served, *(Recipe(np.full_like(rival.knowledge, one), rival.beliefs) for one in grid)]
        for place, one in enumerate(everyone):
            fit = fitted(market, made, one, np.random.default_rng([seed, min(place, 1)]))
            nets[place].append(fit.net[RULES_LEARN_FROM + 1 :])
    return nets


def _inverse(grid: np.ndarray, sizes: np.ndarray, wanted: float) -> float:
    """Where a smooth curve through the sizes reaches the wanted one."""
    fine = np.linspace(grid[0], grid[-1], 4001)
    return float(fine[np.abs(np.polyval(np.polyfit(grid, sizes, 2), fine) - wanted).argmin()])


def _champion(market: Market) -> float:
    """The least knowledge that earns `LEAST_SHARPE` and clears the policy's own floors in nine windows of ten."""
    for knowledge in _BASES:
        if _clears(market, knowledge):
            return knowledge
    return LEAST_KNOWN


LEAST_KNOWN = _BASES[1]  # of a champion, where no knowledge clears the floors


def _clears(market: Market, knowledge: float, stretches: int = 24) -> bool:
    floors = [gate for gate in market.gates if gate.must_be == "at_least" and gate.metric in METRICS]
    values: dict[str, list[float]] = {gate.metric: [] for gate in floors}
    nets = []
    for number in range(stretches):
        rng = np.random.default_rng([20261129, number])
        made = stretch(market, Nature(), 1, rng)
        fit, at = fitted(market, made, recipe(made, knowledge, rng), rng), made.window_of(0)
        nets.append(fit.net[at][1:])
        for gate in floors:
            values[gate.metric].append(_value(gate.metric, made.label[:, at], fit.score[:, at], fit.net[at], market.sessions_a_year))
    return sharpe(np.concatenate(nets)) >= LEAST_SHARPE and all(_reaches(values[gate.metric], gate.limit, gate.by) for gate in floors)


def _value(metric: str, label: np.ndarray, score: np.ndarray, net: np.ndarray, sessions_a_year: float) -> float:
    known = METRICS[metric]
    if known.needs == "returns":
        return known.of(net, sessions_a_year=sessions_a_year)
    if known.needs != "rows":
        return math.inf
    there = np.isfinite(label)
    return known.of(label[there], score[there])


def _reaches(values: Sequence[float], limit: float, by: str) -> bool:
    low = float(np.quantile(values, 0.1))
    return (low - 1.96 * float(np.std(values)) if by == "interval" else low) >= limit
