"""What is refused on the way in and on the way back: tasks, rows, foreign files, damaged facts. And the naive rules."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nightshift import models
from nightshift.config import parse_market
from nightshift.errors import ConfigError, Damaged, TrainingFailed
from nightshift.models import FAMILIES, Context
from nightshift.nouns.panel import Rows
from nightshift.running.market_check import check_names

_SPEC = importlib.util.spec_from_file_location("planted", Path(__file__).with_name("planted.py"))
planted = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(planted)


def fit(name, task="classification", **params):
    train, validate, _ = planted.parts(task)
    return models.fit(name, params, train, validate, Context(task, seed=1, threads=1))


@pytest.fixture
def saved(tmp_path):
    models.save(fit("logistic"), tmp_path)
    return tmp_path


def test_an_unknown_family_is_refused_with_a_suggestion():
    with pytest.raises(ConfigError, match=r"found 'xgbost'; next: did you mean 'xgboost'"):
        fit("xgbost")


def test_a_market_of_returns_refuses_a_classifier_when_its_names_are_checked():
    text = "{market: m, title: m, calendar: XNYS, source: {kind: simulated}, label: {kind: return}, families: [{name: logistic}]}"
    with pytest.raises(ConfigError, match=r"families for regression in here; found logistic, which is for classification"):
        check_names(parse_market(text, where="here"), "here")


def test_labels_that_are_no_classes_are_refused():
    train, validate, _ = planted.parts("regression")
    with pytest.raises(TrainingFailed, match="labels 0 and 1 on the training rows of xgboost"):
        models.fit("xgboost", {}, train, validate, Context("classification"))


def test_too_few_validation_rows_are_refused():
    train, validate, _ = planted.parts()
    few = Rows(validate.panel, validate.symbol[:3], validate.session[:3])
    with pytest.raises(TrainingFailed, match=r"expected 10 or more validation rows for mean; found 3"):
        models.fit("mean", {}, train, few, Context("classification"))


@pytest.mark.parametrize(
    "name", [name for name in FAMILIES if name in {"always_up", "logistic", "random_forest", "xgboost", "lightgbm", "catboost"}]
)
def test_nobody_asked_is_nobody_answered(name):
    _, _, test = planted.parts()
    assert fit(name).predict(Rows(test.panel, test.symbol[:0], test.session[:0])).shape == (0,)


@pytest.mark.parametrize("foreign", ["model.pkl", "model.joblib", "weights.h5", "model"])
def test_a_file_of_another_format_is_never_opened(saved, foreign):
    (saved / "native" / foreign).write_bytes(b"cos\nsystem\n(S'touch /tmp/owned'\ntR.")
    with pytest.raises(Damaged, match=f"found {foreign}; next: do not load it"):
        models.load(saved)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 2}, "schema 2"),
        ({"family": None}, r"missing \['family'\]"),
    ],
)
def test_facts_of_another_shape_are_refused(saved, change, message):
    facts = {**json.loads((saved / "model.json").read_text()), **change}
    (saved / "model.json").write_text(json.dumps({key: value for key, value in facts.items() if value is not None}))
    with pytest.raises(Damaged, match=message):
        models.load(saved)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(Damaged, match=r"expected model\.json in"):
        models.load(tmp_path)


def test_parameters_of_another_version_are_refused_by_name(saved):
    facts = json.loads((saved / "model.json").read_text())
    facts["params"]["inverse_penality"] = 1.0
    (saved / "model.json").write_text(json.dumps(facts))
    with pytest.raises(ConfigError, match="did you mean 'inverse_penalty'"):
        models.load(saved)


def test_always_up_is_certain_and_mean_is_the_base_rate():
    train, _, test = planted.parts()
    assert set(fit("always_up").predict(test)) == {1.0}
    assert set(fit("mean").predict(test)) == {train.label.mean()}
    returns, _, ahead = planted.parts("regression")
    assert set(fit("always_up", "regression").predict(ahead)) == {np.abs(returns.label).mean()}


def test_last_sign_follows_the_last_return():
    _, _, test = planted.parts()
    found, last = fit("last_sign").predict(test), test.table[:, 0]
    np.testing.assert_array_equal(found > 0.5, last > 0)
    assert 0.65 < found.max() < 0.76, "as sure as it was right in training: 1/2 + asin(0.6)/π"


def test_last_sign_without_a_last_return_says_which_column_is_missing():
    train, validate, _ = planted.parts()
    other = replace(train.panel, names=("something", *train.panel.names[1:]))
    with pytest.raises(TrainingFailed, match="the column log_return_1; found a panel without it"):
        models.fit("last_sign", {}, replace(train, panel=other), replace(validate, panel=other), Context("classification"))
