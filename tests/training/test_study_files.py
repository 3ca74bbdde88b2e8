"""What a night with a search leaves beside the model: the study as files a person can open."""

import csv

import pytest

from nightshift import isolation
from nightshift.nouns.options import Options
from nightshift.nouns.training import TrainingRecord
from nightshift.running import stages
from nightshift.storage import store
from nightshift.training.search import worker

MARKET = """
market: searched
title: A small simulated market, searched
calendar: XNYS
source: {kind: simulated, symbols: 5, first_session: 2025-06-02, seed: 3, signal: {kind: linear, strength: 0.6}}
columns: [volume]
families: [{name: logistic}]
execution: {heavy: here, threads: 1}
"""
FILES = {"best_parameters.json", "trials.csv", "importance.json", "history.svg", "slice.svg", "parallel.svg", "trials.parquet"}


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """Trains the one family with so many trials; returns the folder."""
    (tmp_path / "markets").mkdir()
    (tmp_path / "markets" / "searched.yaml").write_text(MARKET)
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path / "markets"))
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))

    def run(trials):
        opened = stages.extract("searched", "2026-11-19T23:00:00+00:00", Options(trials=trials).model_dump(mode="json"))
        return store.open_folder(stages.train(stages.columns(stages.check(opened)), "logistic"))

    return run


def test_a_search_leaves_its_study_beside_the_model(trained, monkeypatch):
    monkeypatch.setattr(isolation, "call", lambda target, arguments, **how: worker.work(**arguments))
    folder = trained(3)
    record = TrainingRecord.read(folder)
    assert record.failed is None
    assert (record.search.strategy, record.search.note) == ("tpe", "")
    assert {file.name for file in (folder / "search").iterdir()} == FILES
    with (folder / "search" / "trials.csv").open() as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == len(record.trials) == 3
    best = store.read_json(folder / "search" / "best_parameters.json")
    assert best.items() <= record.params.items(), "the model was trained with them"
    assert best["inverse_penalty"] == min(record.trials, key=lambda trial: trial.loss).params["inverse_penalty"]


def test_without_a_search_there_is_no_study(trained):
    assert not (trained(0) / "search").exists()
