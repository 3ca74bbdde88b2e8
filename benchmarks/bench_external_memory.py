"""Boosting from external memory against boosting in memory: peak memory above the mapped panel, seconds, and how far scores differ.

    python benchmarks/bench_external_memory.py [--rows 600000] [--columns 100] [--budget-mib 32] [--rounds 50] [--threads 2]

Each fit runs in a process of its own. Memory is anonymous memory (what the kernel cannot give back by dropping file pages),
sampled every few milliseconds, above what the process had after its imports.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

MIB = 1 << 20
N_SYMBOLS = 100
FAMILIES = ("xgboost", "lightgbm")


def write_panel(folder: Path, rows: int, columns: int) -> None:
    """A seeded panel on disk: the first column moves the outcome, the others say nothing."""
    rng, sessions = np.random.default_rng(0), -(-rows // N_SYMBOLS)
    values = np.lib.format.open_memmap(folder / "values.npy", mode="w+", dtype=np.float32, shape=(N_SYMBOLS, sessions, columns))
    label = np.empty((N_SYMBOLS, sessions))
    for symbol in range(N_SYMBOLS):
        values[symbol] = rng.standard_normal((sessions, columns), dtype=np.float32)
        label[symbol] = values[symbol, :, 0] + rng.standard_normal(sessions) > 0
    values.flush()
    np.save(folder / "label.npy", label)


def parts_of(folder: Path) -> tuple:
    """Training, validation and test rows of the panel, its values memory-mapped."""
    from nightshift.nouns.panel import Panel, rows_of

    values, label = (np.asarray(np.load(folder / name, mmap_mode="r")) for name in ("values.npy", "label.npy"))
    n_symbols, n, n_columns = values.shape
    names = tuple(f"c{place}" for place in range(n_columns))
    panel = Panel(tuple(f"S{place}" for place in range(n_symbols)), np.datetime64("1990-01-01") + np.arange(n), names, values, label, 1)
    return tuple(rows_of(panel, np.arange(*span)) for span in ((0, int(0.8 * n)), (int(0.8 * n) + 1, int(0.9 * n)), (int(0.9 * n) + 1, n)))


def anonymous_bytes() -> int:
    """What this process holds that is not backed by a file."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


@contextmanager
def peak(found: dict) -> Iterator[None]:
    """Puts the highest anonymous memory of what runs inside into `found`."""
    before, done = anonymous_bytes(), threading.Event()
    found["peak_mib"] = 0.0

    def watch() -> None:
        while not done.wait(0.002):
            found["peak_mib"] = max(found["peak_mib"], (anonymous_bytes() - before) / MIB)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def child(folder: Path, family: str, budget_mib: int | None, rounds: int, threads: int) -> None:
    """Fit and score once, and say what it took."""
    import lightgbm
    import xgboost

    from nightshift import models
    from nightshift.models import Context

    train, validate, test = parts_of(folder)
    warm = [part_of(rows, 2_000) for rows in (train, validate)]  # the libraries' own buffers and threads are not the question
    models.fit(family, {"n_estimators": 2}, *warm, Context("classification", threads=threads))
    found: dict = {"libraries": [xgboost.__version__, lightgbm.__version__]}
    began = time.perf_counter()
    with peak(found):
        context = Context("classification", seed=1, threads=threads, memory_budget_mib=budget_mib)
        fitted = models.fit(family, {"n_estimators": rounds, "early_stopping_rounds": 0}, train, validate, context)
        scores = fitted.predict(test)
    found["seconds"] = time.perf_counter() - began
    found["validate_loss"] = fitted.history[-1]["validate_loss"]
    np.save(folder / f"{family}-{budget_mib}.npy", scores)
    print(json.dumps(found))


def part_of(rows, n: int):
    """The first rows."""
    from dataclasses import replace

    return replace(rows, symbol=rows.symbol[:n], session=rows.session[:n])


def race(rows: int, columns: int, budget_mib: int, rounds: int, threads: int) -> dict:
    """Both families, both ways: what each took, and the largest difference of a score."""
    out: dict = {"table_mib": 0.9 * rows * columns * 4 / MIB, "budget_mib": budget_mib}
    with tempfile.TemporaryDirectory() as place:
        write_panel(Path(place), rows, columns)
        for family in FAMILIES:
            ways: dict = {}
            for way, budget in (("in_memory", None), ("external", budget_mib)):
                arguments = ["--child", place, family, str(budget or 0), str(rounds), str(threads)]
                done = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True)
                ways[way] = json.loads(done.stdout.splitlines()[-1])
            scores = [np.load(Path(place) / f"{family}-{budget}.npy") for budget in (None, budget_mib)]
            ways["largest_difference"] = float(np.abs(scores[0] - scores[1]).max())
            ways["memory_ratio"] = ways["external"]["peak_mib"] / ways["in_memory"]["peak_mib"]
            out[family] = ways
    return out


def main() -> None:
    """Run the race and print it."""
    if sys.argv[1:2] == ["--child"]:
        folder, family, budget, rounds, threads = sys.argv[2:]
        child(Path(folder), family, int(budget) or None, int(rounds), int(threads))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("rows", 600_000), ("columns", 100), ("budget-mib", 32), ("rounds", 50), ("threads", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = race(asked.rows, asked.columns, asked.budget_mib, asked.rounds, asked.threads)
    if asked.json:
        print(json.dumps(found))
        return
    print(f"training and validation table {found['table_mib']:.0f} MiB, budget {asked.budget_mib} MiB")
    for family in FAMILIES:
        ways = found[family]
        for way in ("in_memory", "external"):
            print(f"{family:9} {way:10} peak {ways[way]['peak_mib']:7.0f} MiB  {ways[way]['seconds']:6.1f} s")
        print(f"{family:9} memory ratio {ways['memory_ratio']:.2f}, largest difference of a score {ways['largest_difference']:.2e}")


if __name__ == "__main__":
    main()
