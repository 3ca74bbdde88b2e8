"""Nights beside each other, a column a night: every family's score, and the parameters in which they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.training import TrainingRecord
from nightshift.report.drawing.numbers import best, shape_of, shown
from nightshift.report.sections.grid import Column, Grid, column, grid
from nightshift.storage import store
from nightshift.storage.night import Night


def families(evaluations: Sequence[Evaluation | None], names: Sequence[str], metric: str) -> Grid:
    """One row a family: `metric` on each night's own test sessions, the night's best family marked."""
    shape = shape_of(metric)
    by_night = [_scores(evaluation, metric) for evaluation in evaluations]
    marks = [best(scores, shape.more_is_better) for scores in by_night]
    rows = [
        [family, *[_cell(scores.get(family), shape.unit, family in mark) for scores, mark in zip(by_night, marks, strict=True)]]
        for family in dict.fromkeys(name for scores in by_night for name in scores)
    ]
    return grid(shape.label, _columns("Family", names), rows, fold=False)


def parameters(nights: Sequence[Night], names: Sequence[str], family: str) -> Grid:
    """One row for each parameter of the family that is not the same in all nights that trained it."""
    chosen = [_params(night, family) for night in nights]
    known = [params for params in chosen if params]
    differing = [name for name in dict.fromkeys(name for params in known for name in params) if len({str(p.get(name)) for p in known}) > 1]
    rows = [[name, *[_written(params.get(name)) for params in chosen]] for name in differing]
    return grid(family, _columns("Parameter", names), rows, fold=False)


def _columns(first: str, names: Sequence[str]) -> list[Column]:
    return [column(first), *[column(name, "number") for name in names]]


def _scores(evaluation: Evaluation | None, metric: str) -> dict[str, float | None]:
    return {name: evaluation.measure(name, metric).value for name in evaluation.challengers} if evaluation else {}


def _cell(value: float | None, unit: str, is_best: bool) -> str:
    return shown(value, unit) + (" ★" if is_best else "")


def _params(night: Night, family: str) -> dict[str, Any]:
    if not family or not store.exists(night.stage("models", family)):  # a night without a challenger names no family
        return {}
    return night.read(TrainingRecord, "models", family).params


def _written(value: Any) -> str:
    """A parameter as text, four digits where it was drawn from a continuum.

    >>> _written(0.0123456), _written(None), _written(7), _written([64, 32])
    ('0.01235', '–', '7', '[64, 32]')
    """
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
