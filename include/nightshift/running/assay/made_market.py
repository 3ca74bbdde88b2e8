"""A market out of random numbers with the dependence that real ones have: heavy tails, volatility in clusters, and nothing to be known.

What a model knows of it is given to the model (`made_recipe`), not to the market: so its skill is exactly what a case says it is.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np

from nightshift import sessions
from nightshift.config import Market
from nightshift.data.labels import label
from nightshift.nouns.bars import Bars

SYMBOLS = 30
DAILY_VOLATILITY = 0.015
OVERNIGHT_SHARE = 0.1  # of a session's return
FIRST_DAY = dt.date(2016, 1, 4)  # of every made market: no year is special
RULES_LEARN_FROM = 60  # sessions before the first test window, for the rules that learn next to nothing
_LARGEST_SHOCK = 25.0  # squared: what one session may add to the volatility of the next


@dataclass(frozen=True)
class Nature:
    """How a made market moves."""

    tails_freedom: float = 5.0  # of the Student distribution that all of a session's returns share
    shock: float = 0.08  # what a session adds to the next one's variance
    memory: float = 0.88
    drift_annual: float = 0.0
    market_correlation: float = 0.0  # 0: two portfolios of independent picks are correlated by one half


@dataclass(frozen=True, eq=False)
class Stretch:
    """A made market: its bars, their outcomes, and the standardised surprise that each outcome is made of."""

    bars: Bars
    label: np.ndarray
    surprise: np.ndarray  # (symbols, sessions), standard normal
    window: int  # sessions of a night's test part
    nights: int

    def window_of(self, night: int) -> slice:
        """The test sessions of a night, the first night being 0."""
        return slice(RULES_LEARN_FROM + night, RULES_LEARN_FROM + night + self.window)


def window_of(market: Market) -> int:
    """Sessions of the test part in the first nights of five years of bars."""
    return max(round(market.split.test_fraction * 1220), 40)


def stretch(market: Market, nature: Nature, nights: int, rng: np.random.Generator) -> Stretch:
    """A made market that is long enough for so many nights."""
    window, reach = window_of(market), market.label.horizon_sessions
    n = RULES_LEARN_FROM + window + nights + reach + 1
    own, common = rng.standard_normal((SYMBOLS, n)), rng.standard_normal(n)
    z = math.sqrt(nature.market_correlation) * common + math.sqrt(1.0 - nature.market_correlation) * own
    returns = DAILY_VOLATILITY * _size(nature, n, rng) * z + nature.drift_annual / 252
    bars = _bars(days_of(market.calendar, n), returns)
    surprise = np.lib.stride_tricks.sliding_window_view(np.pad(own[:, 1:], ((0, 0), (0, reach))), reach, axis=1).sum(axis=2)
    return Stretch(bars, label(bars, market.label)[0], surprise[:, :n] / math.sqrt(reach), window, nights)


def days_of(calendar: str, n_sessions: int) -> np.ndarray:
    """The sessions of every made market."""
    last = FIRST_DAY + dt.timedelta(days=2 * n_sessions + 30)
    return sessions.between(calendar, FIRST_DAY, last)[:n_sessions]


def _size(nature: Nature, n: int, rng: np.random.Generator) -> np.ndarray:
    """The deviation of each session's returns, 1 on average: a Student's mixing, times a volatility with a memory."""
    freedom = nature.tails_freedom
    mixing = np.sqrt((freedom - 2.0) / rng.chisquare(freedom, n))
    shocks = np.minimum((mixing * rng.standard_normal(n)) ** 2, _LARGEST_SHOCK).tolist()
    variance, now = np.empty(n), 1.0
    for at, shock in enumerate(shocks):
        variance[at] = now
        now = (1.0 - nature.shock - nature.memory) + now * (nature.shock * shock + nature.memory)
    return mixing * np.sqrt(variance)


def _bars(days: np.ndarray, returns: np.ndarray) -> Bars:
    logs = math.log(50.0) + np.cumsum(returns, axis=1)
    close = np.exp(logs)
    opened = np.exp(logs - (1.0 - OVERNIGHT_SHARE) * returns)
    high, low = np.maximum(opened, close) * 1.002, np.minimum(opened, close) * 0.998
    symbols = tuple(f"MADE{number:02d}" for number in range(len(returns)))
    return Bars(symbols, days, opened, high, low, close, np.full(close.shape, 1e9))
