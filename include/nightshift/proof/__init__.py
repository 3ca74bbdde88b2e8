"""Proof: what a night's models are worth, measured on the same sessions, with intervals, costs and doubts.

>>> METRICS["sharpe_annual"].unit
'a year'
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.proof.metric import Metric, measured
from nightshift.proof.metrics import METRICS

if TYPE_CHECKING:
    import datetime as dt

    from nightshift.config import Market
    from nightshift.night import Night

__all__ = ["METRICS", "Metric", "evaluate", "evaluate_release", "measured", "select"]


def evaluate(night: Night, models: tuple[str, ...], folder: Path) -> None:
    """Measure the fitted families, the champion and the naive rules on the same sessions; writes `evaluation.json` and two tables."""
    from nightshift.proof import evaluation

    evaluation.evaluate(night, models, folder)


def select(night: Night) -> dict:
    """The night's challenger: the best composite score on validation rows, and how every other challenger ranked."""
    from nightshift.proof import selection

    return selection.select(night)


def evaluate_release(
    market: Market, version: str, first: dt.date | None = None, last: dt.date | None = None, as_of: dt.datetime | None = None
) -> dict:
    """A release measured on any period: the same measures as in a night, with its first and last session."""
    from nightshift.proof import rescore

    return rescore.evaluate_release(market, version, first, last, as_of)
