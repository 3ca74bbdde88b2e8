"""The backtest against vectorbt 1.2 on one rule: equal weights above the threshold, filled at the next open.

    python benchmarks/bench_backtest.py              # both, each in a process of its own
    python benchmarks/bench_backtest.py --symbols 500

vectorbt has a Commons Clause and is no dependency: it runs through `uv run --with vectorbt==1.2.0`. The totals are compared
without costs, where both account for the same thing to the last digit; with costs vectorbt cuts orders that its cash cannot pay.
Goals: at least 50 times faster, at most a third of the peak memory.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SESSIONS, GOAL_FASTER, GOAL_MEMORY = 1260, 50.0, 1 / 3


def market(symbols):
    rng = np.random.default_rng(0)
    close = np.cumsum(rng.normal(0, 0.01, (symbols, SESSIONS)), axis=1)
    np.exp(close, out=close)
    close *= 50
    opened = rng.normal(0, 0.005, close.shape)
    np.exp(opened, out=opened)
    opened *= close
    return opened, close, rng.random(close.shape)


def ours(symbols, repeats):
    from nightshift.config import Costs
    from nightshift.nouns.bars import Bars
    from nightshift.proof.evaluation.backtest import backtest

    opened, close, score = market(symbols)
    sessions = np.datetime64("2015-01-01") + np.arange(SESSIONS)
    bars = Bars(tuple(map(str, range(symbols))), sessions, opened, close, close, close, close)
    free, before = Costs(commission_bps=0, slippage_bps=0), peak_mib()
    seconds, costly = [], []
    for _ in range(repeats):
        began = time.perf_counter()
        result = backtest(bars, score, free)
        seconds.append(time.perf_counter() - began)
        began = time.perf_counter()
        backtest(bars, score, Costs())
        costly.append(time.perf_counter() - began)
    return {
        "seconds": min(seconds),
        "seconds_with_costs": min(costly),
        "total": result.total_return_fraction,
        "peak_mib": peak_mib(),
        "input_mib": before,
    }


def theirs(symbols, repeats):
    import pandas as pd
    import vectorbt as vbt

    opened, close, score = market(symbols)
    index = pd.bdate_range("2015-01-01", periods=SESSIONS)
    chosen = score > 0.5
    weights = chosen / np.maximum(chosen.sum(axis=0), 1)
    late = np.hstack([np.zeros((symbols, 1)), weights[:, :-1]]).T  # decided at a close, filled at the next open
    frames = [pd.DataFrame(np.ascontiguousarray(side.T), index=index) for side in (opened, close)]
    before = peak_mib()

    def run():
        return vbt.Portfolio.from_orders(
            frames[1], size=late, size_type="targetpercent", price=frames[0], val_price=frames[0], cash_sharing=True, group_by=True,
            call_seq="auto", init_cash=1e6, freq="1D",
        ).total_return()  # fmt: skip

    seconds = []
    for _ in range(repeats + 1):  # the first compiles
        began = time.perf_counter()
        total = run()
        seconds.append(time.perf_counter() - began)
    return {"seconds": min(seconds[1:]), "compiling_s": seconds[0], "total": float(total), "peak_mib": peak_mib(), "input_mib": before}


def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def in_a_process(command, only, symbols, repeats):
    asked = [*command, str(Path(__file__).resolve()), "--only", only, "--symbols", str(symbols), "--repeats", str(repeats)]
    with tempfile.TemporaryDirectory() as empty:  # uv must not take this project's environment
        told = subprocess.run(
            asked, capture_output=True, text=True, check=False, cwd=empty, env=os.environ | {"NUMBA_DISABLE_PERFORMANCE_WARNINGS": "1"}
        )
    if told.returncode:
        raise SystemExit(
            f"expected figures from {only}; found:\n{told.stderr[-2000:]}\nnext: is uv on the path, and a package index reachable?"
        )
    return json.loads(told.stdout.splitlines()[-1])


def race(symbols, repeats):
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    mine = in_a_process([sys.executable], "ours", symbols, repeats)
    other = in_a_process([uv, "run", "--no-project", "--python", "3.11", "--with", "vectorbt==1.2.0", "python"], "theirs", symbols, repeats)
    faster, memory = other["seconds"] / mine["seconds"], mine["peak_mib"] / other["peak_mib"]
    print(f"{symbols} symbols × {SESSIONS} sessions, best of {repeats}")
    for name, one in (("nightshift", mine), ("vectorbt", other)):
        print(f"{name:11s} {one['seconds'] * 1000:9.1f} ms  peak {one['peak_mib']:5d} MiB  total {one['total']:.15f}")
    print(f"with costs {mine['seconds_with_costs'] * 1000:.1f} ms; vectorbt compiled for {other['compiling_s']:.1f} s first")
    same = abs(mine["total"] - other["total"])
    print(f"ratio {faster:.1f}× faster (goal {GOAL_FASTER:g})")
    print(f"memory {memory:.2f} of vectorbt's (goal {GOAL_MEMORY:.2f}); totals differ by {same:.1e}")
    return 0 if faster >= GOAL_FASTER and memory <= GOAL_MEMORY and same < 1e-9 else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--symbols", type=int, default=5000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", choices=["ours", "theirs"])
    asked = parser.parse_args()
    if asked.only is None:
        return race(asked.symbols, asked.repeats)
    print(json.dumps((ours if asked.only == "ours" else theirs)(asked.symbols, asked.repeats)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
