"""The account of a panel: which columns say nothing, and why each row that cannot be used cannot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nightshift.data.splits import Ordered
from nightshift.nouns.dataset import PartRows


def left_out(values: np.ndarray, names: Sequence[str], train: np.ndarray) -> dict[str, str]:
    """Columns that carry nothing on the training part, and why: a constant teaches nothing and breaks scaling.

    >>> left_out(np.array([[[1.0, 7.0], [2.0, 7.0]]], dtype=np.float32), ["rsi", "flat"], np.arange(2))
    {'flat': 'constant at 7 on the training part'}
    """
    part = values[:, train[0] : train[-1] + 1]
    least, most = (reduce(part, axis=(0, 1)) for reduce in (np.fmin.reduce, np.fmax.reduce))  # NaN only where all are NaN
    return {
        name: "never known on the training part" if np.isnan(low) else f"constant at {low:g} on the training part"
        for name, low, high in zip(names, least, most, strict=True)
        if not low < high
    }


def rows_by_reason(usable: np.ndarray, label: np.ndarray, present: np.ndarray, split: Ordered) -> dict[str, PartRows]:
    """For every part: rows in all, usable with a label, and the others by the one reason that rules them out first."""
    warming = np.cumsum(usable, axis=1) == 0
    labelled = np.isfinite(label)
    first_reason = {
        "without_bar": ~present,
        "warming_up": present & ~usable & warming,
        "column_unknown": present & ~usable & ~warming,
        "label_unknown": usable & ~labelled,
        "usable": usable & labelled,
    }
    return {
        part: PartRows(rows=len(usable) * len(sessions), **{reason: int(mask[:, sessions].sum()) for reason, mask in first_reason.items()})
        for part, sessions in split.parts.items()
    }
