"""`ingest` and `doctor`: the bars, and whether this machine can run a night."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import sys

from nightshift.commands.answers import answer, as_of, table
from nightshift.config import market_names
from nightshift.errors import EXIT_CONFIGURATION, EXIT_SUCCESS, NightshiftError
from nightshift.running import stages
from nightshift.running.market_check import checked_market
from nightshift.storage import store


def ingest(asked: argparse.Namespace) -> int:
    """The market's bars into MongoDB."""
    if asked.dry_run:
        answer(asked, {"dry_run": True}, [f"would copy the bars of {asked.market} into MongoDB; nothing was written"])
        return EXIT_SUCCESS
    facts = stages.ingest(asked.market, as_of(asked), asked.uri, asked.first)
    answer(asked, facts, [f"{asked.market}: {facts['new']} new, {facts['changed']} changed, {facts['unchanged']} unchanged bars"])
    return EXIT_SUCCESS


def doctor(asked: argparse.Namespace) -> int:
    """Every check is asked; exit code 3 when one fails."""
    names = [asked.market] if asked.market else list(market_names())
    found = [_python(), _packages(), _room(), _mail(), *[_market(name) for name in names], *[_serving(name) for name in names]]
    rows = [["ok" if f["ok"] else "NOT OK", f["what"], f["found"]] for f in found]
    answer(asked, found, table(rows, ["state", "what", "found"]))
    return EXIT_SUCCESS if all(f["ok"] for f in found) else EXIT_CONFIGURATION


def _fact(what: str, ok: bool, found: str) -> dict:
    return {"what": what, "ok": ok, "found": found}


def _python() -> dict:
    found = ".".join(map(str, sys.version_info[:3]))
    return _fact("Python 3.11", sys.version_info[:2] == (3, 11), found)


def _packages() -> dict:
    needed = (
        "airflow",
        "tensorflow",
        "xgboost",
        "lightgbm",
        "optuna",
        "mlflow",
        "pymongo",
        "pandas",
        "pyarrow",
        "great_expectations",
        "talib",
    )
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    return _fact("packages of the lock", not missing, "all there" if not missing else f"missing {', '.join(missing)}; next: make setup")


def _room() -> dict:
    place = store.home()
    place.mkdir(parents=True, exist_ok=True)
    free_gib = shutil.disk_usage(place).free / 2**30
    writable = os.access(place, os.W_OK)
    return _fact("room to write", writable and free_gib > 1, f"{place}: {free_gib:.0f} GiB free" + ("" if writable else ", not writable"))


def _mail() -> dict:
    there = any(name.upper().startswith("AIRFLOW_CONN_SMTP") for name in os.environ)
    return _fact("mail", True, "smtp connection in the environment" if there else "no smtp connection here: mails wait in the outbox")


def _market(name: str) -> dict:
    try:
        market = checked_market(name)
    except NightshiftError as failure:
        return _fact(f"market {name}", False, str(failure))
    return _fact(f"market {name}", True, f"{len(market.families)} families, {len(market.gates)} gates, source {market.source['kind']}")


def _serving(name: str) -> dict:
    pointer = f"{name}/serving"
    try:
        target = store.pointed(pointer)
        if target:
            store.verify(store.path(target))
    except NightshiftError as failure:
        return _fact(f"served release of {name}", False, str(failure))
    return _fact(f"served release of {name}", True, f"{target}, checksums match" if target else "nothing released yet")
