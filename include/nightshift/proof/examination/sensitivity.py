"""Stresses that ask the model again: noisy columns, missing columns, and other seeds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nightshift.nouns.panel import Rows
from nightshift.nouns.questions import Stress
from nightshift.proof.evaluation.backtest import backtest
from nightshift.proof.examination.importance import cut
from nightshift.proof.examination.stress import HEADLINE, Break, Subject, first_break, numbers, row

if TYPE_CHECKING:
    from nightshift.models import Fitted
    from nightshift.training.proven import Proven

NOISE = (0.1, 0.25, 0.5, 1.0)  # in standard deviations of each column
NOISE_SHOWN = 0.1
MISSING = 5  # of the most important columns
MAX_SEQUENCE_ROWS = 20_000  # a family that reads windows is asked again only below this
REFITS = 3
REFIT_BUDGET_S = 2.0  # of training time, as training measured it


def rows(of: Subject, fitted: Fitted | Proven, important: list[str], training_seconds: float) -> list[Stress]:
    """Noise, missing columns, and the seed-to-seed noise floor of the leader on the test sessions."""
    asked = _asked(of)
    slow = fitted.warmup_sessions > 0 and len(asked) > MAX_SEQUENCE_ROWS
    note = f"not measured: {len(asked)} rows of a family that reads windows, more than {MAX_SEQUENCE_ROWS}"
    if slow:
        return [
            row(of, "noisy_columns", "noise in the columns", np.nan, Break(None, "deviations"), note),
            row(of, "missing_column", "a missing column", np.nan, Break(None, "columns"), note),
        ]
    near, placed = cut(asked, fitted.warmup_sessions)
    return [
        _noise(of, fitted, placed),
        _missing(of, fitted, placed, [c for c in important if c in near.names]),
        _seeds(of, fitted, asked, training_seconds),
    ]


def _noise(of: Subject, fitted: Fitted | Proven, asked: Rows) -> Stress:
    values, rng = asked.panel.values, np.random.default_rng(of.material.market.execution.seed)
    drawn = rng.standard_normal(values.shape, dtype=np.float32) * np.nanstd(values, axis=(0, 1))

    def noisy(deviations: float) -> dict[str, float]:
        return _again(of, fitted, asked, values + np.float32(deviations) * drawn)

    seen = {level: noisy(level) for level in NOISE}
    breaks = first_break(of, NOISE, seen.__getitem__, "deviations")
    return row(of, "noisy_columns", "noise in the columns, a tenth of a deviation", seen[NOISE_SHOWN][HEADLINE], breaks)


def _missing(of: Subject, fitted: Fitted | Proven, asked: Rows, important: list[str]) -> Stress:
    """The most important columns stand at their median, one more at each step."""
    values = asked.panel.values
    seen: dict[float, dict[str, float]] = {}
    for count in range(1, min(MISSING, len(important)) + 1):
        places = [asked.panel.names.index(name) for name in important[:count]]
        blind = values.copy()
        for place in places:
            blind[:, :, place] = np.where(np.isfinite(values[:, :, place]), np.nanmedian(values[:, :, place]), np.nan)
        seen[count] = _again(of, fitted, asked, blind)
    if not seen:
        note = "not measured: no column is known to matter"
        return row(of, "missing_column", "a missing column", np.nan, Break(None, "columns"), note)
    breaks = first_break(of, seen, seen.__getitem__, "most important columns")
    return row(of, "missing_column", f"a missing column ({important[0]})", seen[1][HEADLINE], breaks)


def _seeds(of: Subject, fitted: Fitted | Proven, asked: Rows, training_seconds: float) -> Stress:
    """The same training with other seeds: what is smaller than their spread is noise."""
    from nightshift.data.splits import blocks, ordered
    from nightshift.models import Context
    from nightshift.training.walking import Recipe, answers

    if training_seconds * REFITS > REFIT_BUDGET_S:
        note = f"not measured: {REFITS} refits of {training_seconds:.1f} s each are over the budget of {REFIT_BUDGET_S:g} s"
        return row(of, "seed_noise", "seed-to-seed noise floor", np.nan, Break(None, "deviation"), note)
    market, panel = of.material.market, of.material.panel
    walked = blocks(ordered(len(panel.sessions), market.split, panel.label_reach), market.proof)
    params = fitted.params.model_dump(mode="json")
    found = []
    for seed in range(1, REFITS + 1):
        context = Context(fitted.task, market.execution.seed + seed, market.execution.threads)
        again = answers(Recipe(fitted.family, params, panel, context), walked)
        found.append(_scored(of, asked, again[asked.symbol, asked.session])[HEADLINE])
    spread = float(np.std([of.baseline[HEADLINE], *found], ddof=1))
    note = f"standard deviation over {REFITS + 1} seeds"
    return row(of, "seed_noise", "seed-to-seed noise floor", spread, Break(None, "deviation"), note)


def _again(of: Subject, fitted: Fitted | Proven, asked: Rows, values: np.ndarray) -> dict[str, float]:
    moved = Rows(replace(asked.panel, values=values.astype(np.float32)), asked.symbol, asked.session)
    return _scored(of, asked, fitted.predict(moved))


def _scored(of: Subject, asked: Rows, score: np.ndarray) -> dict[str, float]:
    """The numbers of other scores on the same rows."""
    material = of.material
    laid = np.full((len(material.panel.symbols), len(material.bars_of("test").sessions)), np.nan)
    laid[asked.symbol, np.searchsorted(material.panel.sessions[material.span("test")], asked.panel.sessions[asked.session])] = score
    label = material.panel.label[:, material.span("test")]
    session, symbol = np.nonzero((np.isfinite(laid) & np.isfinite(label)).T)
    answers = replace(of.answers, label=label[symbol, session], score=laid[symbol, session], session=session)
    return numbers(of, backtest(material.bars_of("test"), laid, material.market.costs, material.task), answers)


def _asked(of: Subject) -> Rows:
    """The test rows that everybody was compared on, on the night's panel."""
    span, material = of.material.span("test"), of.material
    session, symbol = np.nonzero(material.same_rows[:, span].T)
    return Rows(material.panel, symbol.astype(np.int32), (session + span.start).astype(np.int32))
