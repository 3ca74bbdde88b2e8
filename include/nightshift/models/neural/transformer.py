"""Transformer encoder over a window of sessions: attention, feed-forward and layer normalisation, read at the newest session.

Positions are known through a bias per session in the first projection: it starts as the usual sines and is learned from there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field, PositiveInt

from nightshift.models.neural.layers import answer, dropped, regularizer
from nightshift.models.neural.network_params import SequenceParams, common_space
from nightshift.models.neural.neural_family import Shape, neural_family


class TransformerParams(SequenceParams):
    """Width of the encoder, how many blocks and heads, and the width inside the feed-forward part."""

    units: int = Field(32, ge=2, multiple_of=2)
    blocks: PositiveInt = 1
    heads: PositiveInt = 2
    forward_units: PositiveInt = 64
    dropout: float = Field(0.1, ge=0, lt=1)


def positions(length: int, units: int) -> np.ndarray:
    """Sines and cosines of each position, float32 (length, units).

    >>> positions(2, 4).round(2).tolist()[0]
    [0.0, 0.0, 1.0, 1.0]
    """
    rates = 10_000.0 ** (-np.arange(units // 2) / max(units // 2, 1))
    angles = np.arange(length)[:, None] * rates[None, :]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def _build(params: TransformerParams, shape: Shape) -> Any:
    import keras

    inputs = keras.Input(shape.sample)
    placed = keras.layers.EinsumDense("bsc,cu->bsu", (params.length, params.units), bias_axes="su", kernel_regularizer=regularizer(params))
    hidden = placed(inputs)
    placed.bias.assign(0.1 * positions(params.length, params.units))
    for _ in range(params.blocks):
        hidden = _block(hidden, params)
    newest = keras.layers.Flatten()(keras.layers.Cropping1D((params.length - 1, 0))(hidden))
    return keras.Model(inputs, answer(keras.layers.LayerNormalization()(newest), shape))


def _block(hidden: Any, params: TransformerParams) -> Any:
    import keras

    normal = keras.layers.LayerNormalization()(hidden)
    key_units = max(params.units // params.heads, 1)
    attended = keras.layers.MultiHeadAttention(params.heads, key_units, dropout=params.dropout)(normal, normal)
    hidden = keras.layers.Add()([hidden, dropped(attended, params)])
    forward = keras.layers.Dense(params.forward_units, activation="relu")(keras.layers.LayerNormalization()(hidden))
    return keras.layers.Add()([hidden, dropped(keras.layers.Dense(params.units)(forward), params)])


def _space(trial: Any) -> dict[str, Any]:
    return {
        **common_space(trial),
        "units": trial.suggest_int("units", 32, 256, step=32),
        "blocks": trial.suggest_int("blocks", 1, 3),
        "length": trial.suggest_int("length", 5, 30),
    }


FAMILY = neural_family("transformer", TransformerParams, "sequence", _build, _space)
