"""What each column adds to a tree family's scores, out of its own account of every row."""

from __future__ import annotations

import numpy as np

from nightshift.nouns.panel import Rows


def mean_absolute(rows: Rows, shares: np.ndarray) -> dict[str, float]:
    """Mean |contribution| of each column over these rows; `shares` is (rows, columns)."""
    return dict(zip(rows.panel.names, np.abs(shares).mean(axis=0, dtype=np.float64).tolist(), strict=True))
