"""What all neural families share: their common parameters, and fit, predict, save and load around one Keras model.

The saved model is plain Keras and takes windows that are already scaled; scaling, symbols and columns lie beside it as JSON.
Each neural family's file adds only its own parameters, its layers and its search space.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

from nightshift.errors import Damaged, DataRefused, TrainingFailed
from nightshift.models.checkpoints import Checkpoints
from nightshift.models.family import Context, Family, Params, Task
from nightshift.models.neural import keras_files, keras_training, sequence_windows
from nightshift.models.neural.keras_checkpoints import fit_key
from nightshift.models.neural.keras_progress import Schedule
from nightshift.models.neural.keras_training import Lesson, Plan
from nightshift.models.weights import class_weights, row_weights
from nightshift.nouns.bars import frozen
from nightshift.nouns.panel import Rows
from nightshift.storage import store

_FACTS = "network.json"
_ANSWERED_AT_ONCE = 512  # rows; fixed, so that a row's score never depends on which rows are asked about with it


class NeuralParams(Params):
    """What every network can be told; the same on CPU and GPU."""

    learning_rate: float = Field(1e-3, gt=0, le=1)
    batch: int = Field(128, ge=1)
    epochs: int = Field(30, ge=1)
    patience: int = Field(4, ge=1)  # epochs without a better validation loss before training stops
    plateau_patience: int = Field(2, ge=1)  # epochs without a better one before the learning rate is cut
    plateau_factor: float = Field(0.5, gt=0, lt=1)
    dropout: float = Field(0.2, ge=0, lt=1)
    batch_norm: bool = True
    l1: float = Field(0.0, ge=0)
    l2: float = Field(1e-5, ge=0)
    class_weight: Literal["none", "balanced"] = "none"  # balanced: both classes weigh the same, which lifts rare ones above P(1)
    regression_loss: Literal["huber", "mse"] = "huber"

    @property
    def schedule(self) -> Schedule:
        """When training stops and slows down."""
        return Schedule(self.epochs, self.patience, self.plateau_patience, self.plateau_factor)


class SequenceParams(NeuralParams):
    """What every network over windows can be told besides."""

    length: int = Field(10, ge=2, le=250)  # sessions in a window, the row's own included


@dataclass(frozen=True)
class Shape:
    """What a family builds its layers for."""

    sample: tuple[int, ...]  # of one sample, without the batch
    task: Task


Build = Callable[[Any, Shape], Any]  # (params, shape) -> keras.Model with one answer a row, or one a symbol


@dataclass(frozen=True, eq=False)
class Network:
    """A trained network with everything it needs to be asked: scaling, axes and how a sample is laid out."""

    family: str
    task: Task
    layout: sequence_windows.Layout
    length: int
    columns: tuple[str, ...]
    symbols: tuple[str, ...]
    scaling: sequence_windows.Scaling
    label_mean: float  # regression: the network answers in deviations from the training mean
    label_spread: float
    threads: int
    epochs: tuple[dict[str, float], ...]
    model: Any
    ask: Callable[[Any, Any, Any], Any]


def neural_family(
    name: str, params: type[NeuralParams], layout: sequence_windows.Layout, build: Build, space: Callable[[Any], dict]
) -> Family:
    """A family around one way to build layers."""
    return Family(
        name=name,
        Params=params,
        tasks=frozenset({"classification", "regression"}),
        fit=partial(_fit, name, layout, build),
        predict=predict,
        save=save,
        load=load,
        space=space,
        history=lambda fitted: list(fitted.epochs),
        pruned_from_step=4,
        compared_every=1,
        warmup_sessions=lambda chosen: getattr(chosen, "length", 1) - 1,
    )


def common_space(trial: Any) -> dict[str, Any]:
    """What is searched for every network."""
    return {
        "learning_rate": trial.suggest_float("learning_rate", 1e-5, 1e-2, log=True),
        "batch": trial.suggest_int("batch", 16, 128, log=True),
        "dropout": trial.suggest_float("dropout", 0.1, 0.5),
    }


def _fit(
    name: str, layout: sequence_windows.Layout, build: Build, params: NeuralParams, train: Rows, validate: Rows, context: Context
) -> Network:
    length = getattr(params, "length", 1)
    sequence_windows.refuse_short_history(train, length)
    blank = _blank(name, layout, length, train, context)
    loss: keras_training.Loss = "cross_entropy" if context.task == "classification" else params.regression_loss
    plan = Plan(layout, length, params.batch, params.learning_rate, loss, params.schedule)
    lessons = _lesson(blank, params, train, train), _lesson(blank, params, validate, train)
    threads = keras_training.started(context.threads, context.seed)
    model = build(params, Shape(_sample(blank), context.task))
    checkpoints = Checkpoints(context.checkpoints, _fit_key(name, params, context, threads, lessons) if context.checkpoints else "")
    epochs = _trained(name, lambda: keras_training.train(model, plan, lessons, context, checkpoints))
    return replace(blank, model=model, ask=_asker(model, layout, length), threads=threads, epochs=epochs)


def _trained(name: str, train: Callable[[], tuple[dict, ...]]) -> tuple[dict, ...]:
    """The epochs of a training; TensorFlow's word for too little memory puts the family out."""
    import tensorflow as tf

    try:
        return train()
    except tf.errors.ResourceExhaustedError as error:
        found = str(error.message).splitlines()[0]
        raise TrainingFailed(expected=f"a fit of {name}", found=found, next_step="lower `batch` or the size of the network") from None


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
    scores = sequence_windows.picked(rows, np.concatenate(answers).astype(np.float64), network.layout, network.symbols)
    return scores * network.label_spread + network.label_mean


def save(network: Network, folder: Path) -> None:
    """Write `model.keras` and `network.json`."""
    keras_files.save_network(network.model, folder)
    plain = ("family", "task", "layout", "length", "columns", "symbols", "label_mean", "label_spread", "threads", "epochs")
    scaling = {"mean": network.scaling.mean.tolist(), "spread": network.scaling.spread.tolist()}
    store.write_json(folder / _FACTS, {"scaling": scaling, **{name: getattr(network, name) for name in plain}})


def load(folder: Path) -> Network:
    """The network of `save`, ready to be asked."""
    facts = store.read_json(folder / _FACTS)
    keras_training.started(facts.get("threads", 1), seed=0)
    model = keras_files.load_network(folder)
    try:
        facts["scaling"] = sequence_windows.Scaling(
            **{name: frozen(np.array(facts["scaling"][name]), np.float32) for name in ("mean", "spread")}
        )
        for name in ("columns", "symbols", "epochs"):
            facts[name] = tuple(facts[name])
        return Network(**facts, model=model, ask=_asker(model, facts["layout"], facts["length"]))
    except (KeyError, TypeError, ValueError):
        raise Damaged(expected=f"the facts of a network in {folder / _FACTS}", found="other facts", next_step="train again") from None


def _blank(name: str, layout: sequence_windows.Layout, length: int, train: Rows, context: Context) -> Network:
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
    target, weights = (sequence_windows.laid_out(rows, values, network.layout, network.symbols) for values in (label, weighed))
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
    return fit_key([name, params.model_dump(), context.task, context.seed, threads], arrays)


def _asker(model: Any, layout: sequence_windows.Layout, length: int) -> Callable[[Any, Any, Any], Any]:
    import tensorflow as tf

    @tf.function(jit_compile=False, reduce_retracing=True)
    def ask(flat: Any, ends: Any, n_sessions: Any) -> Any:
        return model(sequence_windows.gather(flat, ends, n_sessions, length, layout), training=False)

    return ask
