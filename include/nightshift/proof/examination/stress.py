"""What a stress is asked of, when a verdict breaks, and the row that a stress leaves.

A verdict holds while every absolute limit of the market's policy (`at_least`, `at_most`) that the unstressed numbers meet
is still met, and while the net Sharpe ratio, where it is positive, stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from nightshift.nouns.questions import Stress
from nightshift.proof.evaluation.backtest import Backtest, backtest
from nightshift.proof.evaluation.material import Material
from nightshift.proof.metrics.every_metric import METRICS, metrics_of
from nightshift.proof.metrics.metric import Answers

HEADLINE, DEEPEST = "sharpe_annual", "drawdown_max_fraction"
STRESSES = {  # which number each of them is measured by
    "twice_the_costs": HEADLINE, "one_bar_of_delay": HEADLINE, "best_session_missed": HEADLINE, "worst_regime": HEADLINE, "crash": DEEPEST,
    "noisy_columns": HEADLINE, "missing_column": HEADLINE, "seed_noise": HEADLINE,
}  # fmt: skip


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


@dataclass(frozen=True)
class Break:
    """The size of a stress that breaks the verdict; none: it holds at every size that was tried."""

    at: float | None
    unit: str


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
            series = {"returns": portfolio.net_return_fraction, "turnover": portfolio.turnover_fraction}
            of_series = series.get(metric.needs, portfolio.exposure_fraction)
            out[metric.name] = metric.of(of_series, sessions_a_year=of.material.market.sessions_a_year)
    return out


def holds(of: Subject, values: dict[str, float]) -> bool:
    """True while every limit is met."""
    return all(limit.met(values) for limit in of.limits)


def first_break(of: Subject, levels: Iterable[float], stressed: Callable[[float], dict[str, float]], unit: str) -> Break:
    """The smallest tried level at which a limit is broken, or none when it holds at all of them."""
    return Break(next((level for level in levels if not holds(of, stressed(level))), None), unit)


def row(of: Subject, key: str, name: str, value: float, breaks: Break, note: str = "") -> Stress:
    """One line of the table: what the stress makes of a metric, and the size of the stress that breaks the verdict."""
    metric, unbroken = STRESSES[key], "" if breaks.at is not None else "holds at every size tried"
    return Stress(
        key=key, name=name, metric=metric, unit=METRICS[metric].unit.words, baseline=of.baseline.get(metric), value=value,
        breaks_verdict_at=breaks.at, breaks_unit=breaks.unit, note=note or unbroken,
    )  # fmt: skip
