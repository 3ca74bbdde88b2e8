"""`run`, `train`, `gate`: a night, as far as asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.commands import summary
from nightshift.commands.answers import Answer
from nightshift.commands.asked import DRY_RUN, JSON, NIGHT, QUIET, NightAsked
from nightshift.commands.command import command
from nightshift.errors import EXIT_SUCCESS, EXIT_TRAINING_FAILED, EXIT_VALIDATION_FAILED

if TYPE_CHECKING:
    from nightshift.nouns.options import Options
    from nightshift.storage.night import Night


@command(
    *NIGHT, DRY_RUN, JSON, QUIET,
    gathered={"asked": NightAsked},
    examples=(
        "nightshift run                                       # tonight, the demo market",
        "nightshift run --market demo --as-of 2026-11-19      # the night as it was then",
        "nightshift run --dry-run                             # all but the release",
        "nightshift run --families xgboost,lightgbm --trials 20",
    ),
)  # fmt: skip
def run(asked: NightAsked, dry_run: bool) -> Answer:
    """Run one whole night: extract, check, columns, train, evaluate, gate, promote, report.

    A refusal is exit code 2. A night without a new bar rests on the last answer and is exit code 0.
    """
    from nightshift.running import line

    night = line.run_night(asked.market, asked.as_of.isoformat(), options(asked), dry_run=dry_run, full=not asked.incremental)
    return verdict(night)


@command(
    *NIGHT, JSON, QUIET,
    gathered={"asked": NightAsked},
    examples=("nightshift train --families logistic", "nightshift train --symbols SIM0001,SIM0002"),
)  # fmt: skip
def train(asked: NightAsked) -> Answer:
    """Run a night up to the fitted families.

    Exit code 1 when none could be fitted.
    """
    night, _, _ = fitted(asked)
    rows, lines = summary.training_table(night)
    code = EXIT_TRAINING_FAILED if all(row["failed"] for row in rows) else EXIT_SUCCESS
    return Answer({"night": night.address, "families": rows}, [f"night {night.address}", *lines], code)


@command(
    *NIGHT, JSON, QUIET,
    gathered={"asked": NightAsked},
    examples=("nightshift gate", "nightshift gate --families logistic --json"),
)  # fmt: skip
def gate(asked: NightAsked) -> Answer:
    """Run a night up to its verdict; nothing is promoted.

    A refusal is exit code 2.
    """
    from nightshift.running import line

    night, _ = line.judge_news(asked.market, asked.as_of.isoformat(), options(asked), full=not asked.incremental)
    return verdict(night)


def fitted(asked: NightAsked) -> tuple[Night, str, list[str]]:
    """The night up to its fitted families."""
    from nightshift.running import line

    return line.fit_night(asked.market, asked.as_of.isoformat(), options(asked), full=not asked.incremental)


def options(asked: NightAsked) -> Options:
    """The options of the night."""
    from nightshift.nouns.options import Options

    return Options(symbols=asked.symbols, families=asked.families, trials=asked.trials, force=asked.force)


def verdict(night: Night) -> Answer:
    """What the night's verdict is told as; a refusal, the fence's too, is exit code 2, a night without news is none."""
    from nightshift.nouns.news_record import NO_NEW_BAR

    facts = summary.facts(night)
    well = facts["decision"] in {"PROMOTE", NO_NEW_BAR} and not facts.get("kept_out")
    return Answer(facts, summary.lines(night, facts), EXIT_SUCCESS if well else EXIT_VALIDATION_FAILED)
