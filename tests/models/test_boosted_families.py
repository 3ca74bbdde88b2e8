"""What the learners that go by rounds promise: early stopping, checkpoints that change nothing, pruning, binning once."""

import importlib.util
import logging
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import optuna
import pytest

from nightshift import models
from nightshift.errors import TrainingFailed
from nightshift.models import Context, checkpoints, losses
from nightshift.models.tabular import catboost_family, lightgbm_family, xgboost_family
from nightshift.models.tabular.rounds import Rounds

_SPEC = importlib.util.spec_from_file_location("planted", Path(__file__).with_name("planted.py"))
planted = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(planted)

LONG = {"n_estimators": 130}
BOOSTED = ("xgboost", "lightgbm", "catboost")
BY_ROUNDS = (*BOOSTED, "random_forest")
TASKS = ("classification", "regression")


class Killed(BaseException):
    """The plug is pulled."""


def pulled_at(limit):
    def on_step(step, metrics):
        if step >= limit:
            raise Killed

    return on_step


def fit(name, task="classification", params=None, **context):
    train, validate, _ = planted.parts(task)
    patient = {"early_stopping_rounds": 0} if name in BOOSTED else {}
    return models.fit(name, {**LONG, **patient, **(params or {})}, train, validate, Context(task, seed=3, threads=1, **context))


def same(left, right, task):
    test = planted.parts(task)[2]
    np.testing.assert_array_equal(left.predict(test), right.predict(test))
    np.testing.assert_allclose([row["validate_loss"] for row in left.history], [row["validate_loss"] for row in right.history], rtol=1e-12)


@pytest.fixture(autouse=True)
def _snapshots_each_round(monkeypatch):
    monkeypatch.setattr(checkpoints.Snapshot, "EVERY_SECONDS", 0)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", BY_ROUNDS)
def test_a_resumed_fit_is_bit_identical_to_an_undisturbed_one(name, task, tmp_path):
    with pytest.raises(Killed):
        fit(name, task, checkpoints=tmp_path, on_step=pulled_at(101))
    assert list(tmp_path.iterdir()), "a checkpoint is there"
    steps = []
    resumed = fit(name, task, checkpoints=tmp_path, on_step=lambda step, metrics: steps.append(step))
    assert steps[-1] == 130
    assert name == "catboost" or steps[0] > 50, "it went on from the checkpoint"
    same(resumed, fit(name, task, checkpoints=tmp_path / "other"), task)
    assert not [file for file in tmp_path.rglob("*") if file.is_file()], "a finished fit leaves nothing"


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", ["xgboost", "lightgbm"])
def test_the_loss_on_training_rows_costs_nothing_where_it_is_not_watched_and_changes_no_model(name, task):
    seen = []
    unwatched = fit(name, task, watch_train=False, on_step=lambda step, metrics: seen.append(set(metrics)))
    assert seen == [{"validate_loss"}] * 130
    same(unwatched, fit(name, task), task)


@pytest.mark.parametrize("name", BY_ROUNDS)
def test_checkpoints_change_nothing(name, tmp_path):
    same(fit(name, checkpoints=tmp_path), fit(name), "classification")


@pytest.mark.parametrize("name", BY_ROUNDS)
def test_a_damaged_checkpoint_is_refused_and_training_starts_over(name, tmp_path, caplog):
    with pytest.raises(Killed):
        fit(name, checkpoints=tmp_path, on_step=pulled_at(101))
    (held,) = tmp_path.rglob("*.bin")
    data = bytearray(held.read_bytes())
    data[len(data) // 2] ^= 1
    held.write_bytes(data)
    steps = []
    with caplog.at_level(logging.WARNING):
        resumed = fit(name, checkpoints=tmp_path, on_step=lambda step, metrics: steps.append(step))
    assert steps[0] == (25 if name == "random_forest" else 1)
    assert "checkpoint refused, training starts over" in caplog.text
    same(resumed, fit(name), "classification")


@pytest.mark.parametrize("name", ["xgboost", "lightgbm", "random_forest"])
def test_a_checkpoint_of_another_fit_is_not_used(name, tmp_path):
    with pytest.raises(Killed):
        fit(name, checkpoints=tmp_path, on_step=pulled_at(101))
    steps = []
    fit(name, params={"max_depth": 3}, checkpoints=tmp_path, on_step=lambda step, metrics: steps.append(step))
    assert steps[0] <= 25


@pytest.mark.parametrize("name", BOOSTED)
def test_training_stops_early_and_keeps_the_best_round(name):
    train, validate, test = planted.parts()
    params = {"n_estimators": 400, "learning_rate": 0.3, "early_stopping_rounds": 15}
    fitted = models.fit(name, params, train, validate, Context("classification", seed=3))
    found = [row["validate_loss"] for row in fitted.history]
    best = int(np.argmin(found)) + 1
    assert len(found) == best + 15 < 400
    assert found[best - 1] == pytest.approx(
        losses.mean_loss(task="classification", label=validate.label, score=fitted.predict(validate)), abs=1e-6
    )
    assert fitted.history[0]["step"] == 1
    assert {"train_loss", "validate_loss"} < set(fitted.history[0])
    assert len(fitted.predict(test)) == len(test)


@pytest.mark.parametrize("name", BOOSTED)
def test_the_loss_of_returns_is_their_squared_error(name):
    fitted = fit(name, "regression", {"n_estimators": 20})
    validate = planted.parts("regression")[1]
    assert fitted.history[-1]["validate_loss"] == pytest.approx(
        losses.mean_loss(task="regression", label=validate.label, score=fitted.predict(validate)), rel=1e-4
    )


@pytest.mark.parametrize("name", BY_ROUNDS)
def test_a_pruned_trial_leaves_the_fit_at_once(name):
    def prune(step, metrics):
        if step >= 50:
            raise optuna.TrialPruned(f"at {step}")

    with pytest.raises(optuna.TrialPruned, match=r"at 50"):
        fit(name, on_step=prune)


@pytest.mark.parametrize("what", [KeyboardInterrupt, OSError])
def test_what_is_raised_in_a_round_of_catboost_is_noted_and_not_held_back(what):
    def disturbed(step, metrics):
        raise what("now")

    listener = catboost_family._Listener(Rounds(10, 0, disturbed), checkpoints.Snapshot(None))
    told = SimpleNamespace(metrics={"learn": {"Logloss": [0.6]}, "validation": {"Logloss": [0.7]}})
    with pytest.raises(what, match="now"):
        listener.after_iteration(told)
    with pytest.raises(what, match="now"):
        fit("catboost", on_step=disturbed)


def test_an_error_of_catboost_itself_is_told_as_its_own():
    rows = [replace(part, panel=replace(part.panel, names=("twice",) * len(part.panel.names))) for part in planted.parts()[:2]]
    with pytest.raises(TrainingFailed, match=r"expected a fit of catboost; found .*twice"):
        models.fit("catboost", {}, *rows, Context("classification"))


@pytest.mark.parametrize("room", [xgboost_family, lightgbm_family])
def test_one_study_bins_its_rows_once(room):
    train, validate, _ = planted.parts()
    context = Context("classification", threads=1)
    params = room.FAMILY.Params()
    first = room._binned(train, validate, params, context)
    assert room._binned(train, validate, params.model_copy(update={"max_depth": 7}), context) is first
    assert room._binned(train, validate, params.model_copy(update={"max_bin": 32}), context) is not first


@pytest.mark.parametrize("name", BOOSTED)
def test_other_parameters_on_rows_binned_before_give_the_same_model_as_on_fresh_rows(name):
    train, validate, test = planted.parts()
    fresh = type(train)(train.panel, train.symbol, train.session)
    params, context = {"n_estimators": 30, "max_depth": 6}, Context("classification", seed=2, threads=1)
    models.fit(name, {"n_estimators": 5}, train, validate, context)
    again = models.fit(name, params, train, validate, context).predict(test)
    np.testing.assert_array_equal(again, models.fit(name, params, fresh, validate, context).predict(test))


@pytest.mark.parametrize("name", ["logistic", *BY_ROUNDS])
def test_balanced_weights_lift_a_rare_class(name):
    train, validate, _ = planted.parts()
    label = np.where(np.isnan(train.panel.label), np.nan, planted.planted("regression").label > 0.02)
    rows = [replace(part, panel=replace(part.panel, label=label)) for part in (train, validate)]
    params = {} if name == "logistic" else {"n_estimators": 50}
    means = {
        mode: models.fit(name, {**params, "class_weight": mode}, *rows, Context("classification", seed=1)).predict(rows[1]).mean()
        for mode in ("none", "balanced")
    }
    assert means["balanced"] > 1.5 * means["none"]


def test_a_parameter_that_the_library_refuses_puts_the_family_out_with_its_words():
    with pytest.raises(TrainingFailed, match=r"expected a fit of lightgbm; found .*GPU|CUDA"):
        fit("lightgbm", params={"device": "cuda"})
