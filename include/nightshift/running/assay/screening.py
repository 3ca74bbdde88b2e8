"""On which nights could a promotion be? Reckoned for all nights at once, so that the gate is asked only about those.

A lead's spread is the largest of three estimates, so the plain one alone bounds z from above: a night that does not reach its bound with
it does not reach it at all. And a floor that is missed by a value is not reached by the whole interval around it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nightshift.config import Gate, Market
from nightshift.gates import e_process
from nightshift.gates.paired import SMALLEST_LEAD_ANNUAL
from nightshift.nouns.night_roles import CHALLENGER
from nightshift.proof.metrics import METRICS
from nightshift.proof.metrics.metric import Additive, Answers
from nightshift.running.assay.ladder import margin_annual

SLACK = {"rows": 0.005, "returns": 0.5}  # a missed floor is missed by more than rounding, or a portfolio's first session, could mend


def leads_so_far(ours: np.ndarray, theirs: np.ndarray, lengths: np.ndarray, sessions_a_year: float) -> tuple[np.ndarray, np.ndarray]:
    """(lead in annual Sharpe, plain standard error of it) of the first so many sessions, for each length; see `gates.paired`.

    Each session moves a Sharpe s by u − s·(u² − 1)/2, with u its standardised return: the variance of the difference of two such moves
    is made of the moments of both up to the fourth, and those of all lengths are running sums.
    """
    (our_sharpe, our_powers), (their_sharpe, their_powers) = (_standard(values, lengths) for values in (ours, theirs))
    joint, ahead = _central(our_powers, their_powers, lengths), our_sharpe - their_sharpe
    whole = np.ones(len(lengths))
    weights = [(1, 0, whole), (2, 0, -0.5 * our_sharpe), (0, 1, -whole), (0, 2, 0.5 * their_sharpe)]
    square = sum(w * v * joint[i + k, j + m] for i, j, w in weights for k, m, v in weights) - (0.5 * ahead) ** 2
    year = math.sqrt(sessions_a_year)
    return ahead * year, np.sqrt(np.maximum(square, 0.0) / np.maximum(lengths - 1, 1)) * year


def could_lead(market: Market, returns: Mapping[str, np.ndarray], lengths: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(nights on which z may reach the bound against everybody, nights on which the recipe leads everybody).

    The returns begin with the evidence's first session.
    """
    may, ahead = np.isfinite(bounds), np.ones(len(lengths), dtype=bool)
    margin = max(margin_annual(market), 0.0)
    for name, theirs in returns.items():
        if name == CHALLENGER:
            continue
        lead, spread = leads_so_far(returns[CHALLENGER], theirs, lengths, market.sessions_a_year)
        ahead &= lead > margin + SMALLEST_LEAD_ANNUAL
        if market.budget.spending == "e_process":
            coins = e_process.along(
                returns[CHALLENGER][: lengths.max()], theirs[: lengths.max()], margin / math.sqrt(market.sessions_a_year)
            )
            may &= np.array([e_process.as_z(coin) for coin in coins[lengths - 1]]) >= bounds - 1e-9 if len(returns) == 2 else True
        else:
            may &= lead - margin >= (bounds - 1e-6) * spread
    return may & ahead, ahead


def missed(
    gates: Sequence[Gate], label: np.ndarray, score: np.ndarray, net: np.ndarray, windows: Sequence[slice], sessions_a_year: float
) -> dict[str, np.ndarray]:
    """By gate: the nights (windows) on which the value alone misses its limit, by more than `SLACK`."""
    out: dict[str, np.ndarray] = {}
    for gate in gates:
        metric = METRICS.get(gate.metric)
        if metric is None or gate.must_be not in {"at_least", "at_most"} or metric.needs not in SLACK:
            continue
        if metric.needs == "returns":
            values = np.asarray(metric.compute(np.stack([net[at] for at in windows]), **metric.options(sessions_a_year=sessions_a_year)))
        elif metric.additive:
            values = _on_windows(metric.additive, label, score, windows)
        else:
            continue
        short = gate.limit - values if gate.must_be == "at_least" else values - gate.limit
        out[f"{gate.metric} {gate.must_be}"] = short > SLACK[metric.needs]
    return out


@dataclass(frozen=True, eq=False)
class _Powers:
    """A series in units of its whole deviation, and where the first so many of it lie in those units; nothing for what does not vary."""

    values: np.ndarray
    mean: np.ndarray
    scale: np.ndarray  # 1 over the deviation of the first so many; 0 where they do not vary


def _standard(values: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, _Powers]:
    """(Sharpe a session of every length, what its moments are made of)."""
    unit = float(values.std()) or 1.0
    scaled = values / unit
    mean = np.cumsum(scaled)[lengths - 1] / lengths
    variance = np.cumsum(scaled**2)[lengths - 1] / lengths - mean**2
    varies = variance > 1e-18
    scale = np.where(varies, 1.0 / np.sqrt(np.where(varies, variance, 1.0)), 0.0)
    return mean * scale, _Powers(scaled, mean, scale)


def _central(ours: _Powers, theirs: _Powers, lengths: np.ndarray) -> dict[tuple[int, int], np.ndarray]:
    """E[uⁱ·vʲ] of both standardised series, for every length and every i + j from 2 to 4."""
    raw = {(i, j): np.cumsum(ours.values**i * theirs.values**j)[lengths - 1] / lengths for i in range(5) for j in range(5 - i)}
    return {
        (i, j): ours.scale**i * theirs.scale**j * sum(
            math.comb(i, p) * math.comb(j, q) * (-ours.mean) ** p * (-theirs.mean) ** q * raw[i - p, j - q]
            for p in range(i + 1) for q in range(j + 1)
        )
        for i in range(5) for j in range(5 - i) if i + j > 1
    }  # fmt: skip


def _on_windows(additive: Additive, label: np.ndarray, score: np.ndarray, windows: Sequence[slice]) -> np.ndarray:
    first, last = windows[0].start, windows[-1].stop
    there = np.isfinite(label[:, first:last]) & np.isfinite(score[:, first:last])
    session, symbol = np.nonzero(there.T)
    answers = Answers(label[symbol, session + first], score[symbol, session + first], session, last - first)
    totals = np.vstack([np.zeros(additive.sums(answers).shape[1]), np.cumsum(additive.sums(answers), axis=0)])
    return np.asarray(additive.combine(np.stack([totals[at.stop - first] - totals[at.start - first] for at in windows])))
