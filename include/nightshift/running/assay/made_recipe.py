"""A recipe out of random numbers: what it says of a made market, as correlated with the outcome as a case wants, and what that earned."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nightshift.config import Costs, Market
from nightshift.proof.evaluation.backtest import Backtest, backtest
from nightshift.running.assay.made_market import DAILY_VOLATILITY, Stretch

MEMORY = 0.9  # from session to session, of what a model believes without reason
REFIT_SHARE = 0.1  # of the variance of those beliefs that a refit changes
_LEAST_SURE = 0.05
_AT_ONCE = 64  # sessions


@dataclass(frozen=True, eq=False)
class Recipe:
    """What is refitted night after night: its knowledge, and the beliefs that all of its fits share."""

    knowledge: np.ndarray  # by session: the correlation of its scores with what then happened
    beliefs: np.ndarray  # (symbols, sessions)


@dataclass(frozen=True, eq=False)
class Traded:
    """One fit's scores (or, night after night, those of each night's refit), and the real backtest of them."""

    score: np.ndarray
    portfolio: Backtest

    @property
    def net(self) -> np.ndarray:
        """Net return fraction a session."""
        return self.portfolio.net_return_fraction


def recipe(made: Stretch, knowledge: float | np.ndarray, rng: np.random.Generator) -> Recipe:
    """A recipe with this knowledge and beliefs of its own."""
    every = np.broadcast_to(np.asarray(knowledge, dtype=float), made.bars.sessions.shape)
    return Recipe(every, _believed(made.bars.shape, rng))


def fitted(market: Market, made: Stretch, of: Recipe, rng: np.random.Generator) -> Traded:
    """A fit of the recipe: its refit differs a little, in no direction."""
    believed = math.sqrt(1.0 - REFIT_SHARE) * of.beliefs + math.sqrt(REFIT_SHARE) * _believed(of.beliefs.shape, rng)
    told = of.knowledge * made.surprise + np.sqrt(1.0 - of.knowledge**2) * believed
    score = _score(market, made, told, np.maximum(of.knowledge, _LEAST_SURE))
    return Traded(score, backtest(made.bars, score, never_limited(market.costs), market.label.task))


def never_limited(costs: Costs) -> Costs:
    """The same costs without limits that bind on no made market: its volume is without end, and its opens near the last close."""
    return costs.model_copy(update={"max_volume_fraction": None, "limit_move_fraction": None})


def _believed(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Standard normal, and remembered from session to session; stretch by stretch, each a product instead of a loop."""
    fresh = rng.standard_normal(shape)
    fresh[:, 1:] *= math.sqrt(1.0 - MEMORY**2)
    lag = np.arange(_AT_ONCE)[None, :] - np.arange(_AT_ONCE)[:, None]
    carried, faded = np.where(lag >= 0, MEMORY ** np.maximum(lag, 0), 0.0), MEMORY ** np.arange(1, _AT_ONCE + 1)
    believed, last = np.empty(shape), np.zeros((shape[0], 1))
    for first in range(0, shape[1], _AT_ONCE):
        piece = fresh[:, first : first + _AT_ONCE]
        n = piece.shape[1]
        believed[:, first : first + n] = piece @ carried[:n, :n] + last * faded[:n]
        last = believed[:, first + n - 1 : first + n]
    return believed


def _score(market: Market, made: Stretch, told: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """A calibrated probability of up, or an expected return."""
    from scipy.special import ndtr, ndtri

    if market.label.task == "regression":
        return sure * told * DAILY_VOLATILITY * math.sqrt(market.label.horizon_sessions)
    usual = float(np.clip(np.nanmean(made.label), 0.02, 0.98)) if market.label.kind != "direction" else 0.5
    return ndtr((sure * told + ndtri(usual)) / np.sqrt(1.0 - np.minimum(sure, 0.9999) ** 2))
