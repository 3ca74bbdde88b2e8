"""What every network can be told, and what is searched for all of them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from nightshift.models.family import Params
from nightshift.models.neural.keras_progress import Schedule


class NeuralParams(Params):
    """What every network can be told; the same on CPU and GPU."""

    learning_rate: float = Field(1e-3, gt=0, le=1)
    batch: int = Field(128, ge=1)
    epochs: int = Field(30, ge=1)
    patience: int = Field(4, ge=1)  # epochs without a better validation loss before training stops
    plateau_patience: int = Field(2, ge=1)  # epochs without a better one before the learning rate is cut
    plateau_factor: float = Field(0.5, gt=0, lt=1)
    dropout: float = Field(0.2, ge=0, lt=1)
    batch_norm: bool = True
    l1: float = Field(0.0, ge=0)
    l2: float = Field(1e-5, ge=0)
    class_weight: Literal["none", "balanced"] = "none"  # balanced: both classes weigh the same, which lifts rare ones above P(1)
    regression_loss: Literal["huber", "mse"] = "huber"

    @property
    def schedule(self) -> Schedule:
        """When training stops and slows down."""
        return Schedule(self.epochs, self.patience, self.plateau_patience, self.plateau_factor)


class SequenceParams(NeuralParams):
    """What every network over windows can be told besides."""

    length: int = Field(10, ge=2, le=250)  # sessions in a window, the row's own included


def common_space(trial: Any) -> dict[str, Any]:
    """What is searched for every network."""
    return {
        "learning_rate": trial.suggest_float("learning_rate", 1e-5, 1e-2, log=True),
        "batch": trial.suggest_int("batch", 16, 128, log=True),
        "dropout": trial.suggest_float("dropout", 0.1, 0.5),
    }
