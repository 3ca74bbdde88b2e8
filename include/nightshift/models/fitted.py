"""A fitted family together with the preparation it learned: what is asked for scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nightshift.config import validated
from nightshift.errors import ConfigError, TrainingFailed
from nightshift.models import preparation
from nightshift.models.family import Context, Course, Family, Params, Task
from nightshift.models.learnable import check_labels
from nightshift.nouns.panel import Rows


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model that may be asked: its family, parameters, what it learned, and the columns it expects."""

    by: Family  # whose verbs fitted it
    params: Params
    preparation: preparation.Preparation
    native: Any  # what the family's own `fit` returned
    task: Task
    columns: tuple[str, ...]  # of the panel it was fitted on, before selection

    @property
    def family(self) -> str:
        """The family's name."""
        return self.by.name

    def predict(self, rows: Rows) -> np.ndarray:
        """One float64 score a row: P(label = 1) for classification, the expected return for regression."""
        scores = np.asarray(self.by.predict(self.native, self.preparation.apply(rows)), dtype=np.float64)
        if scores.shape != (len(rows),):
            raise TrainingFailed(
                expected=f"{len(rows)} scores of {self.family}", found=f"an array of shape {scores.shape}", next_step="correct the family"
            )
        return scores

    def importance(self, rows: Rows) -> dict[str, float]:
        """Mean absolute contribution to the score per column, on these rows; empty when the family has no such account."""
        native = self.by.importance
        return {} if native is None else native(self.native, self.preparation.apply(rows))

    @property
    def history(self) -> list[dict[str, float]]:
        """One entry per epoch or round of the fit; empty for families that learn in one go, and after loading."""
        return self.by.history(self.native)

    @property
    def course(self) -> Course:
        """How far this fit went, for one that goes the same way on more rows; not known after loading."""
        return self.by.course(self.native)

    @property
    def warmup_sessions(self) -> int:
        """Sessions before a row that this model reads besides the row itself."""
        return self.by.warmup_sessions(self.params)

    @property
    def reads_market(self) -> bool:
        """True when an answer for one symbol looks at the others."""
        return self.by.reads_market(self.params)

    @property
    def knows_symbols(self) -> bool:
        """True when an answer depends on whose row it is: rows without a name are answered as nobody's."""
        return self.by.knows_symbols(self.params)


def fit(family: Family, params: dict[str, Any], train: Rows, validate: Rows, context: Context) -> Fitted:
    """Learn scaling and selection on the training rows alone, then the family on the prepared rows.

    Validation rows are for early stopping and pruning only; with a course in the context they decide nothing.
    """
    chosen = validated(family.Params, params, f"the parameters of {family.name}")
    if context.task not in family.tasks:
        fitting = ", ".join(sorted(family.tasks))
        raise ConfigError(
            expected=f"a family for {context.task}",
            found=f"{family.name}, which is for {fitting}",
            next_step="choose another family or label",
        )
    check_labels(family.name, "training", train.label, context.task)
    check_labels(family.name, "validation", validate.label, context.task)
    learned = preparation.learn(chosen, train, context)
    prepared = learned.apply(train)
    native = family.fit(chosen, prepared, learned.apply(validate, like=(train, prepared)), context)
    return Fitted(family, chosen, learned, native, context.task, train.panel.names)
