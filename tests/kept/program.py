"""The program as a person and a DAG call it: where its modules move, or a record is laid out anew, this file follows."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

MARKET = "small"


def asked(command: str, *words: str) -> tuple[int, Any]:
    """Exit code and answer of a command about the kept market."""
    from nightshift.commands import cli

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = cli.main([command, *words, "--market", MARKET, "--json"])
    return code, json.loads(said.getvalue())


def weekly(as_of: str) -> dict:
    """What a week's evaluation says: nights, matured predictions in all, and (session, predictions, accuracy) of each."""
    from nightshift.running import stages
    from nightshift.storage import store

    facts = json.loads((store.path(stages.weekly(MARKET, as_of)) / "weekly.json").read_text())
    whole = facts["windows"][-1]
    sessions = [(row["session"], row["predictions"], row["accuracy"]) for row in facts["sessions"]]
    return {"nights": facts["nights"], "sessions": sessions, **{name: whole[name] for name in ("predictions", "accuracy", "net_return")}}


def served(home: Path) -> str:
    """The version that the pointer in the store leads to."""
    return (home / MARKET / "serving").resolve().name
