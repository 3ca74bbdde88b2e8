"""Rows and windows over HTTP are answered as the same rows of the panel in training, whatever the family reads beside a row."""

import json
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from tests.models.planted import parts, planted

from nightshift import models
from nightshift.models.family import Context
from nightshift.nouns.panel import Rows
from nightshift.nouns.release import ReleaseColumns
from nightshift.serving.problems import Problem
from nightshift.serving.served.served_model import ServedModel
from nightshift.serving.wire import tensors

ARIMA = {"order": [1, 0], "fit_sessions": 60}
FAMILIES = {"ridge": {}, "vote": {"members": [{"name": "arima", "params": ARIMA}, {"name": "ridge"}], "folds": 1}}
NEURAL = {
    "lstm": {"units": [4], "dense_units": 4, "length": 4, "epochs": 1},
    "convlstm": {"filters": [3], "dense_units": 4, "length": 3, "epochs": 1},
}


@cache
def served(name):
    params = {**FAMILIES, **NEURAL}[name]
    train, validate, _ = parts("regression")
    fitted = models.fit(name, params, train, validate, Context("regression", seed=1))
    columns = ReleaseColumns(names=train.panel.names, warmup_sessions={})
    return ServedModel("demo", "1.0.0", "demo/releases/1.0.0", "2026-11-19", fitted, SimpleNamespace(), columns, SimpleNamespace())


def some_rows(model):
    """Rows that have all the history that the model reads."""
    panel = planted("regression")
    places = np.arange(len(panel.sessions) - 2, len(panel.sessions))
    assert places[0] - model.window_sessions > 5
    symbol, session = np.tile(np.arange(len(panel.symbols)), len(places)), np.repeat(places, len(panel.symbols))
    return Rows(panel, symbol.astype(np.int32), session.astype(np.int32))


def over_http(model, rows, *, named=True, most_rows=10_000):
    """The batch of these rows, each with the sessions before it, as a client sends it in binary."""
    span = np.arange(1 - model.window_sessions, 1)
    windows = rows.panel.values[rows.symbol[:, None], rows.session[:, None] + span]
    shape = [len(rows), *windows.shape[1:]] if model.window_sessions > 1 else [len(rows), windows.shape[2]]
    raw = np.ascontiguousarray(windows, "<f4").tobytes()
    name = "rows" if model.window_sessions == 1 else "windows"
    tensor = {"name": name, "shape": shape, "datatype": "FP32", "parameters": {"binary_data_size": len(raw)}}
    symbols = {"name": "symbols", "shape": [len(rows)], "datatype": "BYTES", "data": [rows.panel.symbols[place] for place in rows.symbol]}
    head = json.dumps({"inputs": [tensor, *([symbols] if named else [])]}).encode()
    return tensors.batch_of(head + raw, len(head), model, most_rows)


@pytest.mark.parametrize("name", FAMILIES)
def test_an_answer_over_http_is_the_answer_of_training(name):
    _answers_as_in_training(served(name))


@pytest.mark.slow
def test_a_network_s_windows_too_and_one_that_reads_the_market_says_so():
    _answers_as_in_training(served("lstm"))
    assert not served("convlstm").answers_rows


def _answers_as_in_training(model):
    rows = some_rows(model)
    batch = over_http(model, rows)
    np.testing.assert_allclose(model.predict(batch.windows, batch.symbols), model.fitted.predict(rows), rtol=1e-5, atol=1e-9)
    assert model.answers_rows


def test_a_family_that_learned_symbols_by_name_answers_nobody_without_one():
    model = served("vote")
    with pytest.raises(Problem) as refused:
        over_http(model, some_rows(model), named=False)
    assert (refused.value.status, refused.value.at) == (400, "inputs")
    assert over_http(served("ridge"), some_rows(served("ridge")), named=False).symbols[1] == "row 1"


def test_a_model_that_reads_a_year_is_asked_fewer_rows_at_once():
    model = served("vote")
    assert (model.window_sessions, model.most_rows(50_000), model.most_rows(10)) == (61, 819, 1)
    with pytest.raises(Problem) as refused:
        over_http(model, some_rows(model), most_rows=61 * 15)
    assert (refused.value.status, refused.value.detail) == (413, "expected at most 15 rows; found 16")
