"""Stresses that need no model: dearer trades, late trades, a session missed, the worst regime, a crash."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nightshift.nouns.questions import Stress
from nightshift.proof.evaluation.backtest import Backtest, backtest
from nightshift.proof.evaluation.held import SERIES
from nightshift.proof.evaluation.material import Material
from nightshift.proof.examination import capacity
from nightshift.proof.examination.stress import HEADLINE, Break, Subject, first_break, holds, numbers, row
from nightshift.proof.metrics.metric import Answers
from nightshift.proof.metrics.risk import drawdown_max_fraction
from nightshift.proof.metrics.ruin import until_ruin

CRASHES = (0.05, 0.10, 0.20, 0.30, 0.40, 0.50)
CRASH = 0.20
REGIME_SESSIONS = 20


def rows(of: Subject) -> list[Stress]:
    """Every stress that needs no model: costs, delay, a missing day, regimes, crashes."""
    return [twice_the_costs(of), one_bar_delay(of), missing_day(of), worst_regime(of), crash(of)]


def twice_the_costs(of: Subject) -> Stress:
    """Trades at twice the cost; breaks at so many basis points a trade."""
    costs = of.material.market.costs
    now = costs.commission_bps + costs.slippage_bps

    def at(bps: float) -> dict[str, float]:
        return numbers(of, replace(of.portfolio, net_return_fraction=capacity.at_cost(of.portfolio, bps)))

    breaks = first_break(of, (now + step for step in np.arange(0.0, 100.5, 0.5)), at, "bps a trade")
    return row(of, "twice_the_costs", "twice the costs", at(2 * now)[HEADLINE], breaks)


def one_bar_delay(of: Subject) -> Stress:
    """Every decision comes one session late; breaks at so many sessions."""
    bars, score = of.material.bars_of("test"), of.material.traded_score(of.name, "test")

    def late(sessions: float) -> dict[str, float]:
        moved = np.full(score.shape, np.nan)
        moved[:, int(sessions) :] = score[:, : score.shape[1] - int(sessions)]
        return numbers(of, backtest(bars, moved, of.material.market.costs, of.material.task))

    breaks = first_break(of, range(1, min(6, score.shape[1])), late, "sessions late")
    return row(of, "one_bar_of_delay", "one bar of delay", late(1).get(HEADLINE, np.nan), breaks)


def missing_day(of: Subject) -> Stress:
    """The best session is missed (no data, nothing held); breaks when so many of the best are missed."""
    order = np.argsort(of.portfolio.net_return_fraction)[::-1]

    def missed(count: float) -> dict[str, float]:
        left = of.portfolio.net_return_fraction.copy()
        left[order[: int(count)]] = 0.0
        return numbers(of, replace(of.portfolio, net_return_fraction=left))

    breaks = first_break(of, range(1, len(order)), missed, "best sessions missed")
    return row(of, "best_session_missed", "a missing day, the best one", missed(1).get(HEADLINE, np.nan), breaks)


def worst_regime(of: Subject) -> Stress:
    """The worst third of the sessions by the market's volatility before them; breaks at the annual volatility where a third begins."""
    volatility = _volatility_before(of.material)[of.material.span("test")]
    edges = np.quantile(volatility, [1 / 3, 2 / 3])
    third = np.searchsorted(edges, volatility, side="right")
    found = []
    for place in range(3):
        inside = third == place
        if inside.sum() >= REGIME_SESSIONS // 2:
            found.append((numbers(of, _only(of.portfolio, inside), _rows_in(of.answers, inside)), float(volatility[inside].min())))
    worst = min((values.get(HEADLINE, np.nan) for values, _ in found), default=np.nan)
    broken = next((begins for values, begins in found if not holds(of, values)), None)
    note = "" if found else f"not enough evidence: {len(volatility)} of {REGIME_SESSIONS} sessions"
    return row(of, "worst_regime", "worst volatility regime", worst, Break(broken, "annual volatility"), note)


def crash(of: Subject) -> Stress:
    """The market gaps 20 % against the fullest session; breaks at so large a gap."""
    weights = of.portfolio.weights if of.portfolio.weights is not None else np.zeros((1, len(of.portfolio.sessions)))
    exposed = np.abs(weights.sum(axis=0))
    at = int(exposed[:-1].argmax()) + 1 if len(exposed) > 1 else 0

    def gapped(fraction: float) -> Backtest:
        hit = of.portfolio.net_return_fraction.copy()
        hit[at] = (1.0 + hit[at]) * (1.0 - fraction * exposed[max(at - 1, 0)]) - 1.0
        return replace(of.portfolio, net_return_fraction=until_ruin(hit))

    breaks = first_break(of, CRASHES, lambda fraction: numbers(of, gapped(fraction)), "gap fraction")
    deepest = float(drawdown_max_fraction(gapped(CRASH).net_return_fraction))
    return row(of, "crash", "a 20 % gap against the fullest session", deepest, breaks)


def _volatility_before(material: Material) -> np.ndarray:
    """Annual volatility of the equal-weighted market over the sessions up to each one, known at its close."""
    close = material.bars.close
    moves = (
        np.divide(close[:, 1:], close[:, :-1], out=np.ones_like(close[:, 1:]), where=np.isfinite(close[:, 1:]) & np.isfinite(close[:, :-1]))
        - 1.0
    )
    market = np.concatenate([[0.0], moves.mean(axis=0)])
    padded = np.concatenate([np.zeros(REGIME_SESSIONS - 1), market])
    return np.lib.stride_tricks.sliding_window_view(padded, REGIME_SESSIONS).std(axis=1) * np.sqrt(material.market.sessions_a_year)


def _only(portfolio: Backtest, inside: np.ndarray) -> Backtest:
    return replace(portfolio, sessions=portfolio.sessions[inside], **{name: getattr(portfolio, name)[inside] for name in SERIES})


def _rows_in(answers: Answers, inside: np.ndarray) -> Answers:
    kept = inside[answers.session]
    return replace(answers, label=answers.label[kept], score=answers.score[kept], session=answers.session[kept])
