"""Multi-layer perceptron: one row in, dense layers with batch normalisation and dropout."""

from __future__ import annotations

from typing import Any

from pydantic import PositiveInt

from nightshift.models.neural.layers import answer, dense_block
from nightshift.models.neural.network_params import NeuralParams, common_space
from nightshift.models.neural.neural_family import Shape, neural_family


class MlpParams(NeuralParams):
    """Widths of the hidden layers, from the first to the last."""

    units: tuple[PositiveInt, ...] = (128, 64, 32)


def _build(params: MlpParams, shape: Shape) -> Any:
    import keras

    inputs = hidden = keras.Input(shape.sample)
    for units in params.units:
        hidden = dense_block(hidden, units, params)
    return keras.Model(inputs, answer(hidden, shape))


def _space(trial: Any) -> dict[str, Any]:
    first = trial.suggest_int("units", 32, 256, step=32)
    return {**common_space(trial), "units": (first, first // 2, first // 4)}


FAMILY = neural_family("mlp", MlpParams, "row", _build, _space)
