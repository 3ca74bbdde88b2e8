"""`evaluate`: a release on any period, or a night up to its evaluation."""

from __future__ import annotations

import argparse
import datetime as dt

from nightshift import sessions
from nightshift.commands import night as nights
from nightshift.commands.answers import answer, as_of, table
from nightshift.errors import EXIT_SUCCESS
from nightshift.running import stages
from nightshift.running.market_check import checked_market


def evaluate(asked: argparse.Namespace) -> int:
    """Measures with their intervals."""
    return _release(asked) if asked.release else _night(asked)


def _release(asked: argparse.Namespace) -> int:
    from nightshift.release.rescore import evaluate_release

    first = dt.date.fromisoformat(asked.first) if asked.first else None
    last = dt.date.fromisoformat(asked.last_session) if asked.last_session else None
    facts = evaluate_release(checked_market(asked.market), asked.release, first, last, sessions.utc(as_of(asked)))
    head = f"{asked.market} {asked.release} on {facts['sessions'][0]} … {facts['sessions'][1]} ({facts['sessions'][2]} sessions)"
    answer(asked, facts, [head, *table([_row(name, m) for name, m in facts["measures"].items()], ["metric", "value", "interval", "note"])])
    return EXIT_SUCCESS


def _night(asked: argparse.Namespace) -> int:
    night, kept, models = nights.fitted(asked)
    stages.evaluate(kept, models, stages.score_yardsticks(kept))
    facts = night.facts("evaluation")
    lines = [f"night {night.address}, test sessions {' … '.join(map(str, facts['sessions']['test'][:2]))}"]
    for name, measures in facts["measures"]["test"].items():
        lines += ["", name, *table([_row(metric, m) for metric, m in measures.items()], ["metric", "value", "interval", "note"])]
    answer(asked, facts, lines)
    return EXIT_SUCCESS


def _row(name: str, measure: dict) -> list[str]:
    if measure["value"] is None:
        return [name, "", "", measure["note"]]
    interval = f"{measure['low']:.4f} … {measure['high']:.4f}" if measure.get("low") is not None else ""
    return [name, f"{measure['value']:.4f}", interval, measure.get("note", "")]
