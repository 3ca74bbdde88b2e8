"""The whole suite on a small market, through the command line, to its comparison page."""

import json
from pathlib import Path

import pytest

from nightshift import cli
from nightshift.running import heavy, suite


@pytest.mark.slow
def test_the_suite_runs_to_its_comparison_page(night, capsys):
    assert (
        cli.main(["suite", "--market", "small", "--family", "logistic,lightgbm", "--trials", "2", "--json", "--as-of", "2026-11-19"]) == 0
    )
    said = json.loads(capsys.readouterr().out)
    steps = [step[0] for step in said["steps"]]
    assert steps == ["baseline", "quick search", "extended search"] + ["longer patience"] * (said["best"] == "lightgbm")
    assert said["best"] in {"logistic", "lightgbm"}
    assert Path(said["page"]).read_text().count("<html") == 1


def test_the_last_step_keeps_the_best_parameters_and_waits_longer(night, tmp_path, monkeypatch):
    from nightshift.nouns.options import Options

    heavy.run("train", {"kept": night.stage("columns"), "family": "xgboost"}, how="process", timeout_s=120)
    options = suite.patient(night, "xgboost", Options(trials=20))
    assert options.families == ("xgboost",)
    assert options.trials == 0
    assert options.params["xgboost"]["early_stopping_rounds"] == 30
    assert options.params["xgboost"]["max_depth"] == 4
