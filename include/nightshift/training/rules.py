"""The rules that learn nothing, asked about tonight's rows: what every challenger has to beat."""

from __future__ import annotations

import numpy as np

from nightshift import models
from nightshift.config import Market
from nightshift.errors import TrainingFailed
from nightshift.models import FAMILIES, Context
from nightshift.nouns.panel import Panel, rows_of


def scores_of_rules(market: Market, panel: Panel, parts: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """(scores, reasons): every rule's scores (symbols, sessions) on validation and test rows, or the reason why it has none."""
    train, validate = (rows_of(panel, parts[part]) for part in ("train", "validate"))
    rows = rows_of(panel, np.concatenate([parts["validate"], parts["test"]]), labelled=False)
    scores: dict[str, np.ndarray] = {}
    left_out: dict[str, str] = {}
    for family in FAMILIES.values():
        if not family.naive or market.label.task not in family.tasks:
            continue
        try:
            fitted = models.fit(family.name, {}, train, validate, Context(market.label.task, market.execution.seed))
            scores[family.name] = rows.scattered(fitted.predict(rows))
        except TrainingFailed as failure:
            left_out[family.name] = str(failure)
    return scores, left_out
