"""A whole night of a market with forty years of history: seconds of processor time and peak memory by stage.

    .venv/bin/python benchmarks/bench_long_history.py                       # 477 symbols × 10,080 sessions, logistic and LightGBM
    .venv/bin/python benchmarks/bench_long_history.py --sessions 2500       # ten years: for trying things

Every stage runs in a process of its own, as the scheduler runs it, and each says what it and its own processes used.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from nightshift import sessions

AS_OF = "2026-11-20T03:00:00+00:00"
FAMILIES = ("logistic", "lightgbm")
STAGE = """
import json, resource, sys, time
began = time.perf_counter()
from nightshift.running import stages
answer = getattr(stages, sys.argv[1])(*json.loads(sys.argv[2]))
own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
cpu_s = sum(used.ru_utime + used.ru_stime for used in (own, children))
print(json.dumps([answer, time.perf_counter() - began, cpu_s, own.ru_maxrss / 1024, children.ru_maxrss / 1024]))
"""
MARKET = """
market: long
title: Long
calendar: 24/7
source: {{kind: simulated, symbols: {symbols}, first_session: {first}, seed: 7, signal: {{kind: linear, strength: 0.1}}}}
families: [{{name: logistic}}, {{name: lightgbm}}]
execution: {{heavy: here}}
gates: [{{metric: sharpe_annual, must_be: above_champion_by, limit: 0.0}}]
"""


class Line:
    """Runs stages one after the other and adds up what they used."""

    def __init__(self) -> None:
        self.cpu_s, self.peak_mib, self.began = 0.0, 0.0, time.perf_counter()

    def run(self, stage: str, *arguments: object) -> str:
        """One stage in a process of its own; returns its address."""
        import json

        command = [sys.executable, "-c", STAGE, stage, json.dumps(arguments)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        answer, wall_s, cpu_s, own_mib, child_mib = json.loads(done.stdout.splitlines()[-1])
        peak_mib = max(own_mib, child_mib)
        self.cpu_s, self.peak_mib = self.cpu_s + cpu_s, max(self.peak_mib, peak_mib)
        told = f"{wall_s:7.1f} s   CPU {cpu_s:7.1f} s   peak {own_mib:6.0f} MiB   its processes {child_mib:6.0f} MiB"
        print(f"  {stage:18} {told}", flush=True)
        return answer


def night(line: Line) -> None:
    """The night up to its report, in the order of the DAG."""
    opened = line.run("extract", "long", AS_OF)
    kept = line.run("hunt_leaks", line.run("columns", line.run("check", opened)))
    models = [line.run("train", kept, family) for family in FAMILIES]
    evaluated = line.run("evaluate", kept, models, line.run("score_yardsticks", kept))
    line.run("report", line.run("gate", line.run("examine", line.run("select", evaluated))))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--symbols", type=int, default=477)
    parser.add_argument("--sessions", type=int, default=10_080)
    parser.add_argument("--keep", type=Path, help="leave the night in this folder, to be looked into")
    asked = parser.parse_args()
    first = sessions.between("24/7", dt.date(1980, 1, 1), dt.date(2026, 11, 19))[-asked.sessions].item()
    with tempfile.TemporaryDirectory() if asked.keep is None else nullcontext(asked.keep.resolve()) as place:
        (Path(place) / "markets").mkdir(parents=True)
        (Path(place) / "markets" / "long.yaml").write_text(MARKET.format(symbols=asked.symbols, first=first))
        os.environ |= {"NIGHTSHIFT_HOME": f"{place}/home", "NIGHTSHIFT_MARKETS": f"{place}/markets"}
        print(f"{asked.symbols} symbols × {asked.sessions} sessions")
        line = Line()
        night(line)
        stored = sum(file.stat().st_size for file in Path(place).rglob("*") if file.is_file())
    took = time.perf_counter() - line.began
    print(f"  {'whole night':18} CPU {line.cpu_s:7.1f} s   peak {line.peak_mib:6.0f} MiB   {took:.0f} s, {stored / 1e9:.1f} GB stored")
    return 0


if __name__ == "__main__":
    sys.exit(main())
