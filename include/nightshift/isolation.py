"""A process of its own for one function: it can be stopped on time whatever native code it is in, and nothing of it survives."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from nightshift import errors
from nightshift.errors import NightshiftError, TrainingFailed
from nightshift.storage import store

GRACE_S = 5.0  # between asking a stopped process group to end, and ending it
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_MAX_THREADS", "TF_NUM_INTRAOP_THREADS")


def call(
    target: str,
    arguments: dict[str, Any],
    timeout_s: float | None = None,
    threads: int | None = None,
    changed: Mapping[str, str | None] | None = None,
) -> Any:
    """What a stage, or `package.module:function`, answers in a throw-away process with so many threads.

    `changed` are variables of its environment that are other than here; those of None it has not.
    """
    with tempfile.TemporaryDirectory(prefix="nightshift-") as place:
        result = Path(place) / "result.json"
        command = [target, "--arguments", json.dumps(arguments), "--result", str(result)]
        status = _watched(command, _environment(threads, changed or {}), timeout_s)
        if status is None:
            raise TrainingFailed(
                expected=f"{target} within {timeout_s:g} s",
                found="it was still running and was stopped",
                next_step="allow more time (timeout_minutes), or give it less to do",
            )
        if not result.is_file():
            raise _died(target, status)
        return answer_of(target, store.read_json(result))


def _watched(command: list[str], environment: Mapping[str, str], timeout_s: float | None) -> int | None:
    """Run the child, pass its output on, and return its exit status; None when it was stopped on time-out.

    However this is left (time-out, Ctrl-C, Airflow's own time-out), nothing of the child's process group survives it.
    """
    lifeline, held = os.pipe()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "nightshift.running.step", *command, "--lifeline", str(lifeline)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            start_new_session=True, pass_fds=(lifeline,), env=environment,
        )  # fmt: skip
    except OSError:
        os.close(held)
        raise
    finally:
        os.close(lifeline)
    echo = threading.Thread(target=_pass_on, args=(process,), daemon=True)
    echo.start()
    try:
        return process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(process)
        echo.join(GRACE_S)
        os.close(held)


def _pass_on(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    with process.stdout as output:
        for line in output:
            with suppress(OSError, ValueError):  # our own stderr is closed: go on reading, or the child would wait for ever
                sys.stderr.write(line)  # standard output belongs to the answer
                sys.stderr.flush()


def _end(process: subprocess.Popen[str]) -> None:
    """End the whole group: politely when the child still runs, then for certain."""
    if process.poll() is None:
        _signal(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_S)
    _signal(process.pid, signal.SIGKILL)
    process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # nobody is left
        os.killpg(group, number)


def _environment(threads: int | None, changed: Mapping[str, str | None]) -> dict[str, str]:
    """The parent's environment, with the threads fixed.

    OpenMP threads wait asleep: spinning ones, on a machine with more threads than cores, made a fit 40 times slower.
    """
    level = logging.getLogger("nightshift").getEffectiveLevel()
    fixed = {"PYTHONUNBUFFERED": "1", "NIGHTSHIFT_LOG_LEVEL": str(level)}
    if threads:
        fixed |= dict.fromkeys(THREAD_VARIABLES, str(threads))
    whole = {"OMP_WAIT_POLICY": "PASSIVE", **os.environ, **fixed, **changed}
    return {name: value for name, value in whole.items() if value is not None}


def answer_of(target: str, facts: dict[str, Any]) -> Any:
    """The answer in a child's result file, or its error raised again as what it was."""
    if "answer" in facts:
        return facts["answer"]
    if "broke" in facts:
        raise NightshiftError(
            expected=f"{target} to finish", found=facts["broke"], next_step="see the traceback above; this is a defect, please report it"
        )
    error = facts["error"]
    kind = getattr(errors, error["type"], NightshiftError)
    raise kind(expected=error["expected"], found=error["found"], next_step=error["next_step"])


def _died(target: str, status: int) -> TrainingFailed:
    if status >= 0:
        return TrainingFailed(
            expected=f"{target} to answer", found=f"it ended with exit code {status} and no answer", next_step="see its output above"
        )
    name = signal.Signals(-status).name
    hint = "give it fewer rows or more memory" if name == "SIGKILL" else "see its output above"
    return TrainingFailed(expected=f"{target} to finish", found=f"its process was killed by {name}", next_step=hint)
