"""LSTM over a window of sessions, read at every session of the window.

A projection shared by all sessions comes first: it turns many noisy columns into few before they are remembered. Reading the
memory at every session, and not only at the newest, lets the answer reach back directly: on 60 noisy columns what happened
five sessions ago is otherwise lost in the noise that is learned first.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from nightshift.models.neural.layers import answer, dense_block, dropped, regularizer
from nightshift.models.neural.network_params import SequenceParams, common_space
from nightshift.models.neural.neural_family import Shape, neural_family


class LstmParams(SequenceParams):
    """Units of the projection (0: none), of each LSTM layer, and of the dense layer behind them; where the memory is read."""

    projected: NonNegativeInt = 8
    units: tuple[PositiveInt, ...] = Field((16,), min_length=1)
    read: Literal["every", "newest"] = "every"
    dense_units: PositiveInt = 32
    dropout: float = Field(0.3, ge=0, lt=1)
    patience: int = Field(5, ge=1)


def _build(params: LstmParams, shape: Shape) -> Any:
    import keras

    inputs = hidden = keras.Input(shape.sample)
    if params.projected:
        hidden = keras.layers.Dense(params.projected, kernel_regularizer=regularizer(params))(hidden)
    for place, units in enumerate(params.units, start=1):
        every = place < len(params.units) or params.read == "every"
        hidden = dropped(keras.layers.LSTM(units, return_sequences=every, kernel_regularizer=regularizer(params))(hidden), params)
    hidden = keras.layers.Flatten()(hidden)
    return keras.Model(inputs, answer(dense_block(hidden, params.dense_units, params), shape))


def _space(trial: Any) -> dict[str, Any]:
    return {
        **common_space(trial),
        "units": (trial.suggest_int("units", 32, 256, step=32),),
        "projected": trial.suggest_int("projected", 8, 64, log=True),
        "length": trial.suggest_int("length", 5, 30),
    }


FAMILY = neural_family("lstm", LstmParams, "sequence", _build, _space)
