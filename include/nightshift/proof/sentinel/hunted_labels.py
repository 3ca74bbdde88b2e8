"""The hunt in the label: it may look as far ahead as it says, and not a session further."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nightshift.nouns.bars import Bars
from nightshift.proof.sentinel import cuts
from nightshift.proof.sentinel.comparing import Finding, Trial, compared, differ, past
from nightshift.proof.sentinel.history import History
from nightshift.proof.sentinel.hunted_columns import Remade

Outcome = Callable[[Bars], np.ndarray]  # float64 (symbols, sessions)

CELLS = 60_000  # symbols × sessions recomputed, all cuts together
BEFORE = 25  # sessions before a row that a label may scale itself by
ROWS_BEFORE = 10  # sessions of labels compared in a window


def hunt(bars: History, name: str, label: np.ndarray, reach: int, outcome: Outcome, random: np.random.Generator) -> Finding:
    """The night's label against other futures."""
    n_symbols, n_sessions = len(bars.symbols), len(bars.sessions)
    window = BEFORE + ROWS_BEFORE + reach
    n_cuts = int(np.clip(CELLS // (n_symbols * min(window, n_sessions)), 3, 10))
    whole = n_cuts * n_symbols * n_sessions <= CELLS
    finding = Finding()
    for number, cut in enumerate(cuts.of_market(bars.sessions, n_cuts, random)):
        start = 0 if whole else max(int(cut) - window, 0)
        trial = Trial("label", "perturbed" if number % 2 else "truncated", bars.symbols, bars.sessions, np.repeat(cut, n_symbols))
        remade = Remade(bars, trial, random)
        may_not = past(trial, reach, since=start + BEFORE if start else 0)
        changed = _changed(label, outcome, remade, start) & may_not
        if start and changed.any():  # a window may be too short for what the label looks back
            changed = _changed(label, outcome, remade, 0) & may_not
        finding += compared(trial, int(may_not.sum()), {name: changed})
    return finding


def _changed(label: np.ndarray, outcome: Outcome, remade: Remade, start: int) -> np.ndarray:
    again = outcome(remade.other(start))
    stop = min(start + again.shape[1], label.shape[1])
    out = np.zeros(label.shape, dtype=bool)
    out[:, start:stop] = differ(np.ascontiguousarray(label[:, start:stop]), again[:, : stop - start])
    return out
