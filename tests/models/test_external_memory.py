"""Boosting on a table larger than its budget: the same models as in memory, far less memory, and nothing left behind."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import models
from nightshift.models import Context, batches, checkpoints, preparation
from nightshift.models.tabular import lightgbm_datasets, xgboost_matrices
from nightshift.nouns.panel import rows_of

_SPEC = importlib.util.spec_from_file_location("planted", Path(__file__).with_name("planted.py"))
planted = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(planted)
RACE = Path(__file__).parents[2] / "benchmarks" / "bench_external_memory.py"
FAMILIES = ("xgboost", "lightgbm")
PARAMS = {"n_estimators": 60, "early_stopping_rounds": 0}


class Killed(BaseException):
    """The plug is pulled."""


@pytest.fixture
def tiny_mebibytes(monkeypatch):
    """Budgets in KiB, so that a small market is larger than memory."""
    monkeypatch.setattr(batches, "MIB", 1024)


def fit(family, budget, params=None, **context):
    train, validate, _ = planted.parts()
    told = Context("classification", seed=3, threads=1, memory_budget_mib=budget, **context)
    return models.fit(family, {**PARAMS, **(params or {})}, replace(train), replace(validate), told)


@pytest.mark.timeout(600)
@pytest.mark.slow  # what it promises is asked of small tables below
def test_a_budget_far_below_the_data_is_kept_and_the_scores_agree():
    arguments = ["--rows=120000", "--columns=100", "--budget-mib=6", "--rounds=5", "--threads=1", "--json"]
    done = subprocess.run([sys.executable, RACE, *arguments], check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert found["table_mib"] > 6 * found["budget_mib"]
    for family in FAMILIES:
        memory, external = (found[family][way]["peak_mib"] for way in ("in_memory", "external"))
        assert memory - external > 0.75 * found["table_mib"], f"{family}: the table was gathered as a whole"
    assert found["lightgbm"]["external"]["peak_mib"] < 0.75 * found["table_mib"]
    assert found["xgboost"]["largest_difference"] < 1e-6, "the same bins, the same trees"
    assert found["lightgbm"]["largest_difference"] < 0.02, "bins placed on a smaller sample"
    losses = [found["lightgbm"][way]["validate_loss"] for way in ("in_memory", "external")]
    assert losses[0] == pytest.approx(losses[1], abs=0.002)


@pytest.mark.parametrize("params", [{}, {"class_weight": "balanced"}])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_small_table_in_batches_gives_the_model_of_the_whole_table(family, params, tiny_mebibytes):
    test = planted.parts()[2]
    in_batches, whole = fit(family, 4, params), fit(family, None, params)
    np.testing.assert_allclose(in_batches.predict(test), whole.predict(test), atol=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_budget_that_suffices_changes_nothing(family):
    test = planted.parts()[2]
    np.testing.assert_array_equal(fit(family, 1).predict(test), fit(family, None).predict(test))


@pytest.mark.parametrize("checkpoints", [False, True])
def test_a_large_table_is_not_gathered_and_gives_the_same_model_to_the_last_bit(checkpoints, monkeypatch, tmp_path):
    kept = {"checkpoints": tmp_path} if checkpoints else {}
    whole = fit("lightgbm", None)
    monkeypatch.setattr(batches, "LARGE_BYTES", 0)
    monkeypatch.setattr(batches, "ASKED_BYTES", 5_000)
    monkeypatch.setattr(lightgbm_datasets, "gathered", lambda *_, **__: pytest.fail("the table was gathered"))
    assert fit("lightgbm", None, **kept).native.booster.model_to_string() == whole.native.booster.model_to_string()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_fit_from_external_memory_goes_on_after_a_kill_and_leaves_nothing(family, tiny_mebibytes, tmp_path):
    def pulled(step, metrics):
        if step == 55:
            raise Killed

    with pytest.raises(Killed):
        fit(family, 4, checkpoints=tmp_path, on_step=pulled)
    steps = []
    resumed = fit(family, 4, checkpoints=tmp_path, on_step=lambda step, metrics: steps.append(step))
    assert steps[0] == 51
    undisturbed = fit(family, 4, checkpoints=tmp_path / "other")
    np.testing.assert_array_equal(resumed.predict(planted.parts()[2]), undisturbed.predict(planted.parts()[2]))
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_study_reads_its_rows_once(family, tiny_mebibytes, monkeypatch):
    calls = []
    for room, name in ((xgboost_matrices, "paged"), (lightgbm_datasets, "batched")):
        build = getattr(room, name)
        monkeypatch.setattr(room, name, lambda *a, build=build, **k: calls.append(1) or build(*a, **k))
    train, validate, test = planted.parts()
    train, context = replace(train), Context("classification", seed=3, threads=1, memory_budget_mib=4)
    models.fit(family, {"n_estimators": 5}, train, validate, context)
    again = models.fit(family, {"n_estimators": 9, "max_depth": 3}, train, validate, context)
    assert len(calls) == 2
    np.testing.assert_allclose(again.predict(test), fit(family, None, {"n_estimators": 9, "max_depth": 3}).predict(test), atol=1e-5)


def test_batches_are_the_rows_in_order_cut_between_sessions():
    train = planted.parts()[0]
    found = list(batches.batches(train, 2_000))
    np.testing.assert_array_equal(np.concatenate([batch.table for batch in found]), train.table)
    assert all(len(batch) * 20 <= 2_000 for batch in found)
    for before, after in pairwise(found):
        assert before.session[-1] < after.session[0]


@given(st.integers(1, 5), st.integers(1, 9), st.integers(1, 400))
@settings(max_examples=40, deadline=None)
def test_no_row_is_lost_at_any_size(n_symbols, n_sessions, batch_bytes):
    panel = planted.planted(n_symbols=5, n_sessions=40)
    rows = rows_of(panel, np.arange(planted.WARM_UP, planted.WARM_UP + n_sessions))
    rows = batches.part(rows, 0, n_symbols * n_sessions)
    found = list(batches.batches(rows, batch_bytes))
    assert sum(map(len, found)) == len(rows)
    assert all(len(batch) for batch in found)


def test_a_fit_s_key_does_not_depend_on_how_it_is_read(monkeypatch):
    train, validate, _ = planted.parts()
    params, context = models.FAMILIES["xgboost"].Params(), Context("classification")
    whole = checkpoints.fit_key("xgboost", params, train, validate, context)
    monkeypatch.setattr(checkpoints, "ASKED_BYTES", 1_000)
    assert checkpoints.fit_key("xgboost", params, train, validate, context) == whole


def test_without_scaling_and_selection_the_panel_is_not_copied():
    train = planted.parts()[0]
    learned = preparation.learn(models.FAMILIES["xgboost"].Params(), train, Context("classification"))
    assert learned.apply(train) is train


@pytest.mark.parametrize("what", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("family", FAMILIES)
def test_what_goes_wrong_while_rows_are_read_comes_through_the_library_and_leaves_no_pages(
    family, what, tiny_mebibytes, monkeypatch, tmp_path
):
    def torn(rows, start, end, whole=batches.part):
        if start:
            raise what("the disk is gone")
        return whole(rows, start, end)

    for room in (batches, lightgbm_datasets):
        monkeypatch.setattr(room, "part", torn)
    with pytest.raises(what, match="the disk is gone"):
        fit(family, 4, checkpoints=tmp_path)
    assert not [file for file in tmp_path.rglob("page*") if file.is_file()]
