"""LSTM over a window of sessions; the newest session ends it."""

from __future__ import annotations

from typing import Any

from pydantic import PositiveInt

from nightshift.models.layers import answer, dense_block, dropped, regularizer
from nightshift.models.network import SequenceParams, Shape, common_space, neural_family


class LstmParams(SequenceParams):
    """Units of each LSTM layer, and of the dense layer behind them."""

    units: tuple[PositiveInt, ...] = (64,)
    dense_units: PositiveInt = 32


def _build(params: LstmParams, shape: Shape) -> Any:
    import keras

    inputs = hidden = keras.Input(shape.sample)
    for place, units in enumerate(params.units, start=1):
        more = place < len(params.units)
        hidden = dropped(keras.layers.LSTM(units, return_sequences=more, kernel_regularizer=regularizer(params))(hidden), params)
    return keras.Model(inputs, answer(dense_block(hidden, params.dense_units, params), shape))


def _space(trial: Any) -> dict[str, Any]:
    return {
        **common_space(trial),
        "units": (trial.suggest_int("units", 32, 256, step=32),),
        "length": trial.suggest_int("length", 5, 30),
    }


FAMILY = neural_family("lstm", LstmParams, "sequence", _build, _space)
