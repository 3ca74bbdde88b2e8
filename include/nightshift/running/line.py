"""The whole line in one call, as the command line and the suite run it; the DAG has the same order, task by task."""

from __future__ import annotations

from nightshift.nouns.options import Options
from nightshift.running import heavy, stages
from nightshift.storage.night import Night, night_of


def open_night(market: str, as_of: str, options: Options, *, full: bool = True) -> Night:
    """The night, with its snapshot taken."""
    stages.preflight(market, as_of)
    return night_of(stages.extract(market, as_of, options.model_dump(mode="json"), full=full))


def fit_night(market: str, as_of: str, options: Options, *, full: bool = True) -> tuple[Night, str, list[str]]:
    """The line up to the fitted families, news or none: the night, its column store and its models."""
    night = open_night(market, as_of, options, full=full)
    return night, *_fitted(night, night.market.execution.heavy)


def judge_night(market: str, as_of: str, options: Options, *, full: bool = True) -> tuple[Night, str]:
    """The line up to the verdict, news or none: the night and the verdict's address; nothing is released."""
    night = open_night(market, as_of, options, full=full)
    return night, judged(night, night.market.execution.heavy)


def judge_news(market: str, as_of: str, options: Options, *, full: bool = True) -> tuple[Night, str]:
    """The line up to the verdict; the verdict's address is empty where there is no news and an earlier answer stands."""
    night = open_night(market, as_of, options, full=full)
    return night, judged(night, night.market.execution.heavy) if stages.has_news(stages.listen(night.address)) else ""


def run_night(market: str, as_of: str, options: Options, *, dry_run: bool = False, full: bool = True) -> Night:
    """The whole line in one call, in the order of the DAG."""
    night, verdict = judge_news(market, as_of, options, full=full)
    if verdict and stages.decision(verdict).promotes:
        stages.promote(stages.deployment_test(stages.stage(verdict)), dry_run=dry_run)
    stages.report(stages.signals(verdict or night.address, dry_run=dry_run))
    return night


def judged(night: Night, how: str) -> str:
    """An opened night, up to its verdict's address; heavy stages run as `how` says. A replay makes just this again."""
    kept, models = _fitted(night, how)
    evaluated = stages.evaluate(kept, models, stages.score_yardsticks(kept))
    return stages.gate(stages.examine(stages.select(evaluated)))


def _fitted(night: Night, how: str) -> tuple[str, list[str]]:
    """The column store and the models."""
    kept = stages.hunt_leaks(stages.columns(stages.check(night.address)))
    models = [heavy.run("train", {"kept": kept, "family": f}, how=how, timeout_s=night.timeout_s(f)) for f in night.families]
    return kept, models
