"""Which markets get DAGs. A broken market file costs its own market its DAGs, never the others."""

from __future__ import annotations

import os
from importlib.util import find_spec

from airflow.sdk import get_parsing_context

from nightshift.config import Market, load_market, market_names
from nightshift.errors import ConfigError
from nightshift.running.market_check import checked_market

_PROVIDERS = {"docker": "airflow.providers.docker", "kubernetes": "airflow.providers.cncf.kubernetes"}
_NEXT = {
    "docker": "install apache-airflow-providers-docker, or set `execution: {heavy: process}` in the market file",
    "kubernetes": "use process or docker; on a cluster choose KubernetesExecutor with `heavy: process`: every task is a pod then",
}


def every_market() -> tuple[Market, ...]:
    """The markets whose file has the right shape, by name. Names in it are checked by `market_files.py`, and by each night's preflight.

    Where Airflow says for which DAG it reads the file (for every task, and first under `dags test`), the others are left out.
    """
    wanted = [name for name in market_names() if _is_wanted(name)]
    return tuple(market for name in wanted if (market := _read(name, names=False)[0]) is not None)


def _is_wanted(market: str) -> bool:
    """`NIGHTSHIFT_ONLY_DAG` is for a process that asks about one DAG, and whose Airflow does not say so."""
    dag_id = get_parsing_context().dag_id or os.environ.get("NIGHTSHIFT_ONLY_DAG")
    return dag_id is None or dag_id.startswith(f"{market}_")


def broken_markets() -> tuple[str, ...]:
    """One sentence for each market file that is wrong: what was expected, what was found, what to do."""
    return tuple(problem for name in market_names() if (problem := _read(name, names=True)[1]))


def _read(name: str, *, names: bool) -> tuple[Market | None, str]:
    try:
        market = checked_market(name) if names else load_market(name)
        _check_runnable(market)
    except ConfigError as error:
        return None, f"{name}: {error}"
    return market, ""


def _check_runnable(market: Market) -> None:
    how = market.execution.heavy
    if how == "kubernetes" or (how in _PROVIDERS and not _installed(_PROVIDERS[how])):
        raise ConfigError(expected="an `execution.heavy` that can run here", found=f"`heavy: {how}`", next_step=_NEXT[how])


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even its parent package
        return False
