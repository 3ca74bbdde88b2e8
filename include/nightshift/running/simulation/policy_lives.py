"""The numbers of every policy: from one set of draws of the same sessions, so that their differences are paired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nightshift.nouns.assay_record import Estimate
from nightshift.nouns.measures import Measure
from nightshift.nouns.simulation_record import PolicyLife
from nightshift.proof.evaluation import bootstrap
from nightshift.proof.evaluation.bootstrap import Replicas
from nightshift.proof.metrics import METRICS
from nightshift.running.simulation.policies import GATE
from nightshift.running.simulation.policy_books import Book
from nightshift.running.simulation.wrong_promotions import UNKNOWN, promoted, swaps_brought_annual, wrong_fraction

MEASURED = ("return_annual_fraction", "sharpe_annual", "drawdown_max_fraction")
COMPARED = "sharpe_annual"
NOTHING = Estimate(value=0.0, low=0.0, high=0.0)
IN_CASH = {"return_annual_fraction": NOTHING, "drawdown_max_fraction": NOTHING}  # its Sharpe has no value


@dataclass(frozen=True, eq=False)
class Draws:
    """What all policies share."""

    replicas: Replicas | None  # none: too few sessions
    block_sessions: float
    reach: int
    seed: int
    sessions_a_year: float


def draws_of(books: Sequence[Book], reach: int, seed: int, sessions_a_year: float) -> Draws:
    """One set of draws for all books: the longest block that one of them asks for."""
    n_sessions = len(books[0].net)
    block = bootstrap.shared_block([book.net for book in books], reach)
    lacking = bootstrap.enough(n_sessions, block)
    drawn = None if lacking else bootstrap.replicas(n_sessions, block, seed=seed)
    return Draws(drawn, block, reach, seed, sessions_a_year)


def life_of(book: Book, gate: Book, draws: Draws) -> PolicyLife:
    """One policy in numbers."""
    drawn, year = draws.replicas, draws.sessions_a_year
    measured = bootstrap.returns_measures([METRICS[name] for name in MEASURED], {"returns": book.net}, drawn, year)
    estimates = {name: _estimate(measure) for name, measure in measured.items()} | (IN_CASH if not book.net.any() else {})
    said = promoted(book, draws.reach, draws.seed)
    return PolicyLife(
        name=book.policy.name, says=book.policy.says, promotions=len(said), judged=sum(one.sessions > 0 for one in said),
        wrong=sum(one.is_wrong for one in said), wrong_fraction=wrong_fraction(book.swaps, drawn),
        swaps=sum(swap.replaced is not None for swap in book.swaps),
        swaps_brought_annual=swaps_brought_annual(book.swaps, drawn, len(book.net), year),
        **estimates,
        gate_lead_annual=UNKNOWN if book.policy.name == GATE else _gate_lead(gate.net, book.net, draws),
        net_returns=tuple(book.net.tolist()), served=tuple(change.session if change else "" for change in book.served),
    )  # fmt: skip


def _gate_lead(gate: np.ndarray, net: np.ndarray, draws: Draws) -> Estimate:
    metric, year = METRICS[COMPARED], draws.sessions_a_year
    points = [metric.of(one, sessions_a_year=year) if one.any() else 0.0 for one in (gate, net)]  # cash neither earns nor risks
    if not np.isfinite(points).all():
        return UNKNOWN
    low, high = None, None
    if draws.replicas:
        ours, theirs = (bootstrap.drawn_values(metric, one, draws.replicas, year) if one.any() else 0.0 for one in (gate, net))
        low, high = bootstrap.percentiles(np.asarray(ours - theirs + np.zeros(len(draws.replicas.index)))) or (None, None)
    return Estimate(value=points[0] - points[1], low=low, high=high)


def _estimate(measure: Measure) -> Estimate:
    return Estimate(value=measure.value, low=measure.low, high=measure.high)
