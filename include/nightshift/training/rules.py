"""The rules that learn nothing, asked about tonight's rows: what every challenger has to beat."""

from __future__ import annotations

import numpy as np

from nightshift.config import Market
from nightshift.data import splits
from nightshift.errors import TrainingFailed
from nightshift.models import FAMILIES, Context
from nightshift.nouns.panel import Panel
from nightshift.training import walking


def scores_of_rules(market: Market, panel: Panel, split: splits.Ordered) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """(scores, reasons): every rule's scores (symbols, sessions) on validation and test rows, or the reason why it has none.

    Where a recipe is proven the rules are refitted as often as it is: what they take from the past is as fresh.
    """
    blocks, context = splits.blocks(split, market.proof), Context(market.label.task, market.execution.seed)
    scores: dict[str, np.ndarray] = {}
    left_out: dict[str, str] = {}
    for family in FAMILIES.values():
        if not family.naive or market.label.task not in family.tasks:
            continue
        try:
            scores[family.name] = walking.answers(walking.Recipe(family.name, {}, panel, context), blocks)
        except TrainingFailed as failure:
            left_out[family.name] = str(failure)
    return scores, left_out
