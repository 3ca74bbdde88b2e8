"""Everyone session by session: growth, drawdown, and Sharpe ratio and accuracy of the last sessions."""

from __future__ import annotations

import numpy as np

from nightshift.nouns.drawn_curves import Distribution, Stretch
from nightshift.nouns.evaluation_record import PARTS, Part
from nightshift.nouns.night_roles import Roles
from nightshift.proof.evaluation.material import Material
from nightshift.proof.evaluation.measuring import Judged
from nightshift.proof.examination import curves, earnings
from nightshift.proof.metrics import risk

ROLLING_ACCURACY, ROLLING_SHARPE = 21, 63
SPREADS = 2  # portfolios in the distribution


def stretches(material: Material, judged: dict[str, Judged]) -> dict[Part, Stretch]:
    """Both parts; the Sharpe ratio looks back as far in each, so that they can be read as one line."""
    shortest = min(len(material.sessions[part]) for part in PARTS)
    window = min(ROLLING_SHARPE, max(shortest // 3, 2))
    return {part: _stretch(material, judged[part], part, window) for part in PARTS}


def _stretch(material: Material, judged: Judged, part: Part, window: int) -> Stretch:
    net = net_returns(judged)
    hits = min(ROLLING_ACCURACY, max(min(ROLLING_SHARPE, len(material.sessions[part]) // 3), 2))
    return Stretch(
        sessions=session_names(judged),
        growth_fraction={name: risk.equity(returns) - 1.0 for name, returns in net.items()},
        drawdown_fraction={name: risk.drawdown_fraction(returns) for name, returns in net.items()},
        sharpe_annual={name: earnings.rolling_sharpe(returns, window, material.market.sessions_a_year) for name, returns in net.items()},
        sharpe_sessions=window,
        accuracy={name: curves.rolling_accuracy(material.answers(name, part), hits) for name in material.scores},
        accuracy_sessions=hits,
    )


def leading_distribution(judged: Judged, roles: Roles) -> Distribution:
    """The distribution of the leader and its first yardstick, of those that were ever invested."""
    net = net_returns(judged)
    moving = [name for name in roles.in_order(net) if len(net[name]) > 1 and np.ptp(net[name]) > 0]
    return earnings.distribution({name: net[name] for name in moving[:SPREADS]})


def net_returns(judged: Judged) -> dict[str, np.ndarray]:
    """Net return fractions a session of every portfolio."""
    return {name: portfolio.net_return_fraction for name, portfolio in judged.portfolios.items()}


def session_names(judged: Judged) -> tuple[str, ...]:
    """The part's sessions as ISO dates."""
    return tuple(str(session) for session in next(iter(judged.portfolios.values())).sessions)
