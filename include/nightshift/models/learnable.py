"""Which outcomes a family can learn from."""

from __future__ import annotations

from typing import Literal

import numpy as np

from nightshift.errors import TrainingFailed
from nightshift.models.family import Task

Part = Literal["training", "validation"]
LEAST_ROWS: dict[Part, int] = {"training": 50, "validation": 10}


def check_labels(family: str, part: Part, label: np.ndarray, task: Task) -> None:
    """Raise `TrainingFailed` unless these outcomes can be learned from: enough, all known, and more than one class."""
    unknown = int((~np.isfinite(label)).sum())
    if unknown:
        raise TrainingFailed(
            expected=f"known labels on every {part} row of {family}",
            found=f"{unknown} of {len(label)} are NaN",
            next_step="ask for labelled rows only",
        )
    if len(label) < LEAST_ROWS[part]:
        raise TrainingFailed(
            expected=f"{LEAST_ROWS[part]} or more {part} rows for {family}",
            found=str(len(label)),
            next_step="use more symbols, a longer history, or columns with less warm-up",
        )
    classes = np.unique(label) if task == "classification" else np.empty(0)
    if not np.isin(classes, (0.0, 1.0)).all():
        raise TrainingFailed(
            expected=f"labels 0 and 1 on the {part} rows of {family}",
            found=str(classes[:5].tolist()),
            next_step="choose a classification label",
        )
    if len(classes) == 1 and part == "training":
        raise TrainingFailed(
            expected=f"both classes on the training rows of {family}",
            found=f"only {classes[0]:g} on {len(label)} rows",
            next_step="use a longer history or another label",
        )
