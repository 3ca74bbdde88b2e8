"""Where the leader stands among portfolios that trade as much and know nothing."""

from __future__ import annotations

import math

import numpy as np

from nightshift.nouns.questions import Chance
from nightshift.proof.evaluation.material import Material
from nightshift.proof.evaluation.measuring import Judged
from nightshift.proof.examination.books.moved_books import moved_returns
from nightshift.proof.metrics import trading

DRAWS = 40
QUANTILES = (0.05, 0.5, 0.95)


def chance(material: Material, judged: Judged, leader: str) -> Chance:
    """The leader's own trading given to other symbols and sessions, again and again."""
    bars, score, market = material.bars_of(judged.part), material.traded_score(leader, judged.part), material.market
    seeds = range(market.execution.seed, market.execution.seed + DRAWS)
    draws = moved_returns(bars, score, market.costs, material.task, seeds)
    sharpes = np.array([float(trading.sharpe_annual(one, market.sessions_a_year)) for one in draws])
    mine = float(trading.sharpe_annual(judged.portfolios[leader].net_return_fraction, market.sessions_a_year))
    known = sharpes[np.isfinite(sharpes)]
    low, middle, high = np.quantile(known, QUANTILES) if len(known) else np.full(3, np.nan)
    beaten = float((mine > known).mean()) if len(known) else math.nan
    return Chance(draws=len(known), sharpe_5_50_95=(low, middle, high), share_beaten=beaten)
