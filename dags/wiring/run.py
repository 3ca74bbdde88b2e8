"""What a run was asked: its instant, its checked conf, and who asked. The first task of every DAG starts here."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from typing import Any

from nightshift import sessions
from nightshift.config import known
from nightshift.errors import ConfigError
from wiring import taken_back
from wiring.clocks import refuse_future

MONGO_CONNECTION = "nightshift_mongo"


def as_of(context: Mapping[str, Any], delay_minutes: int = 0) -> str:
    """The instant the run stands for, never the wall clock: asked for, else interval end + delay, logical date, partition or run_after."""
    asked = (context.get("params") or {}).get("as_of")
    if asked:
        return sessions.utc(asked).isoformat()
    run = context.get("dag_run")
    end = context.get("data_interval_end") or getattr(run, "data_interval_end", None)
    if end:
        return sessions.utc(end + dt.timedelta(minutes=delay_minutes)).isoformat()
    instant = context.get("logical_date") or context.get("partition_date") or getattr(run, "run_after", None)
    return sessions.utc(instant).isoformat() if instant else ""


def stands_for(market: str, context: Mapping[str, Any], delay_minutes: int = 0) -> str:
    """The instant of a run of this market, which has been; unless it was asked for, never after the end of a finished history."""
    from nightshift.config import load_market

    refuse_future(context, dt.datetime.now(dt.UTC))
    instant = as_of(context, delay_minutes)
    if not instant or (context.get("params") or {}).get("as_of"):
        return instant
    return load_market(market).as_of_at(sessions.utc(instant)).isoformat()


def night(market: str, delay_minutes: int = 0) -> dict:
    """Is tonight's work due, and what was asked? Wrong questions are refused here, before anything is read."""
    from nightshift.running import stages

    context = _context()
    params, instant = checked_params(context), stands_for(market, context, delay_minutes)
    asked = {"as_of": instant, "options": options(params, who(context)), "full": params["mode"] == "full"}
    stages.preflight(market, instant)
    return {**asked, "dry_run": params["dry_run"], "part": params["version_part"]}


def options(params: Mapping[str, Any], by: str) -> dict:
    """The night's options from the form; forcing needs a reason."""
    reason = (params["reason"] or "").strip()
    if params["force"] and not reason:
        raise ConfigError(expected="a `reason` when `force` is set", found="none", next_step="say why: it is written into the ledger")
    force = f"{by}: {reason}" if params["force"] else ""
    return {"symbols": list(params["symbols"]), "families": list(params["families"]), "trials": params["trials"], "force": force}


def as_asked(stage: Callable[..., Any]) -> Callable[[str], Any]:
    """The stage with the run's instant, and by name what its form was filled with: all that most verbs need."""

    def run(market: str) -> Any:
        context = _context()
        form = {name: value for name, value in checked_params(context).items() if name != "as_of"}
        return stage(market, stands_for(market, context), **form)

    run.__name__, run.__doc__ = stage.__name__, stage.__doc__
    return run


def roll_back(market: str) -> dict:
    """Serve the previous or a named version again, or retract one: new ledger entries, never an edit."""
    from nightshift.running import stages

    context = _context()
    params = checked_params(context)
    by, why = (params["who"] or "").strip() or who(context), params["why"].strip()
    if params["retract"]:
        return taken_back.retraction(params["retract"], stages.retract(market, params["retract"], who=by, why=why))
    return taken_back.rollback(stages.rollback(market, to=params["version"].strip(), who=by, why=why))


def load_bars(market: str) -> dict:
    """The market's bars into MongoDB by idempotent upserts; counts new, changed and unchanged."""
    from nightshift.running import stages

    context = _context()
    params = checked_params(context)
    return stages.ingest(market, stands_for(market, context), mongo_uri(), start=params["start"])


def checked_params(context: Mapping[str, Any]) -> dict:
    """The run's params; a key of the conf that no param has is refused with the nearest one (Airflow would ignore it)."""
    form = context["dag"].params  # not context["params"]: an unknown key has already joined those
    for key in getattr(context.get("dag_run"), "conf", None) or {}:
        known("key of the run's configuration", key, form)
    return dict(context["params"])


def who(context: Mapping[str, Any]) -> str:
    """Whoever triggered the run."""
    run = context.get("dag_run")
    return getattr(run, "triggering_user_name", None) or str(getattr(getattr(run, "run_type", None), "value", "airflow"))


def mongo_uri() -> str:
    """Where bars are loaded to: NIGHTSHIFT_MONGO_URI, else the connection `nightshift_mongo`; never a param, for it holds a password."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

    uri = os.environ.get("NIGHTSHIFT_MONGO_URI")
    if uri:
        return uri
    try:
        found = Connection.get(MONGO_CONNECTION).get_uri()
    except (AirflowNotFoundException, AirflowRuntimeError):
        raise ConfigError(
            expected="a MongoDB to load into",
            found=f"neither NIGHTSHIFT_MONGO_URI nor the connection {MONGO_CONNECTION}",
            next_step="set one of them, e.g. in .env or airflow_settings.yaml",
        ) from None
    return found.replace("mongo://", "mongodb://", 1)


def _context() -> Mapping[str, Any]:
    from airflow.sdk import get_current_context

    return get_current_context()
