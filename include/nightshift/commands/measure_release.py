"""`evaluate`: a release on any period, or a night up to its evaluation."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import TYPE_CHECKING

import click

from nightshift.commands import run_night
from nightshift.commands.answers import Answer, table
from nightshift.commands.asked import FIRST, JSON, LAST, NIGHT, QUIET, VERSION, NightAsked
from nightshift.commands.command import command
from nightshift.errors import ConfigError

if TYPE_CHECKING:
    from nightshift.nouns.measures import Measure, Measures


@command(
    click.option("--release", type=VERSION, metavar="VERSION", help="measure this release on --from … --to instead of running a night"),
    FIRST, LAST, *NIGHT, JSON, QUIET,
    gathered={"asked": NightAsked},
    examples=(
        "nightshift evaluate --release 1.0.0 --from 2026-09-01 --to 2026-10-30",
        "nightshift evaluate --release 1.0.0     # every session that it had not seen",
        "nightshift evaluate --families logistic",
    ),
)  # fmt: skip
def evaluate(asked: NightAsked, release: str | None, first: dt.date | None, last: dt.date | None) -> Answer:
    """Measure a release on any period, or run a night up to its evaluation."""
    _refuse_what_means_nothing(asked, release, first or last)
    return _release(asked, release, first, last) if release else _night(asked)


def _refuse_what_means_nothing(asked: NightAsked, release: str | None, period: dt.date | None) -> None:
    of_a_night = [f"--{f.name}" for f in fields(asked) if f.name not in {"market", "as_of"} and getattr(asked, f.name) != f.default]
    if release and of_a_night:
        found = f"{' and '.join(of_a_night)} beside --release"
        raise ConfigError(
            expected="flags of a night, or --release", found=found, next_step="a release is measured as it is: leave them out"
        )
    if period and not release:
        raise ConfigError(
            expected="--release beside --from and --to", found="none", next_step="name the release to be measured on these sessions"
        )


def _release(asked: NightAsked, release: str, first: dt.date | None, last: dt.date | None) -> Answer:
    from nightshift.release.rescore import evaluate_release
    from nightshift.running.market_check import checked_market

    found = evaluate_release(checked_market(asked.market), release, first, last, asked.as_of)
    head = f"{asked.market} {release} on {found.sessions.first} … {found.sessions.last} ({found.sessions.sessions} sessions)"
    return Answer(found.model_dump(mode="json"), [head, *_table(found.measures)])


def _night(asked: NightAsked) -> Answer:
    from nightshift.nouns.evaluation_record import Evaluation
    from nightshift.running import stages

    night, kept, models = run_night.fitted(asked)
    stages.evaluate(kept, models, stages.score_yardsticks(kept))
    evaluation = night.read(Evaluation, "evaluation")
    lines = [f"night {night.address}, test sessions {evaluation.sessions['test'].first} … {evaluation.sessions['test'].last}"]
    for name, measures in evaluation.measures["test"].items():
        lines += ["", name, *_table(measures)]
    return Answer(evaluation.facts(), lines)


def _table(measures: Measures) -> list[str]:
    return table([_row(metric, one) for metric, one in measures.items()], ["metric", "value", "interval", "note"])


def _row(name: str, measure: Measure) -> list[str]:
    if measure.value is None:
        return [name, "", "", measure.note]
    interval = f"{measure.low:.4f} … {measure.high:.4f}" if measure.low is not None else ""
    return [name, f"{measure.value:.4f}", interval, measure.note]
