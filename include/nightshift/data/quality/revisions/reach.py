"""How far revised bars reach into what is made from bars: a bound by the columns' warm-up and the label's reach, without computing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.quality.revisions.comparing import Revised
from nightshift.nouns.revisions_record import Reach

if TYPE_CHECKING:
    from nightshift.storage.night import Night


def of(revised: Revised, warmup_sessions: int | None, night: Night) -> Reach:
    """The most rows and sessions in which columns can differ, and the most labels, counted on rows that there are now.

    A column looks back as far as its warm-up: it differs from a revised bar on. A label looks ahead. Histories of another scale are
    not counted: what is made of returns stays as it is.
    """
    concerned = np.concatenate([
        revised.old.key[revised.changed[0]], revised.old.key[revised.settled[0]], revised.old.key[revised.vanished],
        revised.new.key[revised.back_filled], revised.new.key[revised.came_late],
    ])  # fmt: skip
    if not len(concerned):
        return Reach(columns_rows=0, columns_sessions=0, label_rows=0)
    days, place = np.unique(np.concatenate([revised.new.key, concerned]) % revised.n_days, return_inverse=True)
    there, at = place[: len(revised.new.key)], place[len(revised.new.key) :]
    shape = (len(revised.symbols), len(days))
    present, hit = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    present[revised.symbol(revised.new.key), there] = True
    hit[revised.symbol(concerned), at] = True
    labels = _spread(hit[:, ::-1], night.market.label.reach_sessions)[:, ::-1] & present
    if warmup_sessions is None:
        return Reach(columns_rows=None, columns_sessions=None, label_rows=int(labels.sum()))
    columns = _spread(hit, warmup_sessions)
    return Reach(columns_rows=int((columns & present).sum()), columns_sessions=int(columns.any(axis=0).sum()), label_rows=int(labels.sum()))


def _spread(hit: np.ndarray, n_sessions: int) -> np.ndarray:
    """True from each hit to `n_sessions` sessions after it.

    >>> _spread(np.array([[True, False, False, False]]), 2).tolist()
    [[True, True, True, False]]
    """
    last = np.maximum.accumulate(np.where(hit, np.arange(hit.shape[1]), -n_sessions - 1), axis=1)
    spread: np.ndarray = np.arange(hit.shape[1]) - last <= n_sessions
    return spread
