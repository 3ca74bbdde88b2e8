"""The whole suite on a small market, through the command line, to its comparison page."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from nightshift.commands import cli
from nightshift.nouns.options import Options
from nightshift.nouns.training import TrainingRecord
from nightshift.running import heavy, suite
from nightshift.storage.night import night_of
from nightshift.training import fit


@pytest.mark.slow
def test_the_suite_runs_to_its_comparison_page(night, capsys):
    chosen = ["--families", "logistic,lightgbm", "--strategy", "random", "--trials", "2", "--timeout", "1"]
    assert cli.main(["suite", "--market", "small", *chosen, "--json", "--as-of", "2026-11-19"]) == 0
    said = json.loads(capsys.readouterr().out)
    steps = [step[0] for step in said["steps"]]
    assert steps == ["baseline", "quick search", "extended search"] + ["longer patience"] * (said["best"] == "lightgbm")
    assert said["best"] in {"logistic", "lightgbm"}
    searched = night_of(said["steps"][1][3]).folder("models", "logistic")
    assert TrainingRecord.read(searched).search.strategy == "random"
    assert Path(said["page"]).read_text().count("<html") == 1


def test_a_night_is_searched_as_its_options_say(night, here):
    asked = replace(night, options=Options(trials=2, strategy="random", timeout_minutes=0.5))
    assert asked.timeout_s("xgboost") == 60 + 30
    assert fit.searched(asked, "logistic").study.strategy == "random"
    assert night.search == night.market.search
    assert asked.search.pruner == night.search.pruner


def test_the_last_step_keeps_the_best_parameters_and_waits_longer(night, tmp_path, monkeypatch):
    heavy.run("train", {"kept": night.stage("columns"), "family": "xgboost"}, how="here")
    options = suite.patient(night, "xgboost", Options(trials=20))
    assert options.families == ("xgboost",)
    assert options.trials == 0
    assert options.params["xgboost"]["early_stopping_rounds"] == 30
    assert options.params["xgboost"]["max_depth"] == 4
