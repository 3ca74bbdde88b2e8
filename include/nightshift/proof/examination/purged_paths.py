"""The leader's recipe refitted on every choice of purged blocks: whole histories of answers, and how their Sharpe ratios spread.

The parameters are tonight's, so this is about the fit and the times, not about the search that chose them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from nightshift.config import Paths
from nightshift.data.splits import SPLITTERS, Fold, paths
from nightshift.errors import ConfigError, TrainingFailed
from nightshift.nouns.panel import Panel, rows_of
from nightshift.nouns.questions import Stress
from nightshift.proof.evaluation.backtest import backtest
from nightshift.proof.examination.stress import HEADLINE, Subject, numbers
from nightshift.proof.metrics.every_metric import METRICS

if TYPE_CHECKING:
    from nightshift.models import Fitted
    from nightshift.training.proven import Proven

PERCENTS = (5, 50, 95)
WATCHED_FRACTION = 0.15  # the newest of a fold's training sessions: what stops its fit


def rows(of: Subject, fitted: Fitted | Proven) -> list[Stress]:
    """The 5 %, 50 % and 95 % points of the paths' Sharpe ratios; nothing where the market asks for no paths."""
    wanted = of.material.market.proof.paths
    if wanted is None:
        return []
    try:
        found = sharpes(of, fitted, wanted)
    except (ConfigError, TrainingFailed) as failure:
        return [_row(of, percent, np.nan, f"not measured: {failure}") for percent in PERCENTS]
    note = f"{len(found)} whole histories, each block asked of a refit that learned from neither it nor its surroundings"
    return [_row(of, percent, float(np.percentile(found, percent)), note) for percent in PERCENTS]


def sharpes(of: Subject, fitted: Fitted | Proven, wanted: Paths) -> np.ndarray:
    """The Sharpe ratio a year of every path, net of costs, on all sessions whose outcome is known."""
    material = of.material
    known = np.flatnonzero(np.isfinite(material.panel.label).any(axis=0) & material.panel.usable.any(axis=0))
    first, last = int(known[0]), int(known[-1]) + 1
    folds = list(_folds(last - first, material.panel.label_reach, wanted))
    said = [_answers(of, fitted, np.arange(first, last), fold) for fold in folds]
    blocks, out = np.array_split(np.arange(last - first), wanted.blocks), []
    bars = material.bars_between(slice(first, last))
    for path in paths(wanted.blocks, wanted.test_blocks):
        score = np.concatenate([said[fold][:, block] for fold, block in zip(path, blocks, strict=True)], axis=1)
        portfolio = backtest(bars, score, material.market.costs, material.task)
        out.append(numbers(of, portfolio)[HEADLINE])
    return np.array(out)


def _folds(n_sessions: int, reach: int, wanted: Paths) -> Iterator[Fold]:
    splitter = SPLITTERS["combinatorial_purged"]
    return splitter(n_sessions, reach, n_blocks=wanted.blocks, n_test_blocks=wanted.test_blocks, embargo=wanted.embargo_sessions)


def _answers(of: Subject, fitted: Fitted | Proven, sessions: np.ndarray, fold: Fold) -> np.ndarray:
    """What a refit on a fold says of the fold's test sessions, (symbols, sessions); NaN elsewhere."""
    from nightshift import models
    from nightshift.models import Context

    panel, execution = of.material.panel, of.material.market.execution
    learned, watched = _stopped(fold)
    context = Context(fitted.task, execution.seed, execution.threads, memory_budget_mib=execution.memory_budget_mib)
    params = fitted.params.model_dump(mode="json")
    refit = models.fit(fitted.family, params, rows_of(panel, sessions[learned]), rows_of(panel, sessions[watched]), context)
    return _laid(panel, refit, sessions, fold)


def _stopped(fold: Fold) -> tuple[np.ndarray, np.ndarray]:
    """(what is learned from, what stops it): the newest of the training sessions, as far from the others as a label reaches."""
    n_watched = max(int(len(fold.train) * WATCHED_FRACTION), 1)
    return fold.train[: max(len(fold.train) - n_watched - fold.reach, 0)], fold.train[-n_watched:]


def _laid(panel: Panel, refit: Fitted, sessions: np.ndarray, fold: Fold) -> np.ndarray:
    asked = rows_of(panel, sessions[fold.test], labelled=False)
    return asked.scattered(refit.predict(asked))[:, sessions[0] : sessions[-1] + 1]


def _row(of: Subject, percent: int, value: float, note: str) -> Stress:
    return Stress(
        key=f"cpcv_sharpe_{percent}_percent", name=f"purged paths, {percent} % of them below", metric=HEADLINE,
        unit=METRICS[HEADLINE].unit.words, baseline=of.baseline.get(HEADLINE), value=value,
        breaks_verdict_at=None, breaks_unit="paths", note=note,
    )  # fmt: skip
