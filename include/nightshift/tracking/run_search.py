"""Asking MLflow: nights and families by what they measured, releases by version, and runs side by side."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from nightshift.config import known
from nightshift.errors import ConfigError, NightshiftError, SourceUnreachable
from nightshift.tracking import server
from nightshift.tracking.night_runs import KEY
from nightshift.tracking.registering import TAG

_TERM = re.compile(r"^\s*([A-Za-z_.]+)\s*(>=|<=|!=|=|>|<)\s*('[^'`]*'|-?[0-9.]+(?:e-?[0-9]+)?)\s*$")
_TAGS = ("family", "decision", "session", "challenger", "night", "git_sha")


def runs(market: str, where: str = "") -> list[dict]:
    """The market's tracked runs that meet every term of `where`, e.g. `accuracy > 0.6 and family = 'xgboost'`; newest first."""
    filters = _filter(where)
    return _asked(
        lambda client: [_facts(run) for run in client.search_runs([server.experiment(client, market)], filters, max_results=1000)]
    )


def compare(market: str, names: list[str]) -> dict[str, dict[str, float]]:
    """Metrics of the named runs side by side: metric -> run -> value."""
    found = {run["name"]: run for run in runs(market)} | {run["id"]: run for run in runs(market)}
    chosen = [found[known("run", name, found)] for name in names]
    metrics = sorted({metric for run in chosen for metric in run["metrics"]})
    return {
        metric: {name: run["metrics"][metric] for name, run in zip(names, chosen, strict=True) if metric in run["metrics"]}
        for metric in metrics
    }


def versions(market: str, best_by: str = "") -> list[dict]:
    """The market's registered releases with stage, aliases and changelog; newest first, or the best by a test metric first."""
    return _asked(lambda client: _versions(client, server.safe(market), best_by))


def _versions(client: Any, market: str, best_by: str) -> list[dict]:
    pointing: dict[str, list[str]] = {}
    for model in client.search_registered_models(f"name = '{market}'"):
        for alias, version in model.aliases.items():
            pointing.setdefault(str(version), []).append(alias)
    found = [v for v in client.search_model_versions(f"name = '{market}'", max_results=1000) if TAG in v.tags]
    told = [_version(v, pointing.get(str(v.version), [])) for v in sorted(found, key=lambda v: -int(v.version))]
    return _best_first(client, told, best_by) if best_by else told


def _version(registered: Any, aliases: list[str]) -> dict:
    tags = dict(registered.tags)
    facts = {"version": tags[TAG], "stage": tags.get("stage"), "aliases": sorted(aliases)}
    return facts | {"changelog": registered.description, "run": registered.run_id, "tags": tags}


def _best_first(client: Any, told: list[dict], metric: str) -> list[dict]:
    from nightshift.proof.metrics import METRICS

    sign = -1.0 if METRICS[known("metric", metric, METRICS)].higher_is_better else 1.0
    valued = [release | {metric: client.get_run(release["run"]).data.metrics.get(f"test.{metric}")} for release in told]
    return sorted(valued, key=lambda release: (release[metric] is None, sign * (release[metric] or 0.0)))


def _filter(where: str) -> str:
    """MLflow's own filter from plain terms.

    >>> _filter("accuracy > 0.6 and family = 'xgboost'")
    "metrics.`test.accuracy` > 0.6 and tags.`family` = 'xgboost'"
    """
    if not where.strip():
        return ""
    return " and ".join(_term(term) for term in re.split(r"\s+and\s+", where.strip(), flags=re.IGNORECASE))


def _term(term: str) -> str:
    found = _TERM.match(term)
    if found is None:
        raise ConfigError(expected="terms like `accuracy > 0.6 and family = 'xgboost'`", found=repr(term), next_step="correct --where")
    name, sign, value = found.groups()
    if value.startswith("'"):
        return f"tags.`{known('tag', name, _TAGS)}` {sign} {value}"
    from nightshift.proof.metrics import METRICS

    part, _, metric = name.rpartition(".")
    known("metric", metric, METRICS)
    known("part", part or "test", ("test", "validate"))
    return f"metrics.`{part or 'test'}.{metric}` {sign} {value}"


def _facts(run: Any) -> dict:
    return {
        "id": run.info.run_id,
        "name": run.data.tags.get("mlflow.runName", run.info.run_id),
        "key": run.data.tags.get(KEY),
        "status": run.info.status,
        "started": dt.datetime.fromtimestamp(run.info.start_time / 1000, dt.UTC).isoformat(timespec="seconds"),
        "session": run.data.tags.get("session"),
        "family": run.data.tags.get("family"),
        "decision": run.data.tags.get("decision"),
        "metrics": dict(run.data.metrics),
        "params": dict(run.data.params),
    }


def _asked(question: Any) -> Any:
    try:
        return question(server.connected())
    except NightshiftError:
        raise
    except server.failures() as failure:
        raise SourceUnreachable(
            expected=f"an answer from MLflow at {server.uri().split('@')[-1]}",
            found=" ".join(str(failure).split())[:300],
            next_step="see its log",
        ) from failure
