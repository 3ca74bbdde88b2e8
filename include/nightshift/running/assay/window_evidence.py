"""The complete verdict on one night's test part: traded, measured and compared by the real evaluation, decided by the real judge."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nightshift.config import Gate, Market
from nightshift.gates import decide
from nightshift.gates.checks import is_lead
from nightshift.gates.comparisons import COMPARISONS
from nightshift.gates.evidence import Evidence
from nightshift.gates.weighing import Weighed
from nightshift.nouns.measures import Measures
from nightshift.nouns.night_roles import CHALLENGER, CHAMPION
from nightshift.nouns.panel import Panel
from nightshift.nouns.verdict_record import Verdict
from nightshift.proof.evaluation import bootstrap, leads
from nightshift.proof.evaluation.backtest import Backtest
from nightshift.proof.evaluation.bootstrap import Replicas
from nightshift.proof.evaluation.material import Material
from nightshift.proof.evaluation.measuring import portfolios_of, replicas_of
from nightshift.proof.metrics.every_metric import METRICS, metrics_of
from nightshift.running.assay.made_market import Stretch
from nightshift.running.assay.made_recipe import never_limited

ALWAYS = "sharpe_annual"  # measured whatever the policy asks, as the lead is


def asked_here(market: Market) -> tuple[Gate, ...]:
    """The lines of the policy that returns and scores can answer."""
    return tuple(gate for gate in market.gates if gate.metric in METRICS)


def not_asked(market: Market) -> tuple[str, ...]:
    """The lines that need a fitted model: taken as passed here, so that false promotions and power are both upper bounds."""
    return tuple(f"{gate.metric} {gate.must_be}" for gate in market.gates if gate.metric not in METRICS)


def first_refusal(market: Market, made: Stretch, night: int, scores: Mapping[str, np.ndarray], weighed: Weighed) -> str:
    """The first line about the challenger alone that does not pass, asked without the others; empty: each of them passes.

    One that refuses makes the whole policy refuse. Guard rails go first: without intervals they take a fraction of a complete verdict.
    """
    alone = {CHALLENGER: scores[CHALLENGER]}
    limits = [gate for gate in asked_here(market) if COMPARISONS[gate.must_be].against == "limit"]
    for gates in (tuple(gate for gate in limits if gate.by == by) for by in ("value", "interval")):
        judged = verdict(market.model_copy(update={"gates": gates}), made, night, alone, weighed) if gates else None
        refused = [check.name for check in judged.checks if check.passed is not True] if judged else []
        if refused:
            return refused[0]
    return ""


def verdict(market: Market, made: Stretch, night: int, scores: Mapping[str, np.ndarray], weighed: Weighed) -> Verdict:
    """The gate's verdict on a night, from everybody's scores (symbols, sessions) of the whole stretch."""
    material = _material(market, made, night, scores)
    return decided(market, material, portfolios_of(material, "test"), weighed)


def decided(market: Market, material: Material, portfolios: dict[str, Backtest], weighed: Weighed) -> Verdict:
    """The gate's verdict on what was traded; of everybody but the challenger only the values are compared."""
    drawn = replicas_of(material, portfolios)[0] if any(gate.by == "interval" for gate in material.market.gates) else None
    measures = {
        name: _measures(material, name, portfolios[name], drawn if name == CHALLENGER else None)
        for name in material.scores
        if name in portfolios
    }
    evidence = Evidence(
        challenger=CHALLENGER, champion=CHAMPION if CHAMPION in material.scores else None, naive=material.naive,
        n_sessions=len(material.sessions["test"]), measures=measures, leads=leads.leads(material, portfolios, drawn)[CHALLENGER],
        weighed=weighed,
    )  # fmt: skip
    return decide(asked_here(market), evidence)


def compared_market(market: Market) -> Market:
    """The market with the lines that are measured and compared: the lead is weighed, not drawn."""
    return market.model_copy(update={"gates": tuple(gate for gate in asked_here(market) if not is_lead(gate))})


def _material(market: Market, made: Stretch, night: int, scores: Mapping[str, np.ndarray]) -> Material:
    at = made.window_of(night)
    bars = made.bars.at(at)
    nothing = np.zeros((len(bars.symbols), made.window, 0), dtype=np.float32)
    panel = Panel(bars.symbols, bars.sessions, (), nothing, made.label[:, at], market.label.horizon_sessions)
    judged = compared_market(market).model_copy(update={"costs": never_limited(market.costs)})
    naive = tuple(name for name in scores if name not in {CHALLENGER, CHAMPION})
    return Material(
        judged, panel, bars, {"test": np.arange(made.window)}, {name: score[:, at] for name, score in scores.items()},
        (CHALLENGER,), naive, "served" if CHAMPION in scores else None, {},
    )  # fmt: skip


def _measures(material: Material, name: str, portfolio: Backtest, drawn: Replicas | None) -> Measures:
    wanted = {ALWAYS, *(gate.metric for gate in material.market.gates)}
    metrics = [metric for metric in metrics_of(material.task) if metric.name in wanted]
    of_series = [metric for metric in metrics if metric.needs != "rows"]
    traded = bootstrap.returns_measures(of_series, leads.series_after(portfolio, 0), drawn, material.market.sessions_a_year)
    rows = [metric for metric in metrics if metric.needs == "rows"]
    return traded | (bootstrap.rows_measures(rows, material.answers(name, "test"), drawn) if rows else {})
