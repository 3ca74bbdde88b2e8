"""The `nightshift` command: parses arguments, calls the same stages as the DAGs, answers in plain words.

Exit codes: 0 success, 1 training failed, 2 validation failed (a refusal), 3 configuration error.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

from nightshift import __version__
from nightshift.errors import EXIT_CONFIGURATION, NightshiftError

# command → (module under nightshift.commands, what it does)
COMMANDS = {
    "run": ("night", "run one whole night: extract, check, columns, train, evaluate, gate, promote, report"),
    "train": ("night", "run a night up to the fitted families"),
    "evaluate": ("evaluation", "measure a release on any period, or run a night up to its evaluation"),
    "gate": ("night", "run a night up to its verdict; nothing is promoted"),
    "promote": ("night", "promote the challenger of the last night whose verdict is PROMOTE"),
    "rollback": ("served", "serve the previous or a named version again"),
    "status": ("served", "what is served now, since when and why"),
    "history": ("served", "the nights and what was live"),
    "ingest": ("data", "copy the market's bars into MongoDB by idempotent upserts"),
    "doctor": ("data", "check this machine, the markets and what is served"),
    "report": ("pages", "where a night's report is; --open shows it in the browser"),
    "compare": ("pages", "a page that compares nights side by side"),
    "runs": ("pages", 'search tracked runs, e.g. --where "accuracy > 0.6"'),
    "tune": ("search", "search the parameters of one family"),
    "suite": ("search", "baseline, quick search, extended search, best model, comparison page"),
}


class Parser(argparse.ArgumentParser):
    """A wrong command line is a configuration error: exit code 3, not argparse's 2, which means a refusal here."""

    def error(self, message: str) -> NoReturn:
        """Say what was wrong and how to ask."""
        self.exit(EXIT_CONFIGURATION, f"{message}\nnext: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = Parser(prog="nightshift", description="Nightly retraining that has to prove itself before it may serve.")
    top.add_argument("--version", action="version", version=f"nightshift {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, what) in COMMANDS.items():
        command = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        every = name in {"status", "doctor"}
        command.add_argument(
            "--market", default=None if every else "demo", help=f"the market's name (default: {'all' if every else 'demo'})"
        )
        command.add_argument("--as-of", default=None, help="what was known at this date or instant, UTC (default: now)")
        command.add_argument("--dry-run", action="store_true", help="decide, but change nothing that is served")
        command.add_argument("--json", action="store_true", help="answer as JSON")
        command.add_argument("--quiet", action="store_true", help="no progress lines")
        _special(name, command)
    return top


def _special(name: str, command: argparse.ArgumentParser) -> None:
    if name in {"run", "train", "gate", "evaluate"}:
        _night_arguments(command)
    if name in {"promote", "rollback"}:
        command.add_argument("--who", default=os.environ.get("USER", "unknown"), help="kept in the ledger (default: %(default)s)")
        command.add_argument("--why", default="", help="kept in the ledger")
    if name in {"tune", "suite"}:
        _search_arguments(command, trials=20 if name == "tune" else 100)
    for flag, settings in OWN_ARGUMENTS.get(name, {}).items():
        command.add_argument(flag, **settings)


def _night_arguments(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--symbols", default="", help="only these symbols, separated by commas")
    add("--families", default="", help="only these families, separated by commas")
    add("--trials", type=int, default=None, help="search trials per family (default: the market file)")
    add("--force", default="", metavar="WHY", help="retrain although nothing is new; the reason is kept")
    add("--incremental", action="store_true", help="read only what is newer than the last snapshot")


def _search_arguments(command: argparse.ArgumentParser, trials: int) -> None:
    add = command.add_argument
    add("--family", default="", help="one family of the market (suite: all)")
    add("--strategy", default=None, help="grid, random, tpe, gp, cmaes or nsga2")
    add("--trials", type=int, default=trials, help="trials (default: %(default)s)")
    add("--timeout", type=float, default=None, metavar="MINUTES", help="time budget")


OWN_ARGUMENTS: dict[str, dict[str, dict[str, Any]]] = {
    "evaluate": {
        "--release": {"default": "", "help": "a version such as 1.0.0: measure it on --from … --to instead of running a night"},
        "--from": {"dest": "first", "default": None, "help": "first session"},
        "--to": {"dest": "last_session", "default": None, "help": "last session"},
    },
    "rollback": {"--to": {"default": "previous", "help": "a version, or `previous`"}},
    "history": {
        "--last": {"action": "store_true", "help": "only the last night, with its reasons"},
        "--timing": {"action": "store_true", "help": "seconds and memory of every stage"},
        "--started": {"type": float, "default": None, "help": argparse.SUPPRESS},  # epoch seconds at which `make run` began
        "--at": {"default": None, "help": "what was live at this date or instant"},
    },
    "ingest": {
        "--uri": {"default": os.environ.get("NIGHTSHIFT_MONGO_URI", "mongodb://127.0.0.1:27017"), "help": "MongoDB to write into"},
        "--from": {"dest": "first", "default": None, "help": "first session"},
    },
    "report": {
        "night": {"nargs": "?", "default": "", "help": "a night such as 2026-11-19-1a2b3c4d (default: the last)"},
        "--open": {"action": "store_true", "help": "show it in the browser"},
    },
    "compare": {"nights": {"nargs": "*", "help": "nights (default: the last ten)"}},
    "runs": {"--where": {"default": "", "help": "e.g. accuracy > 0.6 and family = 'xgboost'"}},
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    asked = parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("nightshift").setLevel(logging.WARNING if asked.quiet or asked.json else logging.INFO)
    try:
        module = import_module(f"nightshift.commands.{COMMANDS[asked.command][0]}")
        return getattr(module, asked.command)(asked)
    except NightshiftError as failure:
        if asked.json:
            print(json.dumps({"error": type(failure).__name__, "message": str(failure)}))
        print(f"{type(failure).__name__}: {failure}", file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        print("stopped; what was finished is kept, the same command goes on from there", file=sys.stderr)
        return 130
