"""A trained network, and how it is asked: always the same number of rows at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nightshift.errors import DataRefused
from nightshift.models.family import Task
from nightshift.models.neural import sample_layout, sequence_windows
from nightshift.models.neural.sequence_windows import Layout
from nightshift.nouns.panel import Rows

_ANSWERED_AT_ONCE = 512  # rows; fixed, so that a row's score never depends on which rows are asked about with it
Ask = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True, eq=False)
class Network:
    """A trained network with everything it needs to be asked: scaling, axes and how a sample is laid out."""

    family: str
    task: Task
    layout: Layout
    length: int
    columns: tuple[str, ...]
    symbols: tuple[str, ...]
    scaling: sequence_windows.Scaling
    label_mean: float  # regression: the network answers in deviations from the training mean
    label_spread: float
    threads: int
    epochs: tuple[dict[str, float], ...]
    model: Any
    ask: Ask


def predict(network: Network, rows: Rows) -> np.ndarray:
    """P(label = 1) or the expected return of each row; the same for a row whichever rows are asked about with it."""
    import tensorflow as tf

    if rows.panel.names != network.columns:
        raise DataRefused(
            expected=f"the {len(network.columns)} columns that the network was trained on",
            found=f"{len(rows.panel.names)} columns, {sorted(set(rows.panel.names) ^ set(network.columns))[:3]} differ",
            next_step="compute the release's own columns",
        )
    if not len(rows):
        return np.empty(0)
    feed = sequence_windows.feed(rows, network.scaling, network.length, network.layout, network.symbols)
    at_once = max(_ANSWERED_AT_ONCE // (len(network.symbols) if network.layout == "cross_section" else 1), 1)
    flat, n_sessions, answers = tf.constant(feed.flat), tf.constant(feed.n_sessions), []
    for start in range(0, len(feed), at_once):
        ends = feed.ends[start : start + at_once]
        filled = np.concatenate([ends, np.repeat(ends[-1:], at_once - len(ends), axis=0)])
        answers.append(network.ask(flat, tf.constant(filled), n_sessions).numpy()[: len(ends)])
    scores = sample_layout.picked(rows, np.concatenate(answers).astype(np.float64), network.layout, network.symbols)
    return scores * network.label_spread + network.label_mean


def asker(model: Any, layout: Layout, length: int) -> Ask:
    """The Keras model as one compiled function of (flat panel, ends of windows, sessions in the panel)."""
    import tensorflow as tf

    @tf.function(jit_compile=False, reduce_retracing=True)
    def ask(flat: Any, ends: Any, n_sessions: Any) -> Any:
        return model(sequence_windows.gather(flat, ends, n_sessions, length, layout), training=False)

    return ask
