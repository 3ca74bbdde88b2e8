"""Lazy windows against materialised ones: one LSTM, the same windows, seconds an epoch and peak memory above the imports.

    python benchmarks/bench_windows.py [--windows 200000] [--length 30] [--columns 40] [--epochs 3] [--rounds 3]

`lazy` is Nightshift's training (indices fed, windows gathered from the panel inside the graph); `materialised` copies every
window into one array and trains with `keras.Model.fit`, as most people would. Each runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True)
class Race:
    """What both have to do."""

    windows: int = 200_000
    length: int = 30
    columns: int = 40
    units: int = 64
    batch: int = 1024
    epochs: int = 3
    threads: int = 2


def panel_of(race: Race):
    from nightshift.nouns.panel import Panel

    symbols = 200
    sessions = -(-race.windows // symbols) + race.length - 1
    rng = np.random.default_rng(0)
    values = rng.standard_normal((symbols, sessions, race.columns), dtype=np.float32)
    label = (values[..., 0] > 0).astype(float)
    names = tuple(f"c{place}" for place in range(race.columns))
    return Panel(tuple(f"S{place}" for place in range(symbols)), np.datetime64("2000-01-01") + np.arange(sessions), names, values, label, 1)


def model_of(race: Race):
    import keras

    inputs = keras.Input((race.length, race.columns))
    return keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(keras.layers.LSTM(race.units)(inputs)))


def lazy(race: Race, panel) -> list[float]:
    from nightshift.models.checkpoints import Checkpoints
    from nightshift.models.family import Context
    from nightshift.models.neural import keras_training, sequence_windows
    from nightshift.models.neural.keras_epochs import Lesson, Plan
    from nightshift.models.neural.keras_progress import Schedule
    from nightshift.nouns.panel import rows_of

    rows = rows_of(panel, np.arange(race.length - 1, len(panel.sessions)))
    few = rows_of(panel, np.arange(race.length - 1, race.length))
    scaling = sequence_windows.learned_scaling(rows)

    def lesson(part) -> Lesson:
        feed = sequence_windows.feed(part, scaling, race.length, "sequence", panel.symbols)
        return Lesson(feed, part.label[:, None].astype(np.float32), np.ones((len(part), 1), np.float32))

    ticks = [time.perf_counter()]
    context = Context("classification", threads=race.threads, on_step=lambda *_: ticks.append(time.perf_counter()))
    plan = Plan("sequence", race.length, race.batch, 1e-3, "cross_entropy", Schedule(race.epochs, race.epochs, race.epochs, 0.5))
    keras_training.train(model_of(race), plan, (lesson(rows), lesson(few)), context, Checkpoints(None, ""))
    return np.diff(ticks).tolist()


def materialised(race: Race, panel) -> list[float]:
    import keras

    class Ticks(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None) -> None:  # noqa: ARG002
            ticks.append(time.perf_counter())

    scaled = (panel.values - panel.values.mean(axis=(0, 1))) / panel.values.std(axis=(0, 1))
    cut = np.lib.stride_tricks.sliding_window_view(scaled, race.length, axis=1)  # a view: symbols, windows, columns, length
    inputs = np.ascontiguousarray(cut.transpose(0, 1, 3, 2)).reshape(-1, race.length, race.columns)
    target = panel.label[:, race.length - 1 :].reshape(-1, 1).astype(np.float32)
    model = model_of(race)
    model.compile(keras.optimizers.Adam(1e-3, clipnorm=1.0), "binary_crossentropy", jit_compile=False)
    ticks = [time.perf_counter()]
    model.fit(inputs, target, batch_size=race.batch, epochs=race.epochs, verbose=0, callbacks=[Ticks()])
    return np.diff(ticks).tolist()


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_one(name: str, race: Race) -> None:
    from nightshift.models.neural.keras_runtime import started

    started(race.threads, seed=0)
    model_of(race)
    panel = panel_of(race)
    before, cpu = peak_mib(), time.process_time()
    seconds = {"lazy": lazy, "materialised": materialised}[name](race, panel)
    cpu = time.process_time() - cpu
    print(json.dumps({"seconds": seconds[1:] or seconds, "cpu_seconds": cpu, "mib": peak_mib() - before}))


def child(name: str, race: Race) -> dict:
    options = [f"--{key}={value}" for key, value in asdict(race).items()]
    done = subprocess.run([sys.executable, __file__, f"--only={name}", *options], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def summary(name: str, runs: list[dict]) -> dict[str, float]:
    took = {
        "seconds": statistics.median(second for run in runs for second in run["seconds"]),  # without each run's first epoch
        "cpu_seconds": statistics.median(run["cpu_seconds"] for run in runs),
        "mib": statistics.median(run["mib"] for run in runs),
    }
    print(f"{name:<13} {took['seconds']:7.2f} s an epoch   {took['cpu_seconds']:7.1f} CPU s a run   {took['mib']:6.0f} MiB above import")
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in asdict(Race()).items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["lazy", "materialised"])
    chosen = vars(parser.parse_args())
    only, rounds = chosen.pop("only"), chosen.pop("rounds")
    race = Race(**chosen)
    if only:
        run_one(only, race)
        return
    runs = {"materialised": [], "lazy": []}
    for _ in range(rounds):
        for name, done in runs.items():  # in turns, so that a busy machine slows both
            done.append(child(name, race))
    slow, fast = (summary(name, done) for name, done in runs.items())
    cpu = slow["cpu_seconds"] / fast["cpu_seconds"]  # what a busy machine does not blur
    speed, memory = slow["seconds"] / fast["seconds"], slow["mib"] / fast["mib"]
    print(f"lazy is {speed:.2f}x as fast ({cpu:.2f}x by CPU time) with 1/{memory:.1f} of the memory")


if __name__ == "__main__":
    main()
