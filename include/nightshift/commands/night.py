"""`run`, `train`, `gate`, `promote`: a night, as far as asked."""

from __future__ import annotations

import argparse

from nightshift.commands.answers import answer, as_of, listed
from nightshift.commands.summary import last_night, summary, training_table
from nightshift.config import known
from nightshift.errors import EXIT_SUCCESS, EXIT_TRAINING_FAILED, EXIT_VALIDATION_FAILED, ReleaseRefused
from nightshift.running import line, stages
from nightshift.running.market_check import checked_market
from nightshift.storage.night import Night, Options


def options(asked: argparse.Namespace) -> Options:
    """The night's options from the command line; an unknown family is refused with a suggestion."""
    market = checked_market(asked.market)
    families = tuple(known("family of this market", name, market.family_names) for name in listed(asked.families))
    symbols = listed(getattr(asked, "symbols", ""))
    return Options(symbols=symbols, families=families, trials=asked.trials, force=getattr(asked, "force", ""))


def run(asked: argparse.Namespace) -> int:
    """One whole night; a refusal is exit code 2."""
    night = line.run_night(asked.market, as_of(asked), options(asked), dry_run=asked.dry_run, full=not asked.incremental)
    facts = summary(night)
    answer(asked, facts, facts["lines"])
    return EXIT_SUCCESS if facts["decision"] == "PROMOTE" else EXIT_VALIDATION_FAILED


def train(asked: argparse.Namespace) -> int:
    """A night up to its fitted families; exit code 1 when none could be fitted."""
    night, _, _ = fitted(asked)
    rows, lines = training_table(night)
    answer(asked, {"night": night.address, "families": rows}, [f"night {night.address}", *lines])
    return EXIT_TRAINING_FAILED if all(row["failed"] for row in rows) else EXIT_SUCCESS


def gate(asked: argparse.Namespace) -> int:
    """A night up to its verdict."""
    night, kept, models = fitted(asked)
    stages.gate(stages.examine(stages.select(stages.evaluate(kept, models, stages.score_champion(kept)))))
    facts = summary(night)
    answer(asked, facts, facts["lines"])
    return EXIT_SUCCESS if facts["decision"] == "PROMOTE" else EXIT_VALIDATION_FAILED


def promote(asked: argparse.Namespace) -> int:
    """The last night's challenger, when its verdict is PROMOTE."""
    night = last_night(checked_market(asked.market).market)
    judged = stages.decision(night.address)
    if not judged.promotes:
        raise ReleaseRefused(
            expected=f"a PROMOTE verdict for {night.address}",
            found=f"{judged.decision}: {judged.headline}",
            next_step="nightshift report",
        )
    stages.promote(stages.deployment_test(stages.stage(night.stage("verdict"))), dry_run=asked.dry_run, who=asked.who)
    facts = summary(night)
    answer(asked, facts, facts["lines"])
    return EXIT_SUCCESS


def fitted(asked: argparse.Namespace) -> tuple[Night, str, list[str]]:
    """The night up to its fitted families, as the command line asks for it."""
    return line.fit_night(asked.market, as_of(asked), options(asked), full=not asked.incremental)
