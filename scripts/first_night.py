"""One whole night of a market through `airflow dags test`: what `make run` does. MARKET=… for another market."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from airflow_here import BIN, PROJECT, SETTINGS, connections_as_environment, environment, home, migrate, one_dag
from apply_settings import read

_TASK = re.compile(r"\[DAG TEST\] starting task_id=(\S+) map_index=(-?\d+)")
_CAUSE = re.compile(r"nightshift\.errors\.\w+: ")
_SHOWN_OF_A_FAILURE = 40


def main(market: str) -> int:
    """Run the night, showing each task as it starts; then the verdict, or what went wrong."""
    _refuse_unknown(market)
    night = f"{market}_daily_retrain"
    environ = {**connections_as_environment(read(SETTINGS)), **environment(home("test")), **one_dag([night])}
    print(f"A night of market {market}, through `airflow dags test {night}`:", flush=True)
    if not (home("test") / "airflow.db").exists():
        print("     once    Airflow's own database", flush=True)
    migrate(environ)
    started, began = time.monotonic(), time.time()
    log = home("test") / f"{market}.log"
    code = _watched([str(BIN / "airflow"), "dags", "test", night], environ, log, started)
    if code:
        lines = log.read_text().splitlines()
        causes = [line for line in lines if _CAUSE.match(line)]
        print(f"\nThe night failed. {causes[0] if causes else 'The end of the log:'}", file=sys.stderr)
        if not causes:
            print("\n".join(lines[-_SHOWN_OF_A_FAILURE:]), file=sys.stderr)
        print(f"The whole log: {log}", file=sys.stderr)
        return code
    _show(started, "done\n")
    return subprocess.run(
        [BIN / "nightshift", "history", "--market", market, "--last", "--timing", "--started", str(began)], env=environ, check=False
    ).returncode


def _watched(command: list[str], environ: dict[str, str], log: Path, started: float) -> int:
    with log.open("w") as kept, subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            kept.write(line)
            if found := _TASK.search(line):
                name, index = found.groups()
                _show(started, name if index == "-1" else f"{name} {int(index) + 1}")
    return run.returncode


def _show(started: float, what: str) -> None:
    print(f"  {time.monotonic() - started:6.1f} s  {what}", flush=True)


def _refuse_unknown(market: str) -> None:
    from nightshift.errors import ConfigError
    from nightshift.running.market_check import checked_market

    try:
        checked_market(market)
    except ConfigError as error:
        print(error, file=sys.stderr)
        raise SystemExit(error.exit_code) from None


if __name__ == "__main__":
    os.chdir(PROJECT)
    raise SystemExit(main(os.environ.get("MARKET") or "demo"))
