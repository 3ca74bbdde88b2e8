"""Pieces that several networks share: how an answer is given, and how a dense layer is regularised."""

from __future__ import annotations

from typing import Any

from nightshift.models.neural.network_params import NeuralParams
from nightshift.models.neural.neural_family import Shape


def dense_block(inputs: Any, units: int, params: NeuralParams) -> Any:
    """Dense, batch normalisation where it is wanted, ReLU, dropout."""
    import keras

    hidden = keras.layers.Dense(units, kernel_regularizer=regularizer(params))(inputs)
    hidden = normalised(hidden) if params.batch_norm else hidden
    return dropped(keras.layers.Activation("relu")(hidden), params)


def normalised(hidden: Any) -> Any:
    """Batch normalisation whose running mean follows within tens of batches: small markets have few of them."""
    import keras

    return keras.layers.BatchNormalization(momentum=0.9)(hidden)


def dropped(hidden: Any, params: NeuralParams) -> Any:
    """The same with dropout, where there is any."""
    import keras

    return keras.layers.Dropout(params.dropout)(hidden) if params.dropout else hidden


def answer(hidden: Any, shape: Shape) -> Any:
    """One answer: a probability, or a return in deviations from the mean."""
    import keras

    return keras.layers.Dense(1, activation="sigmoid" if shape.task == "classification" else "linear")(hidden)


def regularizer(params: NeuralParams) -> Any:
    """L1 and L2 on a layer's weights."""
    import keras

    return keras.regularizers.L1L2(params.l1, params.l2)
