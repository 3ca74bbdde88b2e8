"""What Airflow adds to a night, against a DAG of the same shape whose tasks do nothing. `python benchmarks/bench_orchestration.py [ROUNDS]`

Both through `airflow dags test`, in one run, turn by turn, each in a home of its own: the demo market's night, less what its stages work
(`history --timing`), and the empty DAG from the start of the command to its end.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
EMPTY = """
from airflow.sdk import DAG, TaskGroup, task

def nothing(*_, **__):
    return "nothing"

def step(name, **settings):
    return task(task_id=name, **settings)(nothing)

with DAG("empty", schedule=None):
    with TaskGroup("data", prefix_group_id=False):
        night = step("preflight")()
        opened = step("extract")(night)
        news = task.branch(task_id="listen")(lambda opened: ["check"])(opened)
        checked = step("check")(opened)
        kept = step("hunt_leaks")(step("columns")(checked))
    with TaskGroup("learn", prefix_group_id=False):
        models = step("train").partial(kept=kept).expand(family=["a", "b", "c", "d"])
    with TaskGroup("prove", prefix_group_id=False):
        evaluated = step("evaluate")(kept, models, step("score_yardsticks")(kept))
        examined = step("examine")(step("select")(evaluated))
    with TaskGroup("decide", prefix_group_id=False):
        judged = step("gate")(examined)
    with TaskGroup("release", prefix_group_id=False):
        released = step("promote_or_keep")(judged, night)
        issued = step("signals", trigger_rule="none_failed")(opened, night)
        told = step("announce")(step("report")(issued), night)
    news >> [checked, issued]
    released >> issued
"""


def main(rounds: int) -> None:
    """Print the race."""
    ours, empty = [], []
    with tempfile.TemporaryDirectory(prefix="nightshift-orchestration-") as folder:
        for number in range(rounds + 1):
            pair = _night(Path(folder) / f"{number}"), _nothing(Path(folder))
            if number:  # the first pair makes the databases and reads everything from the disk
                ours.append(pair[0])
                empty.append(pair[1])
            sys.stderr.write(f"round {number}: {pair[0]:.1f} s, {pair[1]:.1f} s\n")
    middle = statistics.median(ours), statistics.median(empty)
    pairs = ", ".join(f"{a:.1f}/{b:.1f}" for a, b in zip(ours, empty, strict=True))
    told = f"{middle[0]:.1f} s of orchestration a night against {middle[1]:.1f} s of a DAG of the same shape"
    sys.stdout.write(f"{told}: {middle[0] / middle[1]:.2f} times ({pairs})\n")


def _night(store: Path) -> float:
    sys.path.insert(0, str(PROJECT / "scripts"))
    from airflow_here import SETTINGS, connections_as_environment, environment, migrate, one_dag
    from apply_settings import read

    environ = {**connections_as_environment(read(SETTINGS)), **environment(store.parent / "ours"), **one_dag(["demo_daily_retrain"])}
    environ |= {"NIGHTSHIFT_HOME": str(store), "NIGHTSHIFT_MARKETS": str(PROJECT / "include" / "markets")}
    migrate(environ)
    began, started = time.time(), time.perf_counter()
    _run([str(BIN / "airflow"), "dags", "test", "demo_daily_retrain"], environ)
    whole = time.perf_counter() - started
    command = [str(BIN / "nightshift"), "history", "--market", "demo", "--last", "--timing", "--started", str(began), "--json"]
    said = json.loads(subprocess.run(command, env=environ, capture_output=True, text=True, check=False).stdout)
    return whole - _worked(said)


def _worked(said: object) -> float:
    """The seconds of the stages' own work, wherever the answer has them."""
    if isinstance(said, dict):
        return said["worked_s"] if "worked_s" in said else max((_worked(part) for part in said.values()), default=0.0)
    return max((_worked(part) for part in said), default=0.0) if isinstance(said, list) else 0.0


def _nothing(place: Path) -> float:
    dags = place / "empty_dags"
    dags.mkdir(exist_ok=True)
    (dags / "empty.py").write_text(EMPTY)
    (place / "no_plugins").mkdir(exist_ok=True)
    environ = {
        **os.environ, "AIRFLOW_HOME": str(place / "empty"), "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False", "AIRFLOW__CORE__PLUGINS_FOLDER": str(place / "no_plugins"),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    if not (place / "empty" / "airflow.db").exists():
        _run([str(BIN / "airflow"), "db", "migrate"], environ)
    started = time.perf_counter()
    _run([str(BIN / "airflow"), "dags", "test", "empty"], environ)
    return time.perf_counter() - started


def _run(command: list[str], environ: dict[str, str]) -> None:
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-3000:]}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
