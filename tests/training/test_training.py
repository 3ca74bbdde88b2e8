"""The stage `train` on a real small night: what it writes, how it fails, what a kill leaves, and the skip rule."""

import datetime as dt
import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from nightshift import isolation, models
from nightshift.config import FamilyChoice, Market
from nightshift.data import columns
from nightshift.errors import TrainingFailed
from nightshift.nouns.dataset import ColumnsRecord
from nightshift.nouns.options import Options
from nightshift.nouns.panel import rows_of
from nightshift.nouns.training import Searched, Study, TrainingRecord
from nightshift.running import heavy, stages
from nightshift.storage import store
from nightshift.storage.night import night_of, open_night
from nightshift.training import fit, learning_material, skipping

AS_OF = "2026-11-19T22:00"
MARKET = """
market: small
title: A small simulated market
calendar: XNYS
source: {kind: simulated, symbols: 6, first_session: 2025-09-02, seed: 3, signal: {kind: linear, strength: 0.6}}
columns: [returns, momentum]
families:
  - {name: logistic}
  - {name: xgboost, params: {n_estimators: 120, early_stopping_rounds: 0}}
  - {name: mean}
search: {min_hours_between: 24}
execution: {heavy: process, threads: 1}
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A home with one night up to its columns."""
    place = tmp_path_factory.mktemp("small")
    (place / "markets").mkdir()
    (place / "markets" / "small.yaml").write_text(MARKET)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIGHTSHIFT_MARKETS", str(place / "markets"))
        patch.setenv("NIGHTSHIFT_HOME", str(place / "home"))
        kept = stages.columns(stages.check(stages.extract("small", AS_OF)))
    return place, kept


@pytest.fixture
def kept(whole, tmp_path, monkeypatch):
    """The address of the columns, in a home of this test alone."""
    place, where = whole
    shutil.copytree(place / "home", tmp_path / "home", symlinks=True)
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(place / "markets"))
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))
    return where


def record(where):
    return TrainingRecord.read(store.open_folder(where))


def scores(where):
    return pq.read_table(store.open_folder(where) / "scores.parquet")


def test_a_trained_family_has_its_model_its_scores_and_its_account(kept):
    where = heavy.run("train", {"kept": kept, "family": "logistic"}, how="process", timeout_s=240)
    assert where == night_of(kept).stage("models", "logistic")
    found = record(where)
    assert found.failed is None
    assert (found.family, found.seed, found.threads, found.trials) == ("logistic", 20261120, 1, ())
    assert found.params["scaling"] == "standard"
    assert found.history
    assert found.seconds > 0
    table, panel = scores(where), columns.load_panel(night_of(kept).columns)
    assert table.column_names == ["symbol", "session", "part", "score"]
    parts = np.array(table["part"].to_pylist())
    assert {name: int((parts == name).sum()) for name in ("validate", "test", "latest")} == {
        k: v for k, v in found.rows.items() if k != "train"
    }
    assert str(table["session"].to_pylist()[-1]) == str(panel.sessions[-1]), (
        "the newest session has a score although its outcome is not known"
    )
    split = columns.load_split(night_of(kept).columns)
    fitted = models.load(store.open_folder(where) / "model")
    asked = np.concatenate(
        [fitted.predict(rows_of(panel, getattr(split, part), labelled=False)) for part in ("validate", "test", "latest")]
    )
    np.testing.assert_array_equal(table["score"].to_numpy(), asked)


@pytest.mark.parametrize("family", models.FAMILIES)
def test_every_family_says_how_far_what_it_learned_from_reaches(kept, family, monkeypatch):
    """A stand-in fits it: who fits must have no say in this; that a fit looks no further is promised in tests/contracts."""
    night, learned = night_of(kept), []
    real = models.fit

    def quick(name, params, train, validate, context):
        learned.append((train, validate))
        return real("mean", {}, train, validate, context)

    monkeypatch.setattr(models, "fit", quick)
    monkeypatch.setattr(Market, "family", lambda market, name: FamilyChoice(name=name))
    panel = columns.load_panel(night.columns)
    first = record(stages.train(kept, family))
    (rows,) = learned
    reached = max(int(part.session.max()) for part in rows) + panel.label_reach
    assert first.learned_until == str(panel.sessions[reached])
    assert reached < columns.load_split(night.columns).test[0], "an ordered night learns from nothing that its test asks about"
    later = record(stages.train(another_night(kept, hours=6), family))
    assert later.skipped
    assert later.learned_until == first.learned_until, "taking over does not move it"


def test_a_family_that_is_out_learned_from_nothing(kept):
    assert record(fit.give_up(kept, "mean", TrainingFailed(expected="a", found="b", next_step="c"))).learned_until is None


def test_a_second_call_returns_the_folder_that_is_there(kept):
    where = stages.train(kept, "mean")
    before = store.path(where).stat().st_mtime_ns
    assert stages.train(kept, "mean") == where
    assert store.path(where).stat().st_mtime_ns == before


def test_a_family_whose_score_is_not_a_number_is_out_by_name_symbol_and_session(kept, monkeypatch):
    def broken(rule, rows):
        return np.where(np.arange(len(rows)) == 7, np.nan, 0.5)

    monkeypatch.setitem(models.FAMILIES, "mean", replace(models.FAMILIES["mean"], predict=broken))
    where = stages.train(kept, "mean")
    night = night_of(kept)
    panel = columns.load_panel(night.columns)
    rows = rows_of(panel, columns.load_split(night.columns).validate, labelled=False)
    seventh = f"{panel.symbols[rows.symbol[7]]} on {panel.sessions[rows.session[7]]}"
    assert f"finite scores of mean; found 1 that are not numbers, the first for {seventh}" in record(where).failed
    assert sorted(file.name for file in store.path(where).iterdir()) == ["manifest.json", "training.json"], "nothing half-made is left"


def test_a_training_that_is_stopped_on_time_puts_its_family_out_and_the_night_goes_on(kept):
    where = heavy.run("train", {"kept": kept, "family": "xgboost"}, how="process", timeout_s=0.3)
    out = record(where)
    assert out.failed.startswith("expected train within 0.3 s; found it was still running and was stopped")
    assert (out.family, out.task, out.seed, out.threads, out.trained_as_of) == ("xgboost", "classification", 20261120, 1, None)
    assert out.params == {"n_estimators": 120, "early_stopping_rounds": 0}, "what it was to be trained with"
    assert (out.snapshot, out.as_of) == (night_of(kept).snapshot, night_of(kept).as_of.isoformat())
    assert record(heavy.run("train", {"kept": kept, "family": "mean"}, how="here")).failed is None


KILLED = """
import os, signal, sys
from nightshift.running import stages
from nightshift.training import learning_material
told = learning_material.narrator
def dying(family):
    def on_step(step, metrics):
        if step == 70:
            os.kill(os.getpid(), signal.SIGKILL)
    return on_step
learning_material.narrator = dying
stages.train(sys.argv[1], "xgboost")
"""


def test_a_training_killed_half_way_ends_as_an_undisturbed_one(kept, tmp_path, monkeypatch):
    died = subprocess.run([sys.executable, "-c", KILLED, kept], check=False, timeout=240)
    assert died.returncode == -signal.SIGKILL
    night = night_of(kept)
    assert not store.exists(night.stage("models", "xgboost"))
    assert list(store.path(night.stage("checkpoints", "xgboost")).glob("*.bin")), "it had kept a checkpoint"
    resumed = scores(stages.train(kept, "xgboost"))
    assert not store.path(night.stage("checkpoints", "xgboost")).exists()
    store.sweep("small")
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "other"))
    shutil.copytree(tmp_path / "home", tmp_path / "other", symlinks=True, ignore=shutil.ignore_patterns("models", "checkpoints"))
    assert scores(stages.train(kept, "xgboost")).equals(resumed)


def why_skipped(night, family):
    return skipping.earlier(night, family)[1]


def another_night(kept, hours, **options):
    """A later night on the same snapshot and columns, under a policy of its own."""
    first = night_of(kept)
    policy = first.market.model_copy(update={"costs": first.market.costs.model_copy(update={"commission_bps": 1.0 + hours / 1000})})
    opened = night_of(open_night(policy, first.as_of + dt.timedelta(hours=hours), first.snapshot, Options(**options)))
    return store.write(opened.stage("columns"), ColumnsRecord(store=first.columns).write)


def test_a_family_trained_a_short_while_ago_is_taken_over_with_the_reason(kept):
    first = stages.train(kept, "logistic")
    later = another_night(kept, hours=6)
    reason = why_skipped(night_of(later), "logistic")
    assert reason == "trained 6.0 hours ago on the same snapshot (search.min_hours_between is 24); force to train again"
    second = stages.train(later, "logistic")
    assert second != first
    assert (record(second).skipped, record(second).reused_from) == (reason, first)
    assert record(second).trained_as_of == record(first).as_of != record(second).as_of
    assert scores(second).equals(scores(first))
    assert (store.path(second) / "model" / "model.json").read_bytes() == (store.path(first) / "model" / "model.json").read_bytes()
    third = another_night(kept, hours=25)
    assert why_skipped(night_of(third), "logistic") == "", "taking over does not make the model younger"


@pytest.mark.parametrize(("hours", "options"), [(30, {}), (6, {"force": "ann: because"}), (6, {"trials": 3})])
def test_an_old_a_forced_and_a_differently_searched_training_is_not_skipped(kept, hours, options):
    stages.train(kept, "mean")
    assert why_skipped(night_of(another_night(kept, hours, **options)), "mean") == ""


def test_a_failed_or_damaged_training_is_never_taken_over(kept):
    where = stages.train(kept, "mean")
    later = night_of(another_night(kept, hours=2))
    assert why_skipped(later, "mean")
    record(where).model_copy(update={"failed": "out of memory"}).write(store.path(where))
    assert why_skipped(later, "mean") == ""
    record_of_tomorrow = {**json.loads((store.path(where) / TrainingRecord.FILE).read_text()), "schema": 99}
    (store.path(where) / TrainingRecord.FILE).write_text(json.dumps(record_of_tomorrow))
    assert why_skipped(later, "mean") == "", "what a later version wrote is passed over, and stops no night"
    (store.path(where) / store.SEAL).unlink()
    assert why_skipped(later, "mean") == ""


def test_parameters_are_searched_when_trials_are_asked_for(kept, monkeypatch):
    asked, study = [], Study(study="one", strategy="tpe", best=None, note="nothing to search")

    def searched(night, family, trials):
        asked.append((night.address, family, trials))
        return Searched(params={"n_estimators": 7}, study=study)

    monkeypatch.setattr("nightshift.training.search.search", searched)
    later = another_night(kept, hours=1, trials=2)
    found = record(stages.train(later, "xgboost"))
    assert asked == [(night_of(later).address, "xgboost", 2)]
    assert (found.params["n_estimators"], found.trials, found.search) == (7, (), study)
    assert fit.searched(night_of(kept), "xgboost") is None, "nothing was asked for"
    assert fit.searched(night_of(later), "mean") is None, "a rule has nothing to search"


def test_progress_is_told_in_plain_words(kept, monkeypatch, caplog):
    monkeypatch.setattr(learning_material, "SECONDS_BETWEEN_LINES", 0.0)
    with caplog.at_level("INFO", logger="nightshift"):
        stages.train(kept, "xgboost")
    lines = [record.getMessage() for record in caplog.records]
    assert any(line.startswith("xgboost: step 120, train loss 0.") and ", validate loss 0." in line for line in lines)
    assert any(line.startswith("xgboost: trained on ") for line in lines)


def test_the_child_uses_the_markets_threads(kept):
    found = isolation._environment(night_of(kept).market.execution.threads, {})
    assert {found[name] for name in isolation.THREAD_VARIABLES} == {"1"}
