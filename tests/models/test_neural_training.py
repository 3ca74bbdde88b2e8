"""Training of networks: the same every time, the same after a kill, stopped early, and refused where nothing can be learned."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from nightshift import models
from nightshift.errors import DataRefused, TrainingFailed
from nightshift.models.family import Context
from nightshift.models.neural import keras_training
from nightshift.nouns.panel import Panel, Rows, rows_of

pytestmark = pytest.mark.neural
NEURAL = ("mlp", "lstm", "transformer", "cnn", "convlstm")
SMALL = {
    "mlp": {"units": [8]},
    "lstm": {"units": [6], "dense_units": 4, "length": 4},
    "transformer": {"units": 8, "forward_units": 8, "length": 4},
    "cnn": {"filters": [6], "dense_units": 4, "length": 4},
    "convlstm": {"filters": [3], "dense_units": 4, "length": 3, "batch": 8},
}
CONTEXT = Context("classification", seed=11, threads=1)


def planted(task: str = "classification", *, symbols: int = 6, sessions: int = 110, seed: int = 2) -> Panel:
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((symbols, sessions, 3)).astype(np.float32)
    outcome = 0.8 * values[..., 0] + 0.6 * rng.standard_normal((symbols, sessions))
    label = (outcome > 0).astype(float) if task == "classification" else 0.02 * outcome + 0.001
    names = tuple(f"S{place}" for place in range(symbols))
    return Panel(names, np.datetime64("2026-01-01") + np.arange(sessions), ("signal", "noise", "other"), values, label, 1)


def parts(panel: Panel) -> tuple[Rows, Rows, Rows]:
    return rows_of(panel, np.arange(70)), rows_of(panel, np.arange(71, 90)), rows_of(panel, np.arange(91, 110))


def small(name: str, **more) -> dict:
    return {**SMALL[name], "epochs": 3, **more}


def fitted(name: str, context: Context = CONTEXT, panel: Panel | None = None, **more) -> models.Fitted:
    train, validate, _ = parts(panel or planted(context.task))
    return models.fit(name, small(name, **more), train, validate, context)


@cache
def known(name: str) -> models.Fitted:
    return fitted(name, epochs=2)


# The contracts of every family ask for the same on one thread, in every run.
@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] if name != "mlp" else []) for name in NEURAL])
def test_two_fits_are_the_same_to_the_last_bit(name):
    asked = parts(planted())[2]
    first = known(name).predict(asked)
    np.testing.assert_array_equal(first, fitted(name, epochs=2).predict(asked))
    assert ((first > 0) & (first < 1)).all()


def test_another_seed_is_another_network():
    asked = parts(planted())[2]
    assert (fitted("mlp", replace(CONTEXT, seed=12), epochs=2).predict(asked) != known("mlp").predict(asked)).any()


@pytest.mark.parametrize("name", ["mlp", "lstm", "convlstm"])
def test_a_score_does_not_depend_on_the_rows_asked_about_with_it(name):
    model, asked = known(name), parts(planted())[2]
    every = model.predict(asked)
    last = Rows(asked.panel, asked.symbol[-4:], asked.session[-4:])
    np.testing.assert_array_equal(model.predict(last), every[-4:])


@pytest.mark.parametrize("name", ["lstm", "cnn", "convlstm"])
def test_a_score_knows_nothing_of_later_sessions(name):
    model, asked = known(name), parts(planted())[2]
    early = Rows(asked.panel, asked.symbol[:12], asked.session[:12])
    values = asked.panel.values.copy()
    values[:, early.session.max() + 1 :] = 1e3
    changed = Rows(replace(asked.panel, values=values), early.symbol, early.session)
    np.testing.assert_array_equal(model.predict(early), model.predict(changed))


def test_every_epoch_is_told_and_kept():
    told = []
    model = fitted("mlp", replace(CONTEXT, on_step=lambda step, metrics: told.append((step, metrics))))
    assert [step for step, _ in told] == [1, 2, 3]
    assert all(set(metrics) == {"train_loss", "validate_loss", "learning_rate"} for _, metrics in told)
    assert model.history == [{"step": step, **metrics} for step, metrics in told]


def test_the_best_epoch_s_weights_are_kept_and_training_stops_early():
    model = fitted("mlp", panel=planted(symbols=2), epochs=60, patience=3, learning_rate=0.05, dropout=0.0)
    losses = [entry["validate_loss"] for entry in model.history]
    assert len(losses) < 60
    assert len(losses) - 1 - int(np.argmin(losses)) == 3
    validate = parts(planted(symbols=2))[1]
    score = np.clip(model.predict(validate), 1e-7, 1 - 1e-7)
    label = validate.label
    assert -np.mean(label * np.log(score) + (1 - label) * np.log(1 - score)) == pytest.approx(min(losses), abs=1e-5)
    assert model.history[-1]["learning_rate"] < 0.05


@pytest.mark.parametrize("loss", ["huber", "mse"])
def test_a_regression_answers_in_returns(loss):
    context = replace(CONTEXT, task="regression")
    asked = parts(planted("regression"))[2]
    score = fitted("mlp", context, epochs=25, batch=16, learning_rate=0.01, regression_loss=loss).predict(asked)
    assert np.corrcoef(score, asked.label)[0, 1] > 0.6
    assert 0.2 < score.std() / asked.label.std() < 1.2


def test_balanced_classes_lift_the_scores_of_a_rare_event():
    panel = planted()
    rare = replace(panel, label=(panel.values[..., 0] > 1.6).astype(float))
    how = {"panel": rare, "epochs": 12, "batch": 16}
    plain, balanced = (fitted("mlp", class_weight=mode, **how).predict(parts(rare)[2]) for mode in ("none", "balanced"))
    assert balanced.mean() > 1.25 * plain.mean()


def test_one_network_for_one_label_a_session():
    panel = planted()
    one = (panel.values[..., 0].mean(axis=0) > 0).astype(float)
    index = replace(panel, label=np.repeat(one[None], 6, axis=0))
    model, asked = fitted("convlstm", panel=index, epochs=30, patience=30, learning_rate=0.01), parts(index)[0]
    assert ((model.predict(asked) > 0.5) == asked.label).mean() > 0.6


def test_training_that_runs_away_is_said():
    with pytest.raises(TrainingFailed, match="finite"):
        fitted("mlp", l2=3e38)


def test_too_few_sessions_for_the_windows_is_said():
    with pytest.raises(TrainingFailed, match=r"at least 80 sessions for windows of 80.*70 sessions"):
        fitted("lstm", length=80)


def test_other_columns_are_refused():
    model, asked = known("mlp"), parts(planted())[2]
    other = Rows(replace(asked.panel, names=("signal", "noise", "stranger")), asked.symbol, asked.session)
    with pytest.raises(DataRefused, match="stranger"):
        models.FAMILIES["mlp"].predict(model.native, other)


def test_history_before_the_window_and_missing_bars_are_no_hindrance():
    panel = planted()
    values = panel.values.copy()
    values[2, 93] = np.nan
    asked = rows_of(replace(panel, values=values), np.arange(0, 110))
    scores = known("lstm").predict(asked)
    assert len(scores) == 6 * 110 - 1
    assert np.isfinite(scores).all()


CHILD = """
import sys
from pathlib import Path
import importlib.util
spec = importlib.util.spec_from_file_location("told", sys.argv[1])
told = importlib.util.module_from_spec(spec)
spec.loader.exec_module(told)
told.fit_and_tell(Path(sys.argv[2]))
"""
KILLED = {"epochs": 6, "patience": 6, "dropout": 0.3}


def fit_and_tell(checkpoints: Path) -> models.Fitted:
    told = replace(CONTEXT, checkpoints=checkpoints, on_step=lambda step, _: print(step, flush=True))
    return fitted("lstm", told, panel=planted(symbols=40), **KILLED)


def test_a_training_that_was_killed_ends_as_an_undisturbed_one(tmp_path, caplog):
    command = [sys.executable, "-c", CHILD, __file__, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ}) as child:
        for line in child.stdout:
            if line.strip() == "3":
                child.send_signal(signal.SIGKILL)
                break
        assert child.wait() == -signal.SIGKILL
    assert list(tmp_path.glob("*.bin"))
    with caplog.at_level("INFO"):
        resumed = fit_and_tell(tmp_path)
    assert "continues after epoch" in caplog.text
    undisturbed = fitted("lstm", panel=planted(symbols=40), **KILLED)
    asked = parts(planted(symbols=40))[2]
    np.testing.assert_array_equal(resumed.predict(asked), undisturbed.predict(asked))
    assert resumed.history == undisturbed.history
    assert not list(tmp_path.glob("*.bin"))  # finished: nothing left to resume


def test_a_network_that_does_not_fit_into_memory_puts_its_family_out(monkeypatch):
    import tensorflow as tf

    def exhausted(*_):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor with shape[9,9]\nand more")

    monkeypatch.setattr(keras_training, "train", exhausted)
    with pytest.raises(TrainingFailed, match=r"expected a fit of mlp; found OOM when allocating tensor with shape\[9,9\]; next: lower"):
        fitted("mlp")
