"""A night as MLflow runs: one parent, one nested run a family. Written once; a night that MLflow missed is written later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.nouns.evaluation_record import Evaluation
from nightshift.storage import addresses, store
from nightshift.storage.night import Night, night_of
from nightshift.tracking import code_state, server
from nightshift.tracking.logged import Logged, dataset, family_run, parent_run, trial_runs

if TYPE_CHECKING:
    from mlflow import MlflowClient

DONE = "tracked.json"  # beside the stages: this night is in MLflow
NIGHTS_BACK = 30  # a night older than this that MLflow never saw stays out
KEY = "nightshift.run"


def untracked(market: str) -> list[str]:
    """Addresses of judged and reported nights that are not in MLflow yet, oldest first."""
    recent = addresses.opened_nights(market)[-NIGHTS_BACK:]
    judged = [where for where in recent if all(store.exists(addresses.stage(where, stage)) for stage in ("verdict", "report"))]
    return [where for where in judged if not (store.path(where) / DONE).is_file()]


def night_run(client: MlflowClient, night: Night) -> str:
    """The id of the night's parent run, made on first use: whoever comes first, promotion or report, makes it."""
    return run_of(client, night.market.market, parent_run(night))


def track_all(client: MlflowClient, nights: list[str]) -> None:
    """Write these nights, and mark each when it is in MLflow."""
    for where in nights:
        run = _track(client, night_of(where))
        store.write_json(store.path(where) / DONE, {"run": run, "uri": server.uri().split("@")[-1]})


def _track(client: MlflowClient, night: Night) -> str:
    parent = parent_run(night)
    run = run_of(client, night.market.market, parent)
    client.log_inputs(run, [dataset(night)])
    for name in night.families:
        if store.exists(night.stage("models", name)):
            _track_family(client, night, name, run)
    _log_artifacts(client, night, run)
    _finish(client, run, parent)
    return run


def _track_family(client: MlflowClient, night: Night, name: str, parent: str) -> None:
    nested = family_run(night, name)
    run = run_of(client, night.market.market, nested, parent)
    for trial in trial_runs(night, name):
        _finish(client, run_of(client, night.market.market, trial, run), trial)
    searched = store.path(night.stage("models", name)) / "search"
    if searched.is_dir():
        client.log_artifacts(run, str(searched), "search")
    _finish(client, run, nested)


def run_of(client: MlflowClient, market: str, logged: Logged, parent: str = "") -> str:
    """The id of the run that is about this, looked up by its key and made on first use."""
    experiment = server.experiment(client, market)
    found = client.search_runs([experiment], f"tags.`{KEY}` = '{logged.key}'", max_results=1)
    if found:
        return found[0].info.run_id
    nested = {"mlflow.parentRunId": parent} if parent else {}
    tags = {KEY: logged.key, "mlflow.user": "nightshift", "mlflow.source.name": "nightshift", **nested, **logged.tags}
    return client.create_run(experiment, start_time=logged.started_ms, run_name=logged.name, tags=tags).info.run_id


def _finish(client: MlflowClient, run: str, logged: Logged) -> None:
    from mlflow.entities import Metric, Param, RunTag

    metrics = [Metric(name, value, logged.started_ms, step) for name, value, step in logged.metrics]
    params = [Param(name, value) for name, value in logged.params.items()]
    tags = [RunTag(name, value) for name, value in logged.tags.items()]
    if logged.system:
        client.log_batch(run, [Metric(sample.name, sample.value, sample.at_ms, sample.step) for sample in logged.system[:1000]])
    for first in range(0, max(len(metrics), len(params), 1), 100):  # a server takes 100 parameters and 1 000 metrics at once
        client.log_batch(run, metrics[first * 10 : first * 10 + 1000], params[first : first + 100], tags if first == 0 else ())
    client.set_terminated(run, status="FAILED" if logged.failed else "FINISHED", end_time=logged.ended_ms)


def _log_artifacts(client: MlflowClient, night: Night, run: str) -> None:
    for stage in ("report", "verdict", "selection"):
        client.log_artifacts(run, str(night.folder(stage)), stage)
    client.log_artifact(run, str(night.folder("evaluation") / Evaluation.FILE), "evaluation")
    state = code_state.of_night(night)
    for name, text in state.texts.items():
        client.log_text(run, text, name)
    if state.lock:
        client.log_artifact(run, str(state.lock), "environment")
