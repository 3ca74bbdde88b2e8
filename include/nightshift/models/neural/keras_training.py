"""How every network is trained: one loop whose epoch runs inside the graph, deterministic and resumable.

The device is whatever TensorFlow sees: on a machine with a GPU the same configuration trains there, and an empty
`CUDA_VISIBLE_DEVICES` keeps it on the CPU. XLA (`jit_compile`) stays off: it gains nothing for an LSTM and costs a ConvLSTM2D 10×.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nightshift.errors import TrainingFailed
from nightshift.models.checkpoints import Checkpoints
from nightshift.models.family import Context
from nightshift.models.losses import EPSILON_FLOAT32
from nightshift.models.neural import sequence_windows
from nightshift.models.neural.keras_checkpoints import State, packed, unpacked
from nightshift.models.neural.keras_progress import Progress, Schedule, advanced, finished, shuffled

_LOG = logging.getLogger(__name__)
_EVALUATED_AT_ONCE = 1024  # samples a step when nothing is learned
Loss = Literal["cross_entropy", "huber", "mse"]


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


def started(threads: int, seed: int) -> int:
    """Seed everything and fix TensorFlow's threads; returns the threads that it really uses."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import keras
    import tensorflow as tf

    _fix_threads(threads)
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(seed % 2**32)
    return int(tf.config.threading.get_intra_op_parallelism_threads())


def train(model: Any, plan: Plan, lessons: tuple[Lesson, Lesson], context: Context, checkpoints: Checkpoints) -> tuple[dict, ...]:
    """Fit `model` in place on the first lesson, watched on the second; it ends with its best epoch's weights."""
    import keras

    optimizer = keras.optimizers.Adam(plan.learning_rate, clipnorm=1.0)
    optimizer.build(model.trainable_variables)
    progress, best = _resumed(checkpoints, model, optimizer, plan.learning_rate)
    for done in progress.history:
        context.on_step(int(done["step"]), {name: value for name, value in done.items() if name != "step"})
    learn = _learner(model, optimizer, plan, lessons[0])
    judge = _judge(model, plan, lessons[1])
    while not finished(progress, plan.schedule):
        order = shuffled(len(lessons[0].feed), context.seed, progress.epoch)
        metrics = _finite({**learn(order), **judge(), "learning_rate": progress.learning_rate})
        progress = advanced(progress, plan.schedule, metrics)
        optimizer.learning_rate.assign(progress.learning_rate)
        best = model.get_weights() if progress.best_epoch == progress.epoch else best
        checkpoints.write(packed(progress, _state(model, optimizer, best)))
        context.on_step(progress.epoch, metrics)
    model.set_weights(best)
    checkpoints.clear()
    return progress.history


def _learner(model: Any, optimizer: Any, plan: Plan, lesson: Lesson) -> Callable[[np.ndarray], dict[str, float]]:
    import tensorflow as tf

    held, loss_of = _held(lesson), _loss(plan.loss)
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


def _judge(model: Any, plan: Plan, lesson: Lesson) -> Callable[[], dict[str, float]]:
    import tensorflow as tf

    held, loss_of, n_samples = _held(lesson), _loss(plan.loss), len(lesson.feed)
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


def _loss(kind: Loss) -> Callable[[Any, Any, Any], Any]:
    import tensorflow as tf

    def cross_entropy(target: Any, answer: Any) -> Any:
        sure = tf.clip_by_value(answer, EPSILON_FLOAT32, 1.0 - EPSILON_FLOAT32)
        return -(target * tf.math.log(sure) + (1.0 - target) * tf.math.log(1.0 - sure))

    def huber(target: Any, answer: Any) -> Any:
        miss = tf.abs(target - answer)
        return tf.where(miss <= 1.0, 0.5 * tf.square(miss), miss - 0.5)

    each = {"cross_entropy": cross_entropy, "huber": huber, "mse": tf.math.squared_difference}[kind]
    return lambda target, answer, weight: tf.reduce_sum(weight * each(target, answer)) / tf.maximum(tf.reduce_sum(weight), 1e-9)


def _fix_threads(threads: int) -> None:
    import tensorflow as tf

    if tf.config.threading.get_intra_op_parallelism_threads() == threads:
        return
    try:
        tf.config.threading.set_inter_op_parallelism_threads(threads)
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    except RuntimeError:  # TensorFlow fixes its threads when it is first used
        found = tf.config.threading.get_intra_op_parallelism_threads()
        _LOG.warning("TensorFlow already runs with %d threads, not %d: train in a process of its own to change them", found, threads)


def _state(model: Any, optimizer: Any, best: list[np.ndarray]) -> State:
    # model.variables include the state of every dropout's random generator
    return {"model": [v.numpy() for v in model.variables], "optimizer": [v.numpy() for v in optimizer.variables], "best": list(best)}


def _resumed(checkpoints: Checkpoints, model: Any, optimizer: Any, learning_rate: float) -> tuple[Progress, list[np.ndarray]]:
    found = checkpoints.latest()
    if found is None:
        return Progress(learning_rate), model.get_weights()
    progress, state = unpacked(found)
    for variables, arrays in ((model.variables, state["model"]), (optimizer.variables, state["optimizer"])):
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)
    _LOG.info("training continues after epoch %d", progress.epoch)
    return progress, state["best"]


def _finite(metrics: dict[str, float]) -> dict[str, float]:
    for name, value in metrics.items():
        if not np.isfinite(value):
            raise TrainingFailed(
                expected=f"a finite {name}", found=f"{value}", next_step="lower `learning_rate`, or look at the columns' extremes"
            )
    return metrics
