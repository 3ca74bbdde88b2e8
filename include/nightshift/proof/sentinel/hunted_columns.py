"""The hunt in the columns: a few symbols over their whole history, each cut elsewhere; columns of the whole market over a few sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nightshift.data.columns import Column, compute, warmup_sessions
from nightshift.nouns.bars import Bars
from nightshift.proof.sentinel import cuts, futures
from nightshift.proof.sentinel.comparing import Finding, Trial, compared, differ, past
from nightshift.proof.sentinel.history import History

ROUNDS = 3  # with each kind of future
CELLS_A_ROUND = 3_500  # symbols × sessions recomputed for columns of one symbol; a small market is covered whole
CELLS_OF_MARKET = 36_000  # the same for columns of the whole market, all cuts together
MARGIN = 3  # sessions more than a window needs, for gaps
AFTER = 3  # sessions after a cut that a window goes on


@dataclass(frozen=True, eq=False)
class Made:
    """The night's columns and what they were made from."""

    bars: History
    columns: Sequence[Column]
    values: np.ndarray  # float32 (symbols, sessions, columns)


def hunt(made: Made, random: np.random.Generator) -> Finding:
    """Every column against other futures."""
    across = [place for place, column in enumerate(made.columns) if column.theme == "cross_section"]
    alone = [place for place in range(len(made.columns)) if place not in across]
    return (_alone(made, alone, random) if alone else Finding()) + (_across(made, across, random) if across else Finding())


def _alone(made: Made, places: list[int], random: np.random.Generator) -> Finding:
    """Columns of one symbol: who is looked at changes from round to round until everyone had a turn."""
    n_symbols, n_sessions = len(made.bars.symbols), len(made.bars.sessions)
    n_rows = min(max(CELLS_A_ROUND // n_sessions, 2), n_symbols)
    order = np.resize(random.permutation(n_symbols), 2 * ROUNDS * n_rows).reshape(2 * ROUNDS, n_rows)
    finding = Finding()
    for number, rows in enumerate(np.sort(order, axis=1)):
        bars = made.bars.of_symbols(rows)
        if number % 2:
            cut = cuts.of_symbols(bars.present, bars.sessions, random)
            other = futures.perturbed(bars, cut, random) if number > 1 else futures.silenced(bars, cut)
        else:
            cut = np.repeat(cuts.of_market(bars.sessions, 1, random), n_rows)
            other = bars.first(int(cut[0]) + 1)
        trial = Trial("column", "perturbed" if number % 2 and number > 1 else "truncated", bars.symbols, bars.sessions, cut)
        finding += _look(made, rows, places, trial, compute(other, [made.columns[j] for j in places]), Window())
    return finding


def _across(made: Made, places: list[int], random: np.random.Generator) -> Finding:
    """Columns of the whole market: all symbols, the sessions before a cut that their warm-up needs."""
    columns = [made.columns[j] for j in places]
    n_symbols, n_sessions = len(made.bars.symbols), len(made.bars.sessions)
    needed = warmup_sessions(columns) + MARGIN
    n_cuts = int(np.clip(CELLS_OF_MARKET // (n_symbols * min(needed + MARGIN + AFTER, n_sessions)), 2, 10))
    whole = n_cuts * n_symbols * n_sessions <= CELLS_OF_MARKET * 6
    finding = Finding()
    rows = np.arange(n_symbols)
    for number, cut in enumerate(cuts.of_market(made.bars.sessions, n_cuts, random)):
        start = 0 if whole else max(int(cut) - needed - MARGIN, 0)
        trial = Trial(
            "column", "perturbed" if number % 2 else "truncated", made.bars.symbols, made.bars.sessions, np.repeat(cut, n_symbols)
        )
        remade = Remade(made.bars, trial, random)
        values = compute(remade.other(start), columns)
        window = Window(start, start + needed, remade) if start else Window()
        finding += _look(made, rows, places, trial, values, window)
    return finding


@dataclass(frozen=True, eq=False)
class Remade:
    """The bars of one trial of the whole market, over a window or from the beginning."""

    bars: History
    trial: Trial
    random: np.random.Generator

    def other(self, start: int) -> Bars:
        """The bars with another future, from the session at `start` on."""
        cut = int(self.trial.cut[0])
        if self.trial.future == "truncated":
            return self.bars.between(start, cut + 1)
        bars = self.bars.between(start, min(cut + 1 + AFTER, len(self.bars.sessions)))
        return futures.perturbed(bars, self.trial.cut - start, self.random)

    def differs_over_all_of_history(self, column: Column, values: np.ndarray) -> bool:
        """Whether the past still changes when nothing of it was left out: a window may be too short for a symbol with gaps."""
        n_known = int(self.trial.cut[0]) + 1
        again = compute(self.other(0), [column])[:, :n_known, 0]
        return bool(differ(np.ascontiguousarray(values[:, :n_known]), again).any())


@dataclass(frozen=True, eq=False)
class Window:
    """The sessions that were recomputed, from which on they are compared, and how a suspicion is confirmed where history was left out."""

    start: int = 0
    since: int = 0
    remade: Remade | None = None


def _look(made: Made, rows: np.ndarray, places: list[int], trial: Trial, again: np.ndarray, window: Window) -> Finding:
    start, stop = window.start, min(window.start + again.shape[1], len(trial.sessions))
    was = made.values[rows, start:stop][:, :, places]
    may_not = past(trial, since=window.since)[:, start:stop]
    changed = differ(np.ascontiguousarray(was), again[:, : stop - start]) & may_not[:, :, np.newaxis]
    names = [made.columns[j].name for j in places]
    by_name = {name: _at(changed[:, :, at], trial, start) for at, name in enumerate(names) if changed[:, :, at].any()}

    def is_leak(name: str) -> bool:
        j = places[names.index(name)]
        return window.remade is None or window.remade.differs_over_all_of_history(made.columns[j], made.values[:, :, j])

    return compared(trial, int(may_not.sum()) * len(places), by_name, is_leak)


def _at(changed: np.ndarray, trial: Trial, start: int) -> np.ndarray:
    out = np.zeros((len(trial.symbols), len(trial.sessions)), dtype=bool)
    out[:, start : start + changed.shape[1]] = changed
    return out
