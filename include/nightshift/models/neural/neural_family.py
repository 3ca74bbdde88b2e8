"""A way to build layers made a family: what a neural family's own file adds is its parameters, its layers and its search space."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from nightshift.errors import TrainingFailed
from nightshift.models.checkpoints import Checkpoints
from nightshift.models.family import Context, Family, Task
from nightshift.models.neural import keras_epochs, keras_runtime, keras_training, network_files, sample_layout, sequence_windows
from nightshift.models.neural.keras_checkpoints import fit_key
from nightshift.models.neural.keras_epochs import Lesson, Plan
from nightshift.models.neural.keras_progress import along, course
from nightshift.models.neural.network import Network, asker, predict
from nightshift.models.neural.network_params import NeuralParams
from nightshift.models.neural.sequence_windows import Layout
from nightshift.models.weights import class_weights, row_weights
from nightshift.nouns.panel import Rows


@dataclass(frozen=True)
class Shape:
    """What a family builds its layers for."""

    sample: tuple[int, ...]  # of one sample, without the batch
    task: Task


Build = Callable[[Any, Shape], Any]  # (params, shape) -> keras.Model with one answer a row, or one a symbol


def neural_family(name: str, params: type[NeuralParams], layout: Layout, build: Build, space: Callable[[Any], dict]) -> Family:
    """A family around one way to build layers."""
    return Family(
        name=name,
        Params=params,
        tasks=frozenset({"classification", "regression"}),
        fit=partial(_fit, name, layout, build),
        predict=predict,
        save=network_files.save,
        load=network_files.load,
        space=space,
        history=lambda fitted: list(fitted.epochs),
        course=lambda fitted: course(fitted.epochs),
        pruned_from_step=4,
        compared_every=1,
        warmup_sessions=lambda chosen: getattr(chosen, "length", 1) - 1,
        reads_market=lambda _: layout == "cross_section",
    )


def _fit(name: str, layout: Layout, build: Build, params: NeuralParams, train: Rows, validate: Rows, context: Context) -> Network:
    length = getattr(params, "length", 1)
    sequence_windows.refuse_short_history(train, length)
    blank = _blank(name, layout, length, train, context)
    loss: keras_epochs.Loss = "cross_entropy" if context.task == "classification" else params.regression_loss
    plan = Plan(layout, length, params.batch, params.learning_rate, loss, along(params.schedule, context.course))
    lessons = _lesson(blank, params, train, train), _lesson(blank, params, validate, train)
    threads = keras_runtime.started(context.threads, context.seed)
    model = build(params, Shape(_sample(blank), context.task))
    checkpoints = Checkpoints(context.checkpoints, _fit_key(name, params, context, threads, lessons) if context.checkpoints else "")
    epochs = _trained(name, lambda: keras_training.train(model, plan, lessons, context, checkpoints))
    return replace(blank, model=model, ask=asker(model, layout, length), threads=threads, epochs=epochs)


def _trained(name: str, train: Callable[[], tuple[dict, ...]]) -> tuple[dict, ...]:
    """The epochs of a training; TensorFlow's word for too little memory puts the family out."""
    import tensorflow as tf

    try:
        return train()
    except tf.errors.ResourceExhaustedError as error:
        found = str(error.message).splitlines()[0]
        raise TrainingFailed(expected=f"a fit of {name}", found=found, next_step="lower `batch` or the size of the network") from None


def _blank(name: str, layout: Layout, length: int, train: Rows, context: Context) -> Network:
    regression = context.task == "regression"
    label = train.label
    if not regression and len(np.unique(label)) < 2:
        raise TrainingFailed(
            expected="both classes among the training labels",
            found=f"only {label[0]:g} in {len(label)} rows",
            next_step="lengthen the training part, or choose another label",
        )
    mean, spread = (float(label.mean()), float(label.std()) or 1.0) if regression else (0.0, 1.0)
    return Network(
        name, context.task, layout, length, train.panel.names, train.panel.symbols, sequence_windows.learned_scaling(train),
        mean, spread, context.threads, (), None, lambda *_: None,
    )  # fmt: skip


def _lesson(network: Network, params: NeuralParams, rows: Rows, train: Rows) -> Lesson:
    label = (rows.label - network.label_mean) / network.label_spread
    balance = class_weights(params.class_weight if network.task == "classification" else "none", train.label)
    weight = row_weights(rows.label, balance)
    weighed = np.ones(len(rows)) if weight is None else weight
    target, weights = (sample_layout.laid_out(rows, values, network.layout, network.symbols) for values in (label, weighed))
    feed = sequence_windows.feed(rows, network.scaling, network.length, network.layout, network.symbols)
    return Lesson(feed, np.nan_to_num(target).astype(np.float32), np.nan_to_num(weights).astype(np.float32))


def _sample(network: Network) -> tuple[int, ...]:
    columns = len(network.columns)
    samples = {
        "row": (columns,),
        "sequence": (network.length, columns),
        "cross_section": (network.length, len(network.symbols), columns, 1),
    }
    return samples[network.layout]


def _fit_key(name: str, params: NeuralParams, context: Context, threads: int, lessons: tuple[Lesson, Lesson]) -> str:
    arrays = [array for lesson in lessons for array in (lesson.feed.flat, lesson.feed.ends, lesson.target, lesson.weight)]
    return fit_key([name, params.model_dump(), context.task, context.seed, threads, repr(context.course)], arrays)
