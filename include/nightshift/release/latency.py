"""How fast a loaded release answers."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from nightshift.nouns.panel import Rows

SINGLE_QUERIES = 30


def timed(fitted: Any, rows: Rows) -> dict[str, Any]:
    """Milliseconds of single-row answers and rows a second of one whole batch, after a warm-up."""
    rows = Rows(rows.panel, rows.symbol[-5000:], rows.session[-5000:])
    fitted.predict(Rows(rows.panel, rows.symbol[:1], rows.session[:1]))
    single = [
        _seconds(fitted, Rows(rows.panel, rows.symbol[i : i + 1], rows.session[i : i + 1])) for i in range(min(SINGLE_QUERIES, len(rows)))
    ]
    batch = _seconds(fitted, rows)
    return {
        "single_row_p50_ms": float(np.percentile(single, 50)) * 1000,
        "single_row_p95_ms": float(np.percentile(single, 95)) * 1000,
        "batch_rows": len(rows),
        "batch_rows_per_second": len(rows) / batch,
    }


def _seconds(fitted: Any, rows: Rows) -> float:
    started = time.perf_counter()
    fitted.predict(rows)
    return max(time.perf_counter() - started, 1e-9)
