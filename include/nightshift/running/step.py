"""The main of a child process: one stage, or one function, whose answer goes into a file and never through stdout.

    python -m nightshift.running.step train --arguments '{"kept": "…", "family": "xgboost"}' --result answer.json

The same command is what a container runs.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from nightshift.config import known
from nightshift.errors import NightshiftError
from nightshift.storage import store


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one stage or function and write `{"answer": …}` or `{"error": {…}}`; the exit code is the error's own."""
    asked = _parser().parse_args(arguments)
    if asked.lifeline is not None:
        end_with_parent(asked.lifeline)
    os.nice(int(os.environ.get("NIGHTSHIFT_NICE", "0")))
    logging.basicConfig(level=int(os.environ.get("NIGHTSHIFT_LOG_LEVEL", logging.INFO)), stream=sys.stderr, format="%(message)s")
    sys.excepthook = _noted_in(asked.result)
    try:
        answer = target(asked.target)(**json.loads(asked.arguments))
    except NightshiftError as error:
        found = {"type": type(error).__name__, "expected": error.expected, "found": error.found, "next_step": error.next_step}
        store.write_json(asked.result, {"error": found})
        print(error, file=sys.stderr)
        return error.exit_code
    store.write_json(asked.result, {"answer": answer})
    return 0


def target(name: str) -> Callable[..., Any]:
    """The stage of this name, or the function that `package.module:function` names."""
    if ":" in name:
        module, _, function = name.partition(":")
        return getattr(importlib.import_module(module), function)
    return stage(name)


def stage(name: str) -> Callable[..., Any]:
    """The stage of this name; an unknown one fails with a suggestion."""
    from nightshift.running import stages

    own = {
        key
        for key, value in vars(stages).items()
        if callable(value) and getattr(value, "__module__", "") == stages.__name__ and key[0] != "_"
    }
    return getattr(stages, known("stage", name, own))


def end_with_parent(lifeline: int) -> None:
    """Kill this whole process group when the other end of the pipe closes, which it does however the parent dies.

    A process of its own waits, not a thread: native code that holds the interpreter could delay a thread for minutes.
    """
    group = os.getpgid(0)
    if os.fork() == 0:
        os.read(lifeline, 1)
        os.killpg(group, signal.SIGKILL)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nightshift.running.step", description="Run one stage and write its answer to a file.")
    parser.add_argument("target", help="a stage, e.g. train; or package.module:function")
    parser.add_argument("--arguments", default="{}", help="the stage's arguments as JSON")
    parser.add_argument("--result", type=Path, required=True, help="where the answer is written, whole or not at all")
    parser.add_argument("--lifeline", type=int, help="an open pipe; when its other end closes, this process and its children end")
    return parser


def _noted_in(result: Path) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """The interpreter's last word on an exception nobody expected, noted for the parent too."""

    def noted(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        store.write_json(result, {"broke": f"{kind.__name__}: {error}"[:500]})

    return noted


if __name__ == "__main__":
    code = main()
    gc.freeze()  # a last look for garbage in all that a learner imported takes half a second
    sys.exit(code)
