"""What the leader knows by heart: its skill on rows that it learned from, beside that on rows that it did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.nouns.panel import Rows
from nightshift.nouns.questions import SkillGap
from nightshift.proof.evaluation.material import Material
from nightshift.proof.examination.importance import cut, thinned
from nightshift.proof.metrics.every_metric import metric_of

if TYPE_CHECKING:
    from nightshift.models import Fitted
from nightshift.training.proven import Proven


def skill_gap(material: Material, fitted: Fitted | Proven, learned: Rows, unseen: Rows) -> SkillGap:
    """The same model asked about its last learned rows and about validation rows: rows of nearly the same months."""
    sample = thinned(learned)
    sides = [_skill(material, fitted, rows) for rows in (sample, thinned(unseen))]
    return SkillGap(metric="skill", learned=sides[0], unseen=sides[1], rows=len(sample))


def _skill(material: Material, fitted: Fitted | Proven, rows: Rows) -> float | None:
    metric = metric_of("skill", material.task)
    if metric is None or not len(rows):
        return None
    _, placed = cut(rows, fitted.warmup_sessions)
    return metric.of(placed.label, fitted.predict(placed), threshold=material.threshold)
