"""Scaling and selection: learned on training rows alone, kept as plain numbers, equal to scikit-learn's."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_selection import RFE, SelectKBest, f_classif, f_regression
from sklearn.linear_model import Ridge
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from nightshift import models
from nightshift.errors import ConfigError
from nightshift.models import Context, batches, column_selection, preparation
from nightshift.models.family import Params
from nightshift.nouns.panel import rows_of

_SPEC = importlib.util.spec_from_file_location("planted", Path(__file__).with_name("planted.py"))
planted = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(planted)

CONTEXT = Context("classification", seed=1)
TWINS = {"standard": StandardScaler, "minmax": MinMaxScaler, "robust": RobustScaler}
SELECTIONS = ("k_best", "rfe", "lasso", "importance")


def learned(**params):
    return preparation.learn(Params(**params), planted.parts()[0], CONTEXT)


@pytest.mark.parametrize("scaling", TWINS)
def test_scaling_equals_scikit_learns(scaling):
    train, _, test = planted.parts()
    twin = TWINS[scaling]().fit(train.table.astype(np.float64))
    found = learned(scaling=scaling).apply(test).table
    np.testing.assert_allclose(found, twin.transform(test.table.astype(np.float64)), rtol=2e-5, atol=2e-6)
    assert found.dtype == np.float32


@pytest.mark.parametrize("scaling", TWINS)
def test_nothing_is_learned_from_rows_outside_training(scaling):
    train = planted.parts()[0]
    other = train.panel.values.copy()
    other[:, int(train.session.max()) + 1 :] = 1e6
    elsewhere = replace(train, panel=replace(train.panel, values=other))
    params = Params(scaling=scaling, selection="k_best", selected_columns=2)
    assert preparation.learn(params, elsewhere, CONTEXT) == preparation.learn(params, train, CONTEXT)


def test_a_constant_column_is_divided_by_1_and_a_missing_value_stays_missing():
    panel = planted.planted()
    values = panel.values.copy()
    values[:, :, 4] = 7.3
    train = rows_of(replace(panel, values=values), np.arange(200))
    prepared = preparation.learn(Params(scaling="standard"), train, CONTEXT).apply(train)
    assert np.abs(prepared.table[:, 4]).max() < 1e-5
    np.testing.assert_array_equal(np.isnan(prepared.panel.values), np.isnan(values))


@pytest.mark.parametrize("selection", SELECTIONS)
def test_selection_keeps_the_planted_columns_in_their_order(selection):
    found = learned(selection=selection, selected_columns=2).kept
    assert found[0] == "log_return_1"
    assert selection in {"lasso", "importance"} or found[1] == "twice"  # these two see that it only repeats the first
    assert learned(selection=selection, selected_columns=99).kept == planted.planted().names


@pytest.mark.parametrize("selection", SELECTIONS)
def test_selection_works_for_returns(selection):
    train = planted.parts("regression")[0]
    found = preparation.learn(Params(selection=selection, selected_columns=1), train, Context("regression"))
    assert found.kept == ("log_return_1",)


@pytest.mark.parametrize(("task", "test"), [("classification", f_classif), ("regression", f_regression)])
def test_k_best_equals_scikit_learns(task, test):
    train = planted.parts(task)[0]
    for k in (1, 2, 3, 4):
        twin = SelectKBest(test, k=k).fit(train.table.astype(np.float64), train.label)
        assert column_selection.select("k_best", train.table, train.label, k, CONTEXT) == np.flatnonzero(twin.get_support()).tolist()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_elimination_equals_scikit_learns(seed, k):
    random = np.random.default_rng(seed)
    table = random.normal(size=(120, 7))
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    label = table @ random.normal(size=7) + random.normal(size=120)
    twin = RFE(Ridge(1.0), n_features_to_select=k).fit(table, label)
    assert column_selection.select("rfe", table, label, k, CONTEXT) == np.flatnonzero(twin.get_support()).tolist()


def test_a_family_is_asked_with_unprepared_rows_and_prepares_them_itself(tmp_path):
    train, validate, test = planted.parts()
    params = {"scaling": "robust", "selection": "lasso", "selected_columns": 3}
    fitted = models.fit("logistic", params, train, validate, CONTEXT)
    models.save(fitted, tmp_path)
    facts = json.loads((tmp_path / "preparation.json").read_text())
    assert len(facts["kept"]) == len(facts["centre"]) == len(facts["scale"]) == 3
    np.testing.assert_array_equal(models.load(tmp_path).predict(test), fitted.predict(test))


def test_columns_are_found_by_name_whatever_their_order():
    train, validate, test = planted.parts()
    fitted = models.fit("logistic", {}, train, validate, CONTEXT)
    order = [3, 0, 4, 2, 1]
    turned = replace(test.panel, names=tuple(test.panel.names[i] for i in order), values=test.panel.values[:, :, order])
    np.testing.assert_array_equal(fitted.predict(replace(test, panel=turned)), fitted.predict(test))


def test_a_panel_without_a_column_is_refused_by_name():
    train, validate, test = planted.parts()
    fitted = models.fit("xgboost", {"n_estimators": 5}, train, validate, CONTEXT)
    without = replace(test.panel, names=test.panel.names[1:], values=test.panel.values[:, :, 1:])
    with pytest.raises(ConfigError, match="a panel without log_return_1"):
        fitted.predict(replace(test, panel=without))


@pytest.mark.parametrize("scaling", TWINS)
def test_a_few_rows_at_a_time_say_to_the_last_bit_what_the_whole_table_says(scaling, monkeypatch):
    train = planted.parts()[0]
    table = train.table[:, [*range(5)]]  # column by column in memory, as numpy adds it up in pairs
    if scaling == "standard":
        centre, scale = table.mean(axis=0, dtype=np.float64), table.std(axis=0, dtype=np.float64)
    elif scaling == "minmax":
        centre = table.min(axis=0).astype(np.float64)
        scale = table.max(axis=0) - centre
    else:
        low, centre, high = np.percentile(table, (25, 50, 75), axis=0).astype(np.float64)
        scale = high - low
    monkeypatch.setattr(batches, "ASKED_BYTES", 3_000)
    found = learned(scaling=scaling)
    assert (found.centre, found.scale) == (tuple(centre.tolist()), tuple(scale.tolist()))


@pytest.mark.parametrize("params", [{"scaling": "standard"}, {"selection": "k_best", "selected_columns": 3, "scaling": "robust"}])
def test_rows_are_prepared_alone_as_they_are_within_the_whole_panel(params):
    _, _, test = planted.parts()
    prepared = learned(**params).apply(test)
    table = prepared.table
    assert table.flags.c_contiguous
    assert "values" not in vars(prepared.panel), "no panel was copied"
    np.testing.assert_array_equal(table, prepared.panel.values[test.symbol, test.session])
    with pytest.raises(ValueError, match="read-only"):
        prepared.panel.values[0, 0, 0] = 0.0


def test_a_prepared_panel_may_be_prepared_again():
    train, _, test = planted.parts()
    once = preparation.learn(Params(scaling="minmax"), train, CONTEXT)
    twice = preparation.learn(Params(scaling="standard"), once.apply(train), CONTEXT)
    table = once.apply(test).table
    by_hand = (table - np.array(twice.centre, np.float32)) / np.array(twice.scale, np.float32)
    np.testing.assert_array_equal(twice.apply(once.apply(test)).table, by_hand)


def test_a_table_in_float64_is_the_table(monkeypatch):
    monkeypatch.setattr(batches, "ASKED_BYTES", 3_000)
    train = planted.parts()[0]
    np.testing.assert_array_equal(batches.in_float64(train), train.table.astype(np.float64))
    np.testing.assert_array_equal(batches.by_column(train), train.table.T)
