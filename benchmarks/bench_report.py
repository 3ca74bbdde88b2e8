"""Seconds and bytes of a night's report: `python benchmarks/bench_report.py [symbols] [sessions]`; 500 × 1260 unless told.

Promised: at most 10 seconds and 3 MB.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time

from synthetic_night import make_night, market

from nightshift import report
from nightshift.storage import store


def main(n_symbols: int = 500, n_sessions: int = 1260) -> None:
    """Print one line of figures."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["NIGHTSHIFT_HOME"] = home
        night = make_night(market(), n_symbols, n_sessions)
        started = time.perf_counter()
        where = store.write(night.stage("report"), lambda folder: report.write(night, folder))
        seconds = time.perf_counter() - started
        sizes = [(store.path(where) / name).stat().st_size / 1e6 for name in ("report.html", "report.json")]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"report of {n_symbols} symbols x {n_sessions} sessions: {seconds:.2f} s (10 promised), {sizes[0]:.2f} MB (3 promised)")
    print(f"  report.json {sizes[1]:.2f} MB, peak memory with the synthetic night {peak} MiB")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
