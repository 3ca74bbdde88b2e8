"""How long signals take when they are asked for cold, by who has verified and loaded the release: bars read, columns, positions.

    .venv/bin/python benchmarks/bench_signals.py                    # 500 symbols × 6 300 sessions, an XGBoost model of every column
    .venv/bin/python benchmarks/bench_signals.py --symbols 50

Seconds of wall time, the best of three fresh processes; of all history beside it, with the same answers. What is imported and loaded
once, before anybody asks, is shown and not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

GOAL_S = 1.0
LAST = "2026-11-20"
COLD = """
import json, sys, time
began = time.perf_counter()
from pathlib import Path
from nightshift import models
from nightshift.config import load_market
from nightshift.nouns.dataset import BarBlocks
from nightshift.nouns.release import ReleaseColumns, ReleaseLabel
from nightshift.release.signals.answering import answer
from nightshift.release.signals.live_history import need_of, read_live
from nightshift.data import bar_blocks
from nightshift.storage import store
from types import SimpleNamespace
imported = time.perf_counter()
folder, market = store.open_folder("bench/releases/1.0.0"), load_market("demo")
columns, label = ReleaseColumns.read(folder), ReleaseLabel.read(folder)
fitted = models.load(folder / "model")
loaded = time.perf_counter()
record = BarBlocks.read(folder)
need = need_of(fitted, columns, market.costs)
bars = bar_blocks.load(record) if sys.argv[1] == "whole" else read_live(record, need)
read = time.perf_counter()
said = answer(fitted, SimpleNamespace(task="classification"), columns, label, bars, market)
done = time.perf_counter()
for _ in range(2):
    answer(fitted, SimpleNamespace(task="classification"), columns, label, bars, market)
warm = (time.perf_counter() - done) / 2
print(json.dumps({"imports": imported - began, "load": loaded - imported, "bars": read - loaded, "answer": done - read,
                  "cold": done - loaded, "answer again": warm, "sessions": len(bars.sessions), "answers": said.score.tolist()}))
"""


def kept(n_symbols: int, n_sessions: int) -> None:
    """A release and its market's bars in the home of the environment."""
    from nightshift import models, sessions
    from nightshift.config import Label
    from nightshift.data import bar_blocks, columns
    from nightshift.models import Context
    from nightshift.nouns.bars import Bars
    from nightshift.nouns.panel import Panel, rows_of
    from nightshift.nouns.release import ReleaseColumns, ReleaseLabel
    from nightshift.storage import store

    random, shape = np.random.default_rng(1), (n_symbols, n_sessions)
    close = 40 * np.exp(np.cumsum(random.normal(0, 0.01, shape), axis=1))
    opened = close * np.exp(random.normal(0, 0.003, shape))
    high, low = (edge(opened, close) * np.exp(way * random.exponential(0.004, shape)) for edge, way in ((np.maximum, 1), (np.minimum, -1)))
    volume = np.round(random.lognormal(13, 0.5, shape))
    there = (random.random(shape) > 0.002) & (np.arange(n_sessions) >= random.integers(-3 * n_sessions, n_sessions - 600, (n_symbols, 1)))
    days = sessions.between("XNYS", sessions.utc("1995-01-01").date(), sessions.utc(LAST).date())[-n_sessions:]
    bars = Bars(
        tuple(f"S{row:04}" for row in range(n_symbols)), days, *(np.where(there, one, np.nan) for one in (opened, high, low, close, volume))
    )
    chosen, few = columns.chosen(["all"]), bars.last(700)
    label = np.where(few.present, random.integers(0, 2, few.shape), np.nan).astype(float)
    panel = Panel(few.symbols, few.sessions, tuple(one.name for one in chosen), columns.compute(few, chosen), label, 1)
    learned, stopped = (rows_of(panel, np.arange(*part)) for part in ((600, 640), (650, 660)))
    fitted = models.fit("xgboost", {}, learned, stopped, Context("classification", threads=2))

    def fill(folder: Path) -> None:
        models.save(fitted, folder / "model")
        ReleaseColumns(names=panel.names, warmup_sessions={one.name: one.warmup_sessions for one in chosen}).write(folder)
        ReleaseLabel(label=Label(), threshold=0.5).write(folder)
        bar_blocks.keep("bench", bars).write(folder)

    store.write("bench/releases/1.0.0", fill)


def asked(how: str) -> dict:
    """The best of three fresh processes."""
    runs = [
        json.loads(subprocess.run([sys.executable, "-c", COLD, how], capture_output=True, text=True, check=True).stdout) for _ in range(3)
    ]
    return min(runs, key=lambda run: run["cold"])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--symbols", type=int, default=500)
    parser.add_argument("--sessions", type=int, default=6300)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["NIGHTSHIFT_HOME"] = home
        kept(arguments.symbols, arguments.sessions)
        live, whole = asked("live"), asked("whole")
    answers = [np.array(run.pop("answers")) for run in (live, whole)]
    for name, run in (("live-length history", live), ("all history", whole)):
        told = ", ".join(f"{key} {value:.2f} s" for key, value in run.items() if key != "sessions")
        print(f"{name}, {run['sessions']} sessions: {told}")
    assert np.array_equal(*answers, equal_nan=True)
    print(f"{arguments.symbols} symbols cold, from the bars on disk to positions: {live['cold']:.2f} s (goal {GOAL_S:g} s)")
    return 0 if live["cold"] <= GOAL_S else 1


if __name__ == "__main__":
    sys.exit(main())
