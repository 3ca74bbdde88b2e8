"""What it would take to break the verdict: each stress is a row with the worst number it gives and the size at which it breaks.

A verdict holds while every absolute limit of the market's policy (`at_least`, `at_most`) that the unstressed numbers meet
is still met, and while the net Sharpe ratio, where it is positive, stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from nightshift.proof.evaluation.backtest import Backtest, backtest
from nightshift.proof.evaluation.material import Material
from nightshift.proof.examination import capacity
from nightshift.proof.metrics.every_metric import METRICS, metrics_of
from nightshift.proof.metrics.metric import SESSIONS_A_YEAR, Answers
from nightshift.proof.metrics.risk import drawdown_max_fraction

HEADLINE, DEEPEST = "sharpe_annual", "drawdown_max_fraction"
CRASHES = (0.05, 0.10, 0.20, 0.30, 0.40, 0.50)
CRASH = 0.20
REGIME_SESSIONS = 20


@dataclass(frozen=True)
class Limit:
    """One absolute limit that the unstressed numbers meet."""

    metric: str
    limit: float
    upward: bool

    def met(self, values: dict[str, float]) -> bool:
        """False when the value is on the wrong side, or is not a number; True when this stress does not touch the metric."""
        if self.metric not in values:
            return True
        value = values[self.metric]
        return value >= self.limit if self.upward else value <= self.limit


@dataclass(frozen=True, eq=False)
class Subject:
    """The leader on the test sessions, as it is before any stress."""

    material: Material
    name: str
    portfolio: Backtest  # with its weights
    answers: Answers
    limits: tuple[Limit, ...]
    baseline: dict[str, float]


def subject(material: Material, name: str, part: str = "test") -> Subject:
    """The leader, its unstressed numbers, and the limits that they meet."""
    bars, score = material.bars_of(part), material.traded_score(name, part)
    portfolio = backtest(bars, score, material.market.costs, material.task, keep_weights=True)
    answers = material.answers(name, part)
    asked = [Limit(g.metric, g.limit, g.must_be == "at_least") for g in material.market.gates if g.must_be in {"at_least", "at_most"}]
    bare = Subject(material, name, portfolio, answers, (), {})
    baseline = numbers(bare, portfolio, answers, {limit.metric for limit in asked} | {DEEPEST})
    return replace(bare, limits=tuple(limit for limit in [*asked, Limit(HEADLINE, 0.0, True)] if limit.met(baseline)), baseline=baseline)


def numbers(of: Subject, portfolio: Backtest | None = None, answers: Answers | None = None, wanted: Iterable[str] = ()) -> dict[str, float]:
    """The metrics that the limits and the rows need, from a stressed portfolio, stressed answers, or both."""
    names = {HEADLINE, "skill", *wanted, *(limit.metric for limit in of.limits)}
    out = {}
    for metric in metrics_of(of.material.task):
        if metric.name not in names:
            continue
        if metric.needs == "rows" and answers is not None and len(answers.label):
            out[metric.name] = metric.of(answers.label, answers.score, threshold=answers.threshold)
        elif metric.needs != "rows" and portfolio is not None and len(portfolio.sessions) > 1:
            out[metric.name] = metric.of(
                {"returns": portfolio.net_return_fraction, "turnover": portfolio.turnover_fraction}.get(
                    metric.needs, portfolio.exposure_fraction
                )
            )
    return out


def holds(of: Subject, values: dict[str, float]) -> bool:
    """True while every limit is met."""
    return all(limit.met(values) for limit in of.limits)


def first_break(of: Subject, levels: Iterable[float], stressed: Callable[[float], dict[str, float]]) -> float | None:
    """The smallest tried level at which a limit is broken; None when it holds at all of them."""
    return next((level for level in levels if not holds(of, stressed(level))), None)


def row(of: Subject, name: str, value: float, breaks_at: float | None, breaks_unit: str, metric: str = HEADLINE, note: str = "") -> dict:
    """One line of the table: what the stress makes of a metric, and the size of the stress that breaks the verdict."""
    unbroken = "" if breaks_at is not None else "holds at every size tried"
    return {
        "name": name, "metric": metric, "value": value, "unit": METRICS[metric].unit.words, "baseline": of.baseline.get(metric),
        "breaks_verdict_at": breaks_at, "breaks_unit": breaks_unit, "note": note or unbroken,
    }  # fmt: skip


def rows(of: Subject) -> list[dict]:
    """Every stress that needs no model: costs, delay, a missing day, regimes, crashes."""
    return [twice_the_costs(of), one_bar_delay(of), missing_day(of), worst_regime(of), crash(of)]


def twice_the_costs(of: Subject) -> dict:
    """Trades at twice the cost; breaks at so many basis points a trade."""
    costs = of.material.market.costs
    now = costs.commission_bps + costs.slippage_bps

    def at(bps: float) -> dict[str, float]:
        return numbers(of, replace(of.portfolio, net_return_fraction=capacity.at_cost(of.portfolio, bps)))

    breaks = first_break(of, (now + step for step in np.arange(0.0, 100.5, 0.5)), at)
    return row(of, "twice the costs", at(2 * now)[HEADLINE], breaks, "bps a trade")


def one_bar_delay(of: Subject) -> dict:
    """Every decision comes one session late; breaks at so many sessions."""
    bars, score = of.material.bars_of("test"), of.material.traded_score(of.name, "test")

    def late(sessions: float) -> dict[str, float]:
        moved = np.full(score.shape, np.nan)
        moved[:, int(sessions) :] = score[:, : score.shape[1] - int(sessions)]
        return numbers(of, backtest(bars, moved, of.material.market.costs, of.material.task))

    return row(
        of, "one bar of delay", late(1).get(HEADLINE, np.nan), first_break(of, range(1, min(6, score.shape[1])), late), "sessions late"
    )


def missing_day(of: Subject) -> dict:
    """The best session is missed (no data, nothing held); breaks when so many of the best are missed."""
    order = np.argsort(of.portfolio.net_return_fraction)[::-1]

    def missed(count: float) -> dict[str, float]:
        left = of.portfolio.net_return_fraction.copy()
        left[order[: int(count)]] = 0.0
        return numbers(of, replace(of.portfolio, net_return_fraction=left))

    return row(
        of,
        "a missing day, the best one",
        missed(1).get(HEADLINE, np.nan),
        first_break(of, range(1, len(order)), missed),
        "best sessions missed",
    )


def worst_regime(of: Subject) -> dict:
    """The worst third of the sessions by the market's volatility before them; breaks at the annual volatility where a third begins."""
    volatility = _volatility_before(of.material)[of.material.span("test")]
    edges = np.quantile(volatility, [1 / 3, 2 / 3])
    third = np.searchsorted(edges, volatility, side="right")
    found = []
    for place in range(3):
        inside = third == place
        if inside.sum() >= REGIME_SESSIONS // 2:
            found.append((numbers(of, _only(of.portfolio, inside), _rows_in(of.answers, inside)), float(volatility[inside].min())))
    if not found:
        return row(
            of,
            "worst volatility regime",
            np.nan,
            None,
            "annual volatility",
            note=f"not enough evidence: {len(volatility)} of {REGIME_SESSIONS} sessions",
        )
    worst = min(values.get(HEADLINE, np.nan) for values, _ in found)
    broken = [begins for values, begins in found if not holds(of, values)]
    return row(of, "worst volatility regime", worst, broken[0] if broken else None, "annual volatility")


def crash(of: Subject) -> dict:
    """The market gaps 20 % against the fullest session; breaks at so large a gap."""
    weights = of.portfolio.weights if of.portfolio.weights is not None else np.zeros((1, len(of.portfolio.sessions)))
    exposed = np.abs(weights.sum(axis=0))
    at = int(exposed[:-1].argmax()) + 1 if len(exposed) > 1 else 0

    def gapped(fraction: float) -> np.ndarray:
        hit = of.portfolio.net_return_fraction.copy()
        hit[at] = (1.0 + hit[at]) * (1.0 - fraction * exposed[max(at - 1, 0)]) - 1.0
        return hit

    broken = first_break(of, CRASHES, lambda fraction: numbers(of, replace(of.portfolio, net_return_fraction=gapped(fraction))))
    deepest = float(drawdown_max_fraction(gapped(CRASH)))
    return row(of, "a 20 % gap against the fullest session", deepest, broken, "gap fraction", metric=DEEPEST)


def _volatility_before(material: Material) -> np.ndarray:
    """Annual volatility of the equal-weighted market over the sessions up to each one, known at its close."""
    close = material.bars.close
    moves = (
        np.divide(close[:, 1:], close[:, :-1], out=np.ones_like(close[:, 1:]), where=np.isfinite(close[:, 1:]) & np.isfinite(close[:, :-1]))
        - 1.0
    )
    market = np.concatenate([[0.0], moves.mean(axis=0)])
    padded = np.concatenate([np.zeros(REGIME_SESSIONS - 1), market])
    return np.lib.stride_tricks.sliding_window_view(padded, REGIME_SESSIONS).std(axis=1) * np.sqrt(SESSIONS_A_YEAR)


def _only(portfolio: Backtest, inside: np.ndarray) -> Backtest:
    names = ("net_return_fraction", "gross_return_fraction", "cost_fraction", "turnover_fraction", "exposure_fraction")
    return replace(portfolio, sessions=portfolio.sessions[inside], **{name: getattr(portfolio, name)[inside] for name in names})


def _rows_in(answers: Answers, inside: np.ndarray) -> Answers:
    kept = inside[answers.session]
    return replace(answers, label=answers.label[kept], score=answers.score[kept], session=answers.session[kept])
