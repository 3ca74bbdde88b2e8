"""How every network is trained: one loop whose epoch runs inside the graph, deterministic and resumable."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

from nightshift.errors import TrainingFailed
from nightshift.models.checkpoints import Checkpoints
from nightshift.models.family import Context
from nightshift.models.losses import EPSILON_FLOAT32
from nightshift.models.neural.keras_checkpoints import State, packed, unpacked
from nightshift.models.neural.keras_epochs import Lesson, Loss, LossOf, Plan, judge, learner
from nightshift.models.neural.keras_progress import Progress, advanced, finished, shuffled

_LOG = logging.getLogger(__name__)


def train(model: Any, plan: Plan, lessons: tuple[Lesson, Lesson], context: Context, checkpoints: Checkpoints) -> tuple[dict, ...]:
    """Fit `model` in place on the first lesson, watched on the second; it ends with its best epoch's weights."""
    import keras

    optimizer = keras.optimizers.Adam(plan.learning_rate, clipnorm=1.0)
    optimizer.build(model.trainable_variables)
    progress, best = _resumed(checkpoints, model, optimizer, plan.learning_rate)
    for done in progress.history:
        context.on_step(int(done["step"]), {name: value for name, value in done.items() if name != "step"})
    loss_of = _loss(plan.loss)
    learn = learner(model, optimizer, plan, lessons[0], loss_of)
    judged = judge(model, plan, lessons[1], loss_of)
    while not finished(progress, plan.schedule):
        order = shuffled(len(lessons[0].feed), context.seed, progress.epoch)
        metrics = _finite({**learn(order), **judged(), "learning_rate": progress.learning_rate})
        progress = advanced(progress, plan.schedule, metrics)
        optimizer.learning_rate.assign(progress.learning_rate)
        best = model.get_weights() if progress.best_epoch == progress.epoch else best
        checkpoints.write(packed(progress, _state(model, optimizer, best)))
        context.on_step(progress.epoch, metrics)
    model.set_weights(best)
    checkpoints.clear()
    return progress.history


def _loss(kind: Loss) -> LossOf:
    import tensorflow as tf

    def cross_entropy(target: Any, answer: Any) -> Any:
        sure = tf.clip_by_value(answer, EPSILON_FLOAT32, 1.0 - EPSILON_FLOAT32)
        return -(target * tf.math.log(sure) + (1.0 - target) * tf.math.log(1.0 - sure))

    def huber(target: Any, answer: Any) -> Any:
        miss = tf.abs(target - answer)
        return tf.where(miss <= 1.0, 0.5 * tf.square(miss), miss - 0.5)

    each = {"cross_entropy": cross_entropy, "huber": huber, "mse": tf.math.squared_difference}[kind]
    return lambda target, answer, weight: tf.reduce_sum(weight * each(target, answer)) / tf.maximum(tf.reduce_sum(weight), 1e-9)


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
