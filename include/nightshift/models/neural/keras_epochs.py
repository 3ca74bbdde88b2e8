"""What a network learns from, and one epoch of it inside the graph.

XLA (`jit_compile`) stays off: it gains nothing for an LSTM and costs a ConvLSTM2D 10×.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nightshift.models.neural import sequence_windows
from nightshift.models.neural.keras_progress import Schedule

_EVALUATED_AT_ONCE = 1024  # samples a step when nothing is learned
Loss = Literal["cross_entropy", "huber", "mse"]
LossOf = Callable[[Any, Any, Any], Any]  # (target, answer, weight) -> one number


@dataclass(frozen=True, eq=False)
class Lesson:
    """Samples with what they should have been answered; a weight of 0 hides an answer that does not exist."""

    feed: sequence_windows.Feed
    target: np.ndarray  # float32 (samples, answers)
    weight: np.ndarray  # float32 (samples, answers)


@dataclass(frozen=True)
class Plan:
    """How a network learns: the shape of a sample, the size of a batch, the loss, the optimizer and when to stop."""

    layout: sequence_windows.Layout
    length: int
    batch: int
    learning_rate: float
    loss: Loss
    schedule: Schedule


def learner(model: Any, optimizer: Any, plan: Plan, lesson: Lesson, loss_of: LossOf) -> Callable[[np.ndarray], dict[str, float]]:
    """One epoch over the lesson in a given order, as a function."""
    import tensorflow as tf

    held = _held(lesson)
    n_batches = -(-len(lesson.feed) // plan.batch)
    bounds = tf.constant(np.linspace(0, len(lesson.feed), n_batches + 1).astype(np.int32))  # batches that differ by one sample at most

    @tf.function(jit_compile=False, input_signature=[tf.TensorSpec([None], tf.int32)])
    def epoch(order: Any) -> Any:
        total, weights = tf.constant(0.0), tf.constant(0.0)
        for number in tf.range(n_batches):
            tf.autograph.experimental.set_loop_options(parallel_iterations=1)  # one batch of windows exists at a time
            inputs, target, weight = _batch(held, order[bounds[number] : bounds[number + 1]], plan)
            with tf.GradientTape() as tape:
                loss = loss_of(target, model(inputs, training=True), weight)
                penalised = tf.add_n([loss, *model.losses])
            gradients = tape.gradient(penalised, model.trainable_variables)
            optimizer.apply_gradients(list(zip(gradients, model.trainable_variables, strict=True)))
            total += loss * tf.reduce_sum(weight)
            weights += tf.reduce_sum(weight)
        return total / weights

    return lambda order: {"train_loss": float(epoch(tf.constant(order)))}


def judge(model: Any, plan: Plan, lesson: Lesson, loss_of: LossOf) -> Callable[[], dict[str, float]]:
    """The loss on the lesson when nothing is learned, as a function."""
    import tensorflow as tf

    held, n_samples = _held(lesson), len(lesson.feed)
    step = max(_EVALUATED_AT_ONCE // lesson.target.shape[1], 1)

    @tf.function(jit_compile=False, input_signature=[])
    def judged() -> Any:
        total, weights = tf.constant(0.0), tf.constant(0.0)
        for start in tf.range(0, n_samples, step):
            tf.autograph.experimental.set_loop_options(parallel_iterations=1)
            inputs, target, weight = _batch(held, tf.range(start, tf.minimum(start + step, n_samples)), plan)
            total += loss_of(target, model(inputs, training=False), weight) * tf.reduce_sum(weight)
            weights += tf.reduce_sum(weight)
        return total / weights

    return lambda: {"validate_loss": float(judged())}


def _held(lesson: Lesson) -> tuple[Any, ...]:
    import tensorflow as tf

    feed = lesson.feed
    return tf.constant(feed.flat), tf.constant(feed.ends), feed.n_sessions, tf.constant(lesson.target), tf.constant(lesson.weight)


def _batch(held: tuple[Any, ...], chosen: Any, plan: Plan) -> tuple[Any, Any, Any]:
    import tensorflow as tf

    flat, ends, n_sessions, target, weight = held
    inputs = sequence_windows.gather(flat, tf.gather(ends, chosen), n_sessions, plan.length, plan.layout)
    return inputs, tf.gather(target, chosen), tf.gather(weight, chosen)
