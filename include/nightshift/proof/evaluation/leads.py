"""How much further a challenger measures than an opponent: the same sessions, which neither learned from, and the same draws for both.

The difference has an interval of its own: two intervals that overlap say little about two names that move together.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nightshift.nouns.evaluation_record import Span
from nightshift.nouns.measures import Measure, Measures
from nightshift.nouns.night_roles import CHAMPION
from nightshift.proof.evaluation import bootstrap
from nightshift.proof.evaluation.backtest import Backtest
from nightshift.proof.evaluation.bootstrap import Replicas
from nightshift.proof.evaluation.material import Material
from nightshift.proof.metrics.every_metric import METRICS
from nightshift.proof.metrics.metric import Answers, Metric, measured

PART = "test"
AGAINST_OTHERS = ("champion", "naive")


def opponents(material: Material) -> tuple[str, ...]:
    """Whom challengers are held against: the champion where it can be judged, and the naive rules."""
    return (*((CHAMPION,) if CHAMPION in material.scores else ()), *material.naive)


def compared_span(material: Material, opponent: str) -> Span:
    """The test sessions that neither the opponent nor any challenger learned from."""
    days = material.panel.sessions[material.span(PART)][_start(material, (opponent, *material.challengers)) :]
    return Span(first=str(days[0]) if len(days) else "", last=str(days[-1]) if len(days) else "", sessions=len(days))


def leads(material: Material, portfolios: dict[str, Backtest], drawn: Replicas | None) -> dict[str, dict[str, Measures]]:
    """Challenger → opponent → metric → difference, for the metrics that the market's policy compares."""
    asked = [METRICS[name] for name in _compared_metrics(material)]
    return {
        name: {opponent: _leads_over(material, portfolios, (name, opponent), asked, drawn) for opponent in opponents(material)}
        for name in material.challengers
    }


def series_after(portfolio: Backtest, start: int) -> dict[str, np.ndarray]:
    """A portfolio's series from a session of the part on, by what metrics need."""
    return {
        "returns": portfolio.net_return_fraction[start:],
        "turnover": portfolio.turnover_fraction[start:],
        "exposure": portfolio.exposure_fraction[start:],
    }


def answers_after(answers: Answers, start: int) -> Answers:
    """The rows from a session of the part on, their sessions counted from there."""
    if not start:
        return answers
    later = answers.session >= start
    rows = {name: getattr(answers, name)[later] for name in ("label", "score")}
    return replace(answers, **rows, session=answers.session[later] - start, n_sessions=answers.n_sessions - start)


def replicas_after(material: Material, portfolio: Backtest, start: int) -> Replicas | None:
    """Draws of the sessions from one on; None where there are too few."""
    net = portfolio.net_return_fraction[start:]
    block = bootstrap.shared_block([net] if len(net) else [], material.panel.label_reach)
    enough = bootstrap.enough(len(net), block) is None
    return bootstrap.replicas(len(net), block, seed=material.market.execution.seed) if enough else None


def _compared_metrics(material: Material) -> list[str]:
    relative = [gate.metric for gate in material.market.gates if any(f"_{other}_" in gate.must_be for other in AGAINST_OTHERS)]
    return [name for name in dict.fromkeys(relative) if name in METRICS and material.task in METRICS[name].tasks]


def _start(material: Material, names: tuple[str, ...]) -> int:
    return max(material.first_unlearned(name, PART) for name in names)


def _leads_over(
    material: Material, portfolios: dict[str, Backtest], pair: tuple[str, str], metrics: list[Metric], drawn: Replicas | None
) -> Measures:
    start, year = _start(material, pair), material.market.sessions_a_year
    drawn = replicas_after(material, portfolios[pair[0]], start) if start else drawn
    return {
        metric.name: _difference(metric, [_of(material, portfolios, metric, name, start) for name in pair], drawn, year)
        for metric in metrics
    }


def _of(material: Material, portfolios: dict[str, Backtest], metric: Metric, name: str, start: int) -> Answers | np.ndarray:
    if metric.needs == "rows":
        return answers_after(material.answers(name, PART), start)
    return series_after(portfolios[name], start)[metric.needs]


def _difference(metric: Metric, sides: list[Answers | np.ndarray], drawn: Replicas | None, sessions_a_year: float) -> Measure:
    points = [_point(metric, side, sessions_a_year) for side in sides]
    for point in points:
        if point.value is None:
            return Measure(None, note=point.note)
    ahead = float(points[0].value or 0.0) - float(points[1].value or 0.0)
    if drawn is None:
        return Measure(ahead, note=bootstrap.NO_DRAWS)
    ours, theirs = (bootstrap.drawn_values(metric, side, drawn, sessions_a_year) for side in sides)
    ends = bootstrap.percentiles(ours - theirs)
    return Measure(ahead, *ends) if ends else Measure(ahead, note="no interval: the metric is undefined on too many replicas")


def _point(metric: Metric, side: Answers | np.ndarray, sessions_a_year: float) -> Measure:
    if isinstance(side, Answers):
        return measured(metric, side.label, side.score, threshold=side.threshold)
    return measured(metric, side, sessions_a_year=sessions_a_year)
