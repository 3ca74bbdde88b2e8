"""Extraction and check of 500 symbols × 1260 sessions, beside the pandas way on the same machine.

    .venv/bin/python benchmarks/bench_extract.py

Each way runs in a process of its own, so that seconds include its imports and the peak memory is its own.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SYMBOLS, FIRST, AS_OF = 500, dt.date(2021, 11, 15), "2026-11-19T22:00"


def simulated() -> dict[str, float]:
    """Simulated source → snapshot → check → arrays."""
    return _line({"kind": "simulated", "symbols": SYMBOLS, "first_session": str(FIRST)})


def folder(place: str) -> dict[str, float]:
    """The same bars from a Parquet file."""
    return _line({"kind": "folder", "folder": place})


def csv_folder(place: str) -> dict[str, float]:
    """The same bars from one CSV file a symbol."""
    return _line({"kind": "folder", "folder": f"{place}-csv"})


def pandas_way(place: str) -> dict[str, float]:
    """What a script does: read, sort, drop duplicates and bad rows symbol by symbol, pivot each field."""
    clock = time.perf_counter()
    import pandas as pd

    frame = pd.read_parquet(f"{place}/bars.parquet")
    frame = frame.sort_values(["symbol", "session"]).reset_index(drop=True)
    read = time.perf_counter() - clock

    def clean(one: pd.DataFrame) -> pd.DataFrame:
        one = one.drop_duplicates("session").dropna()
        body = one[["open", "close"]]
        good = (one.low <= body.min(axis=1)) & (one.high >= body.max(axis=1)) & (one.low > 0) & (one.volume >= 0)
        return one[good & ~(one.close.pct_change().abs() > 0.5)]

    clean_frame = pd.concat([clean(one) for _, one in frame.groupby("symbol", observed=True)])
    checked = time.perf_counter() - clock - read
    for name in ("open", "high", "low", "close", "volume"):
        clean_frame.pivot(index="symbol", columns="session", values=name).to_numpy()
    return {"extract": read, "check": checked, "arrays": time.perf_counter() - clock - read - checked}


def _line(source: dict) -> dict[str, float]:
    clock = time.perf_counter()
    from nightshift import sessions
    from nightshift.config import Market
    from nightshift.data import quality, snapshot
    from nightshift.nouns.options import Options
    from nightshift.storage import store
    from nightshift.storage.night import night_of, open_night

    market = Market.model_validate(
        {"market": "bench", "title": "Bench", "calendar": "XNYS", "source": source, "families": [{"name": "logistic"}]}
    )
    as_of = sessions.utc(AS_OF)
    night = night_of(open_night(market, as_of, snapshot.take(market, as_of), Options()))
    extracted = time.perf_counter()
    where = store.write(night.stage("check"), lambda place: quality.check(night, place))
    quality.refuse_unless_passed(night, where)
    checked = time.perf_counter()
    bars = quality.clean_bars(night)
    assert bars.shape[0] == SYMBOLS
    return {"extract": extracted - clock, "check": checked - extracted, "arrays": time.perf_counter() - checked}


def _prepare(place: str) -> int:
    """The files that the folder sources and pandas read."""
    from nightshift import sessions
    from nightshift.data.sources import Query
    from nightshift.data.sources.simulated import Params, fetch

    as_of = sessions.utc(AS_OF)
    bars = fetch(
        Params(symbols=SYMBOLS, first_session=FIRST), Query("XNYS", (), None, sessions.last_closed("XNYS", as_of), as_of)
    ).to_pandas()
    bars.to_parquet(f"{place}/bars.parquet")
    Path(f"{place}-csv").mkdir()
    for symbol, one in bars.drop(columns=["adj_factor", "observed_at"]).groupby("symbol", observed=True):
        one.drop(columns="symbol").to_csv(f"{place}-csv/{symbol}.csv", index=False)
    return len(bars)


def main() -> None:
    """Prints seconds and peak memory of each way, and how they compare."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--way", default="")
    arguments.add_argument("--place", default="")
    asked = arguments.parse_args()
    if asked.way:
        seconds = {"simulated": simulated}.get(asked.way, lambda: globals()[asked.way](asked.place))()
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({**seconds, "processor": used.ru_utime + used.ru_stime, "peak_mib": used.ru_maxrss / 1024}))
        return
    with tempfile.TemporaryDirectory() as home:
        place = f"{home}/bars"
        Path(place).mkdir()
        rows = _prepare(place)
        print(f"{SYMBOLS} symbols, {rows:,} bars; seconds with imports, median of 3")
        print(f"{'way':12} {'extract':>8} {'check':>8} {'arrays':>8} {'total':>8} {'processor':>10} {'peak MiB':>9}")
        for way in ("simulated", "folder", "csv_folder", "pandas_way"):
            runs = [_child(way, place, f"{home}/{way}-{run}") for run in range(3)]
            run = sorted(runs, key=lambda one: one["extract"] + one["check"] + one["arrays"])[1]
            seconds = [run[step] for step in ("extract", "check", "arrays")]
            shown = " ".join(f"{value:8.2f}" for value in (*seconds, sum(seconds)))
            print(f"{way:12} {shown} {run['processor']:10.2f} {run['peak_mib']:9.0f}")


def _child(way: str, place: str, home: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--way", way, "--place", place]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "NIGHTSHIFT_HOME": home})
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
