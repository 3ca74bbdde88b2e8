"""How often a promotion was wrong, and what promotions brought: over all sessions drawn again in blocks, and for each on its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nightshift.nouns.assay_record import Estimate
from nightshift.nouns.simulation_record import Promoted
from nightshift.proof.evaluation import bootstrap
from nightshift.proof.evaluation.bootstrap import Replicas
from nightshift.running.simulation.policy_books import Book, Swap

ROUNDING = 1e-12  # a sum this small is the order of summation
UNKNOWN = Estimate(value=None, low=None, high=None)


def wrong_fraction(swaps: Sequence[Swap], drawn: Replicas | None) -> Estimate:
    """The share of promotions that earned less than what they replaced, among those with a session afterwards.

    A replica draws sessions. A promotion counts in it when one was drawn on which the two sides differed: the same book twice says
    nothing of either. One whose sides never differed counts as not wrong.
    """
    judged = [swap for swap in swaps if len(swap.difference)]
    if not judged:
        return UNKNOWN
    value = float(np.mean([_is_less(swap.difference.sum()) for swap in judged]))
    if drawn is None:
        return Estimate(value=value, low=None, high=None)
    owner, difference = _laid_out(judged, drawn.index.shape[1])
    never_differed = [not swap.difference.any() for swap in judged]
    owner[(difference == 0.0) & ~np.array([*never_differed, False])[owner]] = -1
    shares = [_share(owner[index], difference[index], len(judged)) for index in drawn.index]
    return _estimate(value, np.array(shares))


def swaps_brought_annual(swaps: Sequence[Swap], drawn: Replicas | None, n_sessions: int, sessions_a_year: float) -> Estimate:
    """Net return a year of all sessions that swaps brought over the model that each of them replaced; a first release replaced none."""
    judged = [swap for swap in swaps if swap.replaced and len(swap.difference)]
    if not judged:
        return UNKNOWN
    _, difference = _laid_out(judged, n_sessions)
    value = float(difference.mean() * sessions_a_year)
    return _estimate(value, difference[drawn.index].mean(axis=1) * sessions_a_year) if drawn else Estimate(value=value, low=None, high=None)


def promoted(book: Book, reach: int, seed: int) -> tuple[Promoted, ...]:
    """Every promotion of a policy, with what it brought."""
    return tuple(_promoted(book.policy.name, swap, reach, seed) for swap in book.swaps)


def _promoted(policy: str, swap: Swap, reach: int, seed: int) -> Promoted:
    n, difference = len(swap.difference), swap.difference
    block = bootstrap.shared_block([difference] if n else [], reach)
    enough = n > 0 and bootstrap.enough(n, block) is None
    sums = difference[bootstrap.replicas(n, block, seed=seed).index].sum(axis=1) if enough else None
    ends = (bootstrap.percentiles(sums) if sums is not None else None) or (None, None)
    total = float(difference.sum())
    return Promoted(
        policy=policy, session=swap.change.session, family=swap.change.family,
        replaced=swap.replaced.session if swap.replaced else "", sessions=n,
        gain_fraction=None if not n else total if abs(total) > ROUNDING else 0.0, low=ends[0], high=ends[1],
    )  # fmt: skip


def _laid_out(judged: Sequence[Swap], n_sessions: int) -> tuple[np.ndarray, np.ndarray]:
    """(whose session it is, −1: nobody's; the difference on it)."""
    owner, difference = np.full(n_sessions, -1), np.zeros(n_sessions)
    for number, swap in enumerate(judged):
        owner[swap.after], difference[swap.after] = number, swap.difference
    return owner, difference


def _share(owner: np.ndarray, difference: np.ndarray, n_judged: int) -> float:
    sums = np.bincount(owner + 1, weights=difference, minlength=n_judged + 1)[1:]
    times = np.bincount(owner + 1, minlength=n_judged + 1)[1:]
    return float(np.mean(sums[times > 0] < -ROUNDING)) if times.any() else np.nan


def _is_less(total: float) -> bool:
    return bool(total < -ROUNDING)


def _estimate(value: float, again: np.ndarray) -> Estimate:
    low, high = bootstrap.percentiles(again) or (None, None)
    return Estimate(value=value, low=low, high=high)
