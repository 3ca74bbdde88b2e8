"""`doctor`: whether this machine can run a night, and whether what is kept is whole."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import shutil
import sys

from nightshift.commands.answers import Answer, table
from nightshift.commands.asked import AS_OF, JSON, ONE_OR_ALL, now
from nightshift.commands.command import command
from nightshift.commands.doctor_bars import bars_found
from nightshift.commands.doctor_services import services
from nightshift.errors import EXIT_CONFIGURATION, EXIT_SUCCESS, NightshiftError
from nightshift.storage import addresses, store

NEEDED = (
    "airflow", "tensorflow", "xgboost", "lightgbm", "optuna", "mlflow", "pymongo", "pandas", "pyarrow", "great_expectations", "talib",
)  # fmt: skip


@command(ONE_OR_ALL, AS_OF, JSON, examples=("nightshift doctor", "nightshift doctor --market us_stocks --as-of 2026-11-19"))
def doctor(market: str | None, as_of: dt.datetime) -> Answer:
    """Check this machine, the ledger, the markets, their bars and what is served.

    Every check is asked, a few bars of every source are read; exit code 3 when one fails, as the night would.
    """
    from nightshift.config import market_names

    names = [market] if market else list(market_names())
    found = [_python(), _packages(), _room(), *[_fact(*one) for one in services(names, now())], _ledger(), *map(_market, names)]
    found += [_fact(f"bars of {name}", *bars_found(name, as_of, by_name=bool(market))) for name in names]
    found += [*map(_policy, names), *map(_serving, names)]
    rows = [["ok" if f["ok"] else "NOT OK", f["what"], f["found"]] for f in found]
    return Answer(found, table(rows, ["state", "what", "found"]), EXIT_SUCCESS if all(f["ok"] for f in found) else EXIT_CONFIGURATION)


def _fact(what: str, ok: bool, found: str) -> dict:
    return {"what": what, "ok": ok, "found": found}


def _python() -> dict:
    found = ".".join(map(str, sys.version_info[:3]))
    return _fact("Python 3.11", sys.version_info[:2] == (3, 11), found)


def _packages() -> dict:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    return _fact("packages of the lock", not missing, "all there" if not missing else f"missing {', '.join(missing)}; next: make setup")


def _room() -> dict:
    place = store.home()
    place.mkdir(parents=True, exist_ok=True)
    free_gib = shutil.disk_usage(place).free / 2**30
    writable = os.access(place, os.W_OK)
    return _fact("room to write", writable and free_gib > 1, f"{place}: {free_gib:.0f} GiB free" + ("" if writable else ", not writable"))


def _ledger() -> dict:
    from nightshift.storage import ledger

    try:
        entries = ledger.verify()
    except NightshiftError as failure:
        return _fact("ledger", False, str(failure))
    counted = f"{entries} entr{'y' if entries == 1 else 'ies'}, every link of the chain is whole"
    return _fact("ledger", True, counted if entries else "nothing released yet")


def _market(name: str) -> dict:
    from nightshift.running.market_check import checked_market

    try:
        market = checked_market(name)
    except NightshiftError as failure:
        return _fact(f"market {name}", False, str(failure))
    return _fact(f"market {name}", True, f"{len(market.families)} families, {len(market.gates)} gates, source {market.source['kind']}")


def _policy(name: str) -> dict:
    from nightshift.config import load_market
    from nightshift.gates.assayed import refuse_out_of_bounds, told

    what = f"policy of {name}"
    try:
        market = load_market(name)
        refuse_out_of_bounds(market)
    except NightshiftError as failure:
        return _fact(what, False, str(failure))
    return _fact(what, True, told(market))


def _serving(name: str) -> dict:
    try:
        target = store.pointed(addresses.serving(name))
        if target:
            store.verify(store.path(target))
    except NightshiftError as failure:
        return _fact(f"served release of {name}", False, str(failure))
    return _fact(f"served release of {name}", True, f"{target}, checksums match" if target else "nothing released yet")
