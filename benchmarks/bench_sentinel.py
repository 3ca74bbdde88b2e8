"""What the leak hunt costs beside the stage whose work it doubts: seconds of both, their ratio, and what was compared.

    .venv/bin/python benchmarks/bench_sentinel.py                 # 500 symbols × 1260 sessions, every column

Both are measured in this process, in turn, the best of a few rounds each; the goal is set against the stage `columns`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

GOAL = 0.10
LAST = "2026-11-20T23:00:00+00:00"
MARKET = """
market: bench
title: Bench
calendar: XNYS
source: {{kind: simulated, symbols: {symbols}, first_session: {first}}}
families: [{{name: logistic}}]
"""


def best(work: Callable[[], None], rounds: int, before: Callable[[], None] = lambda: None) -> tuple[float, float]:
    """Least seconds and least CPU seconds of a few rounds."""
    clocks, cpus = [], []
    for _ in range(rounds):
        before()
        clock, cpu = time.perf_counter(), time.process_time()
        work()
        clocks.append(time.perf_counter() - clock)
        cpus.append(time.process_time() - cpu)
    return min(clocks), min(cpus)


def measured(symbols: int, sessions: int, rounds: int) -> float:
    """Print both and return the ratio of seconds."""
    from nightshift import sentinel
    from nightshift import sessions as trading_sessions
    from nightshift.nouns.leak_hunt import LeakHunt
    from nightshift.running import stages
    from nightshift.storage import store
    from nightshift.storage.night import night_of

    days = trading_sessions.between("XNYS", trading_sessions.utc("2005-01-03").date(), trading_sessions.utc(LAST).date())
    (Path(os.environ["NIGHTSHIFT_MARKETS"]) / "bench.yaml").write_text(MARKET.format(symbols=symbols, first=days[-sessions]))
    checked = stages.check(stages.extract("bench", LAST))
    night = night_of(checked)

    def forget() -> None:
        for where in ("bench/columns", night.stage("columns")):
            shutil.rmtree(store.path(where), ignore_errors=True)

    stage, stage_cpu = best(lambda: stages.columns(checked) and None, rounds, forget)
    folder = Path(tempfile.mkdtemp(dir=store.home()))
    hunt, hunt_cpu = best(lambda: sentinel.hunt(night, folder), rounds + 2)
    hunted = LeakHunt.read(folder)
    print(f"{symbols} symbols × {sessions} sessions, {hunted.columns} columns; {hunted.sentence}")
    print(f"  columns     {stage:6.3f} s   CPU {stage_cpu:6.3f} s")
    print(f"  hunt_leaks  {hunt:6.3f} s   CPU {hunt_cpu:6.3f} s   ratio {hunt / stage:.3f}, of CPU {hunt_cpu / stage_cpu:.3f}")
    return hunt / stage


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--symbols", type=int, default=500)
    parser.add_argument("--sessions", type=int, default=1260)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as markets:
        os.environ.update(NIGHTSHIFT_HOME=home, NIGHTSHIFT_MARKETS=markets)
        ratio = measured(asked.symbols, asked.sessions, asked.rounds)
    print(f"goal: at most {GOAL:.0%} of the columns stage: {'reached' if ratio <= GOAL else 'missed'}")
    return 0 if ratio <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
