"""A weight a column and an intercept: what the linear families learn, as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nightshift.nouns.panel import Rows
from nightshift.storage import store

ROWS_AT_ONCE = 65_536


@dataclass(frozen=True, eq=False)
class Linear:
    """score = intercept + Σ weight × column, through the logistic curve when `probability`."""

    weights: np.ndarray  # float64 (columns,)
    intercept: float
    probability: bool
    validate_loss: float


def margin(model: Linear, table: np.ndarray) -> np.ndarray:
    """The weighted sum of each row, independent of the rows around it (a BLAS product is not, to the last bit)."""
    blocks = [(table[at : at + ROWS_AT_ONCE] * model.weights).sum(axis=1) for at in range(0, len(table), ROWS_AT_ONCE)]
    return model.intercept + np.concatenate([*blocks, np.empty(0)])


def predict(model: Linear, rows: Rows) -> np.ndarray:
    """P(1) or the expected return of each row."""
    score = margin(model, rows.table)
    if not model.probability:
        return score
    small = np.exp(-np.abs(score))  # never overflows
    return np.where(score >= 0, 1.0, small) / (1.0 + small)


def importance(model: Linear, rows: Rows) -> dict[str, float]:
    """Mean |weight × (value − mean value)| of each column."""
    table = rows.table.astype(np.float64)
    sizes = np.abs((table - table.mean(axis=0)) * model.weights).mean(axis=0)
    return dict(zip(rows.panel.names, sizes.tolist(), strict=True))


def history(model: Linear) -> list[dict[str, float]]:
    """One entry: the loss on the validation rows."""
    return [{"step": 1, "validate_loss": model.validate_loss}]


def save(model: Linear, folder: Path) -> None:
    """Coefficients as JSON."""
    facts = {
        "weights": model.weights.tolist(),
        "intercept": model.intercept,
        "probability": model.probability,
        "validate_loss": model.validate_loss,
    }
    store.write_json(folder / "linear.json", facts)


def load(folder: Path) -> Linear:
    """The coefficients that `save` wrote."""
    facts = store.read_json(folder / "linear.json")
    return Linear(np.array(facts["weights"], dtype=np.float64), facts["intercept"], facts["probability"], facts["validate_loss"])
