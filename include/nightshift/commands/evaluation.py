"""`evaluate`: a release on any period, or a night up to its evaluation."""

from __future__ import annotations

import argparse
import datetime as dt

from nightshift import sessions
from nightshift.commands import night as nights
from nightshift.commands.answers import answer, as_of, table
from nightshift.errors import EXIT_SUCCESS
from nightshift.nouns.evaluation import Evaluation
from nightshift.nouns.measures import Measure, Measures
from nightshift.running import stages
from nightshift.running.market_check import checked_market


def evaluate(asked: argparse.Namespace) -> int:
    """Measures with their intervals."""
    return _release(asked) if asked.release else _night(asked)


def _release(asked: argparse.Namespace) -> int:
    from nightshift.release.rescore import evaluate_release

    first = dt.date.fromisoformat(asked.first) if asked.first else None
    last = dt.date.fromisoformat(asked.last_session) if asked.last_session else None
    found = evaluate_release(checked_market(asked.market), asked.release, first, last, sessions.utc(as_of(asked)))
    head = f"{asked.market} {asked.release} on {found.sessions.first} … {found.sessions.last} ({found.sessions.sessions} sessions)"
    answer(asked, found.model_dump(mode="json"), [head, *_table(found.measures)])
    return EXIT_SUCCESS


def _night(asked: argparse.Namespace) -> int:
    night, kept, models = nights.fitted(asked)
    stages.evaluate(kept, models, stages.score_champion(kept))
    evaluation = night.read(Evaluation, "evaluation")
    lines = [f"night {night.address}, test sessions {evaluation.sessions['test'].first} … {evaluation.sessions['test'].last}"]
    for name, measures in evaluation.measures["test"].items():
        lines += ["", name, *_table(measures)]
    answer(asked, evaluation.facts(), lines)
    return EXIT_SUCCESS


def _table(measures: Measures) -> list[str]:
    return table([_row(metric, one) for metric, one in measures.items()], ["metric", "value", "interval", "note"])


def _row(name: str, measure: Measure) -> list[str]:
    if measure.value is None:
        return [name, "", "", measure.note]
    interval = f"{measure.low:.4f} … {measure.high:.4f}" if measure.low is not None else ""
    return [name, f"{measure.value:.4f}", interval, measure.note]
