"""What every policy earned: the scores of what it served, traded session by session in the market's style and at its costs.

What is served after the night of a session decides at that session's close, and is traded at the next open. Beside each promotion
stands what it replaced, served on until the next change: the same sessions, the same book before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from nightshift.nouns.bars import FIELDS, Bars
from nightshift.nouns.simulation_record import Said
from nightshift.proof.evaluation.backtest import backtest
from nightshift.proof.evaluation.reference import buy_and_hold
from nightshift.running.simulation.earlier_models import EarlierModel, model_of
from nightshift.running.simulation.history import History
from nightshift.running.simulation.plan import Plan
from nightshift.running.simulation.policies import HOLDING, POLICIES, Change, Policy, changes

SaidBy = dict[tuple[Change, int], np.ndarray]  # (fit, place of a session in the plan) -> a score a symbol


@dataclass(frozen=True, eq=False)
class Swap:
    """One change of what is served: what it returned until the next one, and what it replaced would have."""

    change: Change
    replaced: Change | None  # none: cash
    after: slice  # of the traded sessions
    difference: np.ndarray  # a session of them: net return minus that of the replaced


@dataclass(frozen=True, eq=False)
class Book:
    """What a policy served and earned on the traded sessions: all of the plan's but the first."""

    policy: Policy
    net: np.ndarray
    served: tuple[Change | None, ...]
    swaps: tuple[Swap, ...]


def books_of(history: History, nights: Sequence[Said]) -> tuple[Book, ...]:
    """The book of every policy."""
    served = {policy: changes(policy, nights) for policy in POLICIES}
    said = _said(history, served.values())
    bars = _traded(history)
    return tuple(_book(history, bars, policy, own, said) for policy, own in served.items())


def holding(history: History) -> tuple[Book, ...]:
    """What holding every symbol earned, for comparison; nothing where none could be bought."""
    held = buy_and_hold(_traded(history), history.market.costs)
    idle: tuple[Change | None, ...] = (None,) * (len(history.plan.sessions) - 1)
    return (Book(HOLDING, held.net_return_fraction[1:], idle, ()),) if held else ()


def _book(history: History, bars: Bars, policy: Policy, own: tuple[Change, ...], said: SaidBy) -> Book:
    n_sessions = bars.shape[1]
    places = _places(history.plan, own)
    live: list[Change | None] = [None] * n_sessions
    for change, (start, stop) in zip(own, pairwise((*places, n_sessions)), strict=True):
        live[start:stop] = [change] * (stop - start)
    net = _net(history, bars, live, said)
    swaps = []
    for number, (start, stop) in enumerate(pairwise((*places, n_sessions))):
        before, end = live[start - 1] if start else None, min(stop, n_sessions - 1)
        otherwise = [*live[:start], *[before] * (end - start)]
        theirs = _net(history, bars, otherwise, said)[start + 1 : end + 1]
        swaps.append(Swap(own[number], before, slice(start, end), net[start + 1 : end + 1] - theirs))
    return Book(policy, net[1:], tuple(live[:-1]), tuple(swaps))


def _net(history: History, bars: Bars, live: Sequence[Change | None], said: SaidBy) -> np.ndarray:
    """Net returns on as many sessions as something is said to be live on, and on one more where the bars have it."""
    market, n_sessions = history.market, min(len(live) + 1, bars.shape[1])
    score = np.full((len(bars.symbols), n_sessions), np.nan)
    for place, change in enumerate(live[:n_sessions]):
        if change and (change, place) in said:
            score[:, place] = said[change, place]
    return backtest(bars.first(n_sessions), score, market.costs, market.label.task).net_return_fraction


def _traded(history: History) -> Bars:
    """The whole history's bars of the plan's sessions."""
    at = np.searchsorted(history.bars.sessions, np.array(history.plan.sessions, dtype="datetime64[D]"))
    return replace(history.bars, sessions=history.bars.sessions[at], **{name: getattr(history.bars, name)[:, at] for name in FIELDS})


def _places(plan: Plan, own: Sequence[Change]) -> list[int]:
    place = {session: number for number, session in enumerate(plan.sessions)}
    return [place[change.session] for change in own]


def _said(history: History, served: Iterable[tuple[Change, ...]]) -> SaidBy:
    """What each fit says of the sessions on which it is served by somebody, or would have been had it not been replaced."""
    plan, n_sessions = history.plan, len(history.plan.sessions)
    wanted: dict[int, dict[Change, None]] = {place: {} for place in range(n_sessions)}  # dicts: in an order that does not change
    for own in served:
        places = _places(plan, own)
        for number, (start, _) in enumerate(pairwise((*places, n_sessions))):
            stop = (*places, n_sessions, n_sessions)[number + 2]  # until what follows it would have been replaced
            for place in range(start, stop):
                wanted[place][own[number]] = None
    out: SaidBy = {}
    loaded: dict[Change, EarlierModel] = {}
    for place, session in enumerate(plan.sessions):
        loaded = {fit: loaded.get(fit) or model_of(plan, fit.session, fit.family) for fit in wanted[place]}
        if loaded:
            known = history.known(session)
            rows = [history.bars.symbols.index(symbol) for symbol in known.bars.symbols]
            for fit, model in loaded.items():
                out[fit, place] = np.full(len(history.bars.symbols), np.nan)
                out[fit, place][rows] = model.says_of_last(known)
    return out
