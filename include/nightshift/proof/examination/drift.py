"""How far each column has moved from what was learned: the newest sessions against the training rows.

Every distance stands beside the limit that one column in twenty exceeds when nothing has moved (`resampled_drift`), and a column
is flagged when chance does not explain it, all columns counted; the rows together are told apart by a classifier (`domain_drift`).
"""

from __future__ import annotations

import numpy as np

from nightshift.nouns.questions import ColumnDrift, DriftTest
from nightshift.proof.evaluation.material import Material
from nightshift.proof.examination.domain_drift import Separation, separation
from nightshift.proof.examination.false_discoveries import discovered
from nightshift.proof.examination.resampled_drift import DRAWS, LEVEL, Null, new_side, null_of, stretches
from nightshift.proof.examination.session_counts import counted

MOST_ROWS = 20_000  # of each side, evenly spaced
MOST_SYMBOLS_SEPARATED = 8
LEAST_SESSIONS = 20  # on the new side, and twice as many as it has on the other
N_BINS = 10


def drifts(material: Material) -> tuple[tuple[ColumnDrift, ...], DriftTest | None]:
    """Every column on the test part against everything before validation, the one that moved most first; and all of them together."""
    learned, now = np.arange(int(material.sessions["validate"][0])), material.sessions["test"]
    rows = {place: row for place, name in enumerate(material.panel.names) if (row := _moved(material, place, name, learned))}
    moved = tuple(sorted(rows.values(), key=lambda row: -(row.psi or 0.0)))
    if not rows or len(now) < LEAST_SESSIONS or len(learned) < 2 * len(now):
        return moved, None
    values = _thinned(material, list(rows), np.concatenate([learned, now]))
    columns = counted(values, len(learned))
    null = null_of(columns, len(now), material.market.execution.seed)
    p_values = null.p_values(np.concatenate([new_side(columns), stretches(columns, len(now))]))
    judged = _judged(list(rows.values()), p_values[0], null)
    few = values[:, :: max(values.shape[1] // MOST_SYMBOLS_SEPARATED, 1)]
    together = _together(judged, p_values[1:], separation(few, len(learned)))
    return tuple(sorted(judged, key=lambda row: -(row.psi or 0.0))), together


def _moved(material: Material, place: int, name: str, learned: np.ndarray) -> ColumnDrift | None:
    before, now = (_sample(material.panel.values[:, at, place]) for at in (learned, material.sessions["test"]))
    if not len(before) or not len(now):
        return None
    values, gaps = _gaps(before, now)  # sorted once for both distances
    spread = float(before.std())
    return ColumnDrift(
        column=name, psi=population_stability(before, now), ks_distance=float(gaps.max()), mean_shift=mean_shift(before, now),
        wasserstein=_way(values, gaps) / spread if spread else 0.0,
        psi_limit=None, ks_limit=None, wasserstein_limit=None, p_value=None, is_flagged=False,
    )  # fmt: skip


def _thinned(material: Material, places: list[int], sessions: np.ndarray) -> np.ndarray:
    """Values (columns, symbols, sessions) of evenly spaced symbols: sessions stay whole, as they are what is drawn again."""
    step = max(len(material.panel.symbols) * len(sessions) // MOST_ROWS, 1)
    return np.ascontiguousarray(np.moveaxis(material.panel.values[::step][:, sessions][:, :, places], -1, 0))


def _judged(rows: list[ColumnDrift], p_values: np.ndarray, null: Null) -> list[ColumnDrift]:
    flagged = discovered(p_values, LEVEL)
    return [
        row.model_copy(update={
            "psi_limit": limits[0], "ks_limit": limits[1], "wasserstein_limit": limits[2], "p_value": p_value, "is_flagged": bool(flag),
        })
        for row, limits, p_value, flag in zip(rows, null.limits.tolist(), p_values.tolist(), flagged, strict=True)
    ]  # fmt: skip


def _together(judged: list[ColumnDrift], of_learned: np.ndarray, apart: Separation) -> DriftTest:
    return DriftTest(
        flagged_fraction=sum(row.is_flagged for row in judged) / len(judged), wrong_fraction=LEVEL,
        false_alarm_fraction=float((of_learned <= LEVEL).mean()), stretches=len(of_learned), draws=DRAWS,
        domain_auc=apart.auc, domain_limit=apart.limit, domain_p_value=apart.p_value,
    )  # fmt: skip


def population_stability(before: np.ndarray, now: np.ndarray) -> float:
    """Population stability index over the deciles of `before`: 0 when nothing moved; above 0.25 is commonly called a shift.

    >>> population_stability(np.arange(100.0), np.arange(100.0))
    0.0
    >>> population_stability(np.arange(100.0), np.arange(100.0) + 50) > 0.25
    True
    """
    edges = np.unique(np.quantile(before, np.linspace(0, 1, N_BINS + 1)[1:-1]))
    expected, actual = (np.bincount(np.searchsorted(edges, side, side="right"), minlength=len(edges) + 1) for side in (before, now))
    share, other = (np.maximum(counts / counts.sum(), 1e-4) for counts in (expected, actual))
    return float(np.sum((other - share) * np.log(other / share)))


def ks_distance(before: np.ndarray, now: np.ndarray) -> float:
    """The largest gap between the two distribution functions, from 0 (the same) to 1 (apart).

    >>> ks_distance(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    1.0
    """
    return float(_gaps(before, now)[1].max())


def wasserstein(before: np.ndarray, now: np.ndarray) -> float:
    """How far a value has moved on average, in standard deviations of `before`; 0 where `before` never varies.

    >>> wasserstein(np.array([0.0, 2.0]), np.array([3.0, 5.0]))
    3.0
    """
    spread = float(before.std())
    return _way(*_gaps(before, now)) / spread if spread else 0.0


def mean_shift(before: np.ndarray, now: np.ndarray) -> float:
    """How many standard deviations of `before` the mean has moved; positive when it rose, 0 where `before` never varies.

    >>> mean_shift(np.array([0.0, 2.0]), np.array([3.0, 3.0]))
    2.0
    """
    spread = float(before.std())
    return float((now.mean() - before.mean()) / spread) if spread else 0.0


def _gaps(before: np.ndarray, now: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every value that either side has, and the gap between the two distribution functions from it on."""
    both = np.concatenate([before, now])
    order = np.argsort(both)
    values, is_new = both[order], order >= len(before)
    last = np.append(values[1:] != values[:-1], True)  # of equal values
    n_new = np.cumsum(is_new)[last]
    n_old = np.flatnonzero(last) + 1 - n_new
    return values[last], np.abs(n_old / len(before) - n_new / len(now))


def _way(values: np.ndarray, gaps: np.ndarray) -> float:
    return float((gaps[:-1] * np.diff(values)).sum())


def _sample(values: np.ndarray) -> np.ndarray:
    known = values[np.isfinite(values)].astype(np.float64)
    return known[:: max(len(known) // MOST_ROWS, 1)]
