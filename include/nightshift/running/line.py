"""The whole line in one call, as the command line and the suite run it; the DAG has the same order, task by task."""

from __future__ import annotations

from nightshift.nouns.options import Options
from nightshift.running import heavy, stages
from nightshift.storage.night import Night, night_of


def fit_night(market: str, as_of: str, options: Options, *, full: bool = True) -> tuple[Night, str, list[str]]:
    """The line up to the fitted families: the night, its column store and its models; heavy stages run where the market says."""
    stages.preflight(market, as_of)
    night = night_of(stages.extract(market, as_of, options.model_dump(mode="json"), full=full))
    return night, *fitted(night, night.market.execution.heavy)


def fitted(night: Night, how: str) -> tuple[str, list[str]]:
    """An opened night's column store and its fitted families; heavy stages run as `how` says."""
    kept = stages.hunt_leaks(stages.columns(stages.check(night.address)))
    models = [heavy.run("train", {"kept": kept, "family": f}, how=how, timeout_s=night.timeout_s(f)) for f in night.families]
    return kept, models


def judge_night(market: str, as_of: str, options: Options, *, full: bool = True) -> tuple[Night, str]:
    """The line up to the verdict: the night and the verdict's address; nothing is released."""
    night, kept, models = fit_night(market, as_of, options, full=full)
    return night, _verdict(kept, models)


def judged(night: Night, how: str) -> tuple[Night, str]:
    """An opened night, up to its verdict: what a replay makes again."""
    return night, _verdict(*fitted(night, how))


def _verdict(kept: str, models: list[str]) -> str:
    evaluated = stages.evaluate(kept, models, stages.score_yardsticks(kept))
    return stages.gate(stages.examine(stages.select(evaluated)))


def run_night(market: str, as_of: str, options: Options, *, dry_run: bool = False, full: bool = True) -> Night:
    """The whole line in one call, in the order of the DAG."""
    night, judged = judge_night(market, as_of, options, full=full)
    if stages.decision(judged).promotes:
        stages.promote(stages.deployment_test(stages.stage(judged)), dry_run=dry_run)
    stages.report(judged)
    return night
