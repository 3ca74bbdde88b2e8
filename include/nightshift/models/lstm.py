"""LSTM over a window of sessions; the newest session ends it.

A projection shared by all sessions comes first: it turns many noisy columns into few before they are remembered, without
which the memory learns noise long before it finds what happened sessions ago.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field, NonNegativeInt, PositiveInt

from nightshift.models.layers import answer, dense_block, dropped, regularizer
from nightshift.models.network import SequenceParams, Shape, common_space, neural_family


class LstmParams(SequenceParams):
    """Units of the projection (0: none), of each LSTM layer, and of the dense layer behind them."""

    projected: NonNegativeInt = 16
    units: tuple[PositiveInt, ...] = Field((32,), min_length=1)
    dense_units: PositiveInt = 32
    learning_rate: float = Field(3e-3, gt=0, le=1)
    patience: int = Field(6, ge=1)


def _build(params: LstmParams, shape: Shape) -> Any:
    import keras

    inputs = hidden = keras.Input(shape.sample)
    if params.projected:
        hidden = keras.layers.Dense(params.projected, kernel_regularizer=regularizer(params))(hidden)
    for place, units in enumerate(params.units, start=1):
        more = place < len(params.units)
        hidden = dropped(keras.layers.LSTM(units, return_sequences=more, kernel_regularizer=regularizer(params))(hidden), params)
    return keras.Model(inputs, answer(dense_block(hidden, params.dense_units, params), shape))


def _space(trial: Any) -> dict[str, Any]:
    return {
        **common_space(trial),
        "units": (trial.suggest_int("units", 32, 256, step=32),),
        "projected": trial.suggest_int("projected", 8, 64, log=True),
        "length": trial.suggest_int("length", 5, 30),
    }


FAMILY = neural_family("lstm", LstmParams, "sequence", _build, _space)
