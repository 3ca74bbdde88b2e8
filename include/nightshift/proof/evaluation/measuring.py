"""The evaluation of a night: everyone on the same sessions, in numbers with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nightshift.nouns.evaluation_record import PARTS, Evaluation, Intervals, Span
from nightshift.nouns.measures import Measures
from nightshift.nouns.net_returns import Returns
from nightshift.nouns.night_roles import CASH, CHAMPION, HOLD, RANDOM
from nightshift.nouns.scores import ScoresByName
from nightshift.proof.evaluation import bootstrap, leads, reference, selection
from nightshift.proof.evaluation.backtest import Backtest, backtest
from nightshift.proof.evaluation.bootstrap import Replicas
from nightshift.proof.evaluation.gathering import gather
from nightshift.proof.evaluation.material import Material
from nightshift.proof.metrics.every_metric import metrics_of
from nightshift.storage.night import Night


@dataclass(frozen=True, eq=False)
class Judged:
    """One part of the split: everyone's portfolio, the shared replicas, and the measures."""

    part: str
    portfolios: dict[str, Backtest]
    drawn: Replicas | None
    block_sessions: float
    measures: dict[str, Measures]


def evaluate(night: Night, models: tuple[str, ...], yardsticks: str, folder: Path) -> None:
    """Write the evaluation of a night, its returns and its scores."""
    material = gather(night, models, yardsticks)
    judged: dict[str, Judged] = {part: judge(material, part) for part in PARTS}
    leader = selection.rank(judged["validate"].measures, material.challengers, night.market.selection)[0].name
    judged = {part: with_chance(material, one, leader) for part, one in judged.items()}
    measured(material, judged).write(folder)
    net_returns(judged).write(folder)
    compared_scores(material).write(folder)


def judge(material: Material, part: str) -> Judged:
    """Trade and measure every name on one part; intervals come from one set of replicas, so differences are paired."""
    portfolios = portfolios_of(material, part)
    drawn, block = replicas_of(material, portfolios)
    measures = {name: measures_of(material, part, name, one, drawn) for name, one in portfolios.items()}
    return Judged(part, portfolios, drawn, block, measures)


def portfolios_of(material: Material, part: str) -> dict[str, Backtest]:
    """What every name earned on one part, and what holding everything and holding nothing did."""
    bars, costs = material.bars_of(part), material.market.costs
    portfolios = {name: backtest(bars, material.traded_score(name, part), costs, material.task) for name in _order(material)}
    portfolios |= {
        name: one for name, one in ((HOLD, reference.buy_and_hold(bars, costs)), (CASH, reference.cash(bars))) if one is not None
    }
    return portfolios


def replicas_of(material: Material, portfolios: dict[str, Backtest]) -> tuple[Replicas | None, float]:
    """The draws of sessions that everybody on a part shares (None where there are too few), and the block's sessions."""
    block = bootstrap.shared_block([one.net_return_fraction for one in portfolios.values()], material.panel.label_reach)
    n_sessions = len(next(iter(portfolios.values())).sessions)
    lacking = bootstrap.enough(n_sessions, block)
    return None if lacking else bootstrap.replicas(n_sessions, block, seed=material.market.execution.seed), block


def measures_of(material: Material, part: str, name: str, portfolio: Backtest, drawn: Replicas | None) -> Measures:
    """Every metric of one name on one part, on the sessions that it did not learn from; benchmarks have only trading metrics."""
    start = material.first_unlearned(name, part)
    drawn = leads.replicas_after(material, portfolio, start) if start else drawn
    metrics = metrics_of(material.task)
    of_series = [metric for metric in metrics if metric.needs != "rows"]
    traded = bootstrap.returns_measures(of_series, leads.series_after(portfolio, start), drawn, material.market.sessions_a_year)
    if name not in material.scores:
        return traded
    answers = leads.answers_after(material.answers(name, part), start)
    return bootstrap.rows_measures([metric for metric in metrics if metric.needs == "rows"], answers, drawn) | traded


def with_chance(material: Material, judged: Judged, leader: str) -> Judged:
    """The same part with chance added: the leader's own trading with no knowledge in it."""
    bars, market = material.bars_of(judged.part), material.market
    chance = reference.random_same_turnover(
        bars, material.traded_score(leader, judged.part), market.costs, material.task, market.execution.seed
    )
    measures = judged.measures | {RANDOM: measures_of(material, judged.part, RANDOM, chance, judged.drawn)}
    return Judged(judged.part, judged.portfolios | {RANDOM: chance}, judged.drawn, judged.block_sessions, measures)


def net_returns(judged: dict[str, Judged]) -> Returns:
    """The net return fraction of every name that was traded on both parts."""
    names = [name for name in judged["test"].portfolios if name in judged["validate"].portfolios]
    sessions = {part: next(iter(one.portfolios.values())).sessions.astype(str).tolist() for part, one in judged.items()}
    of = {name: np.concatenate([one.portfolios[name].net_return_fraction for one in judged.values()]) for name in names}
    whole = tuple(day for days in sessions.values() for day in days)
    return Returns(whole, tuple(part for part, days in sessions.items() for _ in days), of)


def compared_scores(material: Material) -> ScoresByName:
    """Every name's score of every symbol and session that was compared."""
    every = np.arange(len(material.panel.sessions))
    asked: dict[str, tuple[np.ndarray, np.ndarray]] = {part: (every[material.span(part)], material.same_rows) for part in PARTS}
    # Nothing is measured on the latest sessions, but what was said about them is kept: next week it will be held against the outcome.
    asked["latest"] = material.latest, np.logical_or.reduce([np.isfinite(score) for score in material.scores.values()])
    return ScoresByName.laid_by_part(material.panel, asked, material.scores)


def measured(material: Material, judged: dict[str, Judged]) -> Evaluation:
    """The record of a night's evaluation."""
    has_champion = CHAMPION in material.scores
    return Evaluation(
        task=material.task,
        sessions={part: span_of(material, part) for part in PARTS},
        challengers=material.challengers,
        champion=CHAMPION if has_champion else None,
        champion_version=material.champion_version if has_champion else None,
        naive=material.naive,
        benchmarks=tuple(name for name in (HOLD, CASH, RANDOM) if name in judged["test"].portfolios),
        left_out=dict(material.left_out) | _without_benchmark(judged),
        rows={part: len(material.answers(material.challengers[0], part).label) for part in PARTS},
        intervals={part: _intervals(one) for part, one in judged.items()},
        measures={part: one.measures for part, one in judged.items()},
        learned_until={name: str(until) for name, until in material.learned_until.items()},
        compared={name: leads.compared_span(material, name) for name in leads.opponents(material)},
        leads=leads.leads(material, judged["test"].portfolios, judged["test"].drawn),
    )


def span_of(material: Material, part: str) -> Span:
    """First and last session of a part, and how many there are."""
    sessions = material.panel.sessions[material.span(part)]
    return Span(first=str(sessions[0]), last=str(sessions[-1]), sessions=len(sessions))


def _intervals(judged: Judged) -> Intervals:
    n_replicas = len(judged.drawn.index) if judged.drawn else 0
    return Intervals(
        method="stationary bootstrap of sessions", level=bootstrap.LEVEL, replicas=n_replicas, block_sessions=judged.block_sessions
    )


def _without_benchmark(judged: dict[str, Judged]) -> dict[str, str]:
    missing = [part for part, one in judged.items() if HOLD not in one.portfolios]
    return {HOLD: f"no symbol has a bar to be bought on: {', '.join(missing)}"} if missing else {}


def _order(material: Material) -> list[str]:
    champion = (CHAMPION,) if CHAMPION in material.scores else ()
    return [*material.challengers, *champion, *material.naive]
