"""ConvLSTM over the whole cross-section: one sample a session, `sequence × symbols × columns × 1`, one answer a symbol.

The convolutions see neighbouring symbols and columns together. A symbol is then read from its own row of the last map, with
every column in its place (pooling over columns would make them indistinguishable), beside the global pool of the map, which
is the state of the whole market and the same for all symbols. One shared dense head answers for each symbol; for a label
that is one a session (index_direction) all symbols carry the same label and so learn the same answer.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field, PositiveInt

from nightshift.models.neural.layers import answer, dropped, normalised, regularizer
from nightshift.models.neural.network_params import SequenceParams
from nightshift.models.neural.neural_family import Shape, neural_family


class ConvLstmParams(SequenceParams):
    """Filters of each ConvLSTM layer, its kernel (symbols × columns), and units of the dense head."""

    length: int = Field(6, ge=2, le=60)
    filters: tuple[PositiveInt, ...] = (8, 4)
    kernel: tuple[PositiveInt, PositiveInt] = (2, 2)
    dense_units: PositiveInt = 32
    batch: int = Field(8, ge=1)  # sessions
    epochs: int = Field(10, ge=1)
    patience: int = Field(3, ge=1)
    learning_rate: float = Field(3e-3, gt=0, le=1)


def _build(params: ConvLstmParams, shape: Shape) -> Any:
    import keras

    inputs = hidden = keras.Input(shape.sample)
    for place, filters in enumerate(params.filters, start=1):
        more = place < len(params.filters)
        layer = keras.layers.ConvLSTM2D(
            filters, params.kernel, padding="same", return_sequences=more, kernel_regularizer=regularizer(params)
        )
        hidden = layer(hidden)
        hidden = normalised(hidden) if params.batch_norm else hidden
    n_symbols, n_columns = shape.sample[1:3]
    own = keras.layers.Reshape((n_symbols, n_columns * params.filters[-1]))(hidden)
    market = keras.layers.RepeatVector(n_symbols)(keras.layers.GlobalAveragePooling2D()(hidden))
    head = keras.layers.Concatenate()([dropped(own, params), market])
    head = keras.layers.Dense(params.dense_units, activation="relu", kernel_regularizer=regularizer(params))(head)
    return keras.Model(inputs, keras.layers.Reshape((n_symbols,))(answer(dropped(head, params), shape)))


def _space(trial: Any) -> dict[str, Any]:
    first = trial.suggest_int("filters", 4, 64, log=True)
    return {
        "learning_rate": trial.suggest_float("learning_rate", 1e-5, 1e-2, log=True),
        "dropout": trial.suggest_float("dropout", 0.1, 0.4),
        "filters": (first, max(first // 2, 2)),
        "kernel": (trial.suggest_int("kernel_symbols", 2, 4), trial.suggest_int("kernel_columns", 2, 4)),
        "dense_units": trial.suggest_int("dense_units", 32, 256, step=32),
        "l1": trial.suggest_float("l1", 1e-5, 1e-2, log=True),
        "l2": trial.suggest_float("l2", 1e-5, 1e-2, log=True),
        "batch": trial.suggest_int("batch", 16, 128, log=True),
    }


FAMILY = neural_family("convlstm", ConvLstmParams, "cross_section", _build, _space)
