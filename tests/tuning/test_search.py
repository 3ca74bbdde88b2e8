"""A search on a real night: it finds, resumes, survives killed and hung workers, and stops a family that only fails."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace

import numpy as np
import optuna
import pytest

from nightshift import models
from nightshift.errors import ConfigError, Damaged, TrainingFailed
from nightshift.training import learning_material, search
from nightshift.training.search import driver as room
from nightshift.training.search import strategies, studies, worker
from nightshift.training.search.objective import Objective, Pulse


def _study(night, family="xgboost", strategy="tpe"):
    name = room.study_name(night, family, strategy)
    return studies.open_study(night.market.market, name, strategy, strategies.pruner("median"))


def test_a_search_finds_parameters_of_the_family_and_keeps_what_is_fixed(night, here):
    found = search.search(night, "xgboost", 3)
    assert found.params["early_stopping_rounds"] == 10
    assert 50 <= found.params["n_estimators"] <= 500
    assert [trial.state for trial in found.trials].count("complete") >= 1
    assert found.trials[0].params["max_depth"] == 4, "the first trial is the family's own default"
    assert found.trials[found.study.best].params["max_depth"] == found.params["max_depth"]


def test_a_longer_search_goes_on_where_the_shorter_ended(night, here):
    before = [(t.number, t.values) for t in _study(night).trials]
    trials = search.search(night, "xgboost", 5).trials
    assert [(trial.number, [trial.loss] if trial.loss is not None else None) for trial in trials][: len(before)] == before
    assert len(trials) == 5
    assert search.search(night, "xgboost", 5).trials == trials, "nothing is repeated"


def test_files_of_a_study(night, here, tmp_path):
    from nightshift.training.search import outputs

    found = search.search(night, "xgboost", 5)
    outputs.write(night.market.market, found.study.study, found.params, tmp_path)
    assert {f.name for f in tmp_path.iterdir()} == {
        "best_parameters.json", "trials.csv", "importance.json", "history.svg", "slice.svg", "parallel.svg", "trials.parquet",
    }  # fmt: skip
    assert len((tmp_path / "trials.csv").read_text().splitlines()) == 6


KILLED = textwrap.dedent(
    """
    import os, signal, sys
    from nightshift.models.tabular import xgboost_family
    from nightshift.training.search import worker
    real = xgboost_family._block
    def deadly(*args):
        deadly.calls += 1
        if deadly.calls == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args)
    deadly.calls = 0
    xgboost_family._block = deadly
    worker.work(sys.argv[1], "xgboost", sys.argv[2], "random", 3, 60.0)
    """
)


def test_a_killed_worker_loses_one_trial_and_the_study_goes_on(night):
    study = _study(night, strategy="random")
    died = subprocess.run(
        [sys.executable, "-c", KILLED, night.address, study.study_name], env=os.environ | {}, capture_output=True, check=False
    )
    assert died.returncode == -signal.SIGKILL
    trials = search.search(night, "xgboost", 4, "random").trials
    states = [trial.state for trial in trials]
    assert len(states) == 4
    assert states.count("fail") == 1
    assert "killed" in next(trial.error for trial in trials if trial.state == "fail")


def test_two_objectives_weigh_size_beside_loss(night, here):
    found = search.search(night, "lightgbm", 3, "nsga2")
    assert all(trial.size_bytes > 100 for trial in found.trials if trial.state == "complete")


def test_a_family_that_only_fails_is_stopped_after_three(night, monkeypatch):
    broken = replace(night, options=night.options.model_copy(update={"params": {"logistic": {"scaling": "none"}}}))
    study = _study(broken, "logistic")
    for _ in range(3):
        trial = study.ask()
        trial.set_user_attr("error", "ValueError: planted")
        study.tell(trial, state=__import__("optuna").trial.TrialState.FAIL)
    with pytest.raises(TrainingFailed, match="3 failures in a row, the last: ValueError: planted"):
        search.search(broken, "logistic", 20)


def test_an_unknown_strategy_is_refused_before_anything_runs(night):
    with pytest.raises(ConfigError, match="did you mean"):
        search.search(night, "xgboost", 3, "tpee")


def test_a_hung_trial_is_left_by_its_worker(tmp_path):
    code = textwrap.dedent(
        """
        import os, threading
        from nightshift.training.search.objective import Pulse
        from nightshift.training.search.worker import HUNG
        with Pulse(0.2, stop=lambda: os._exit(HUNG)).watched():
            threading.Event().wait(30)
        """
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=20).returncode == worker.HUNG


def test_a_worker_that_has_done_its_work_is_not_ended_later():
    before, stopped = threading.enumerate(), threading.Event()
    with Pulse(3600, stop=stopped.set).watched():
        assert len(threading.enumerate()) == len(before) + 1
    assert threading.enumerate() == before
    assert not stopped.is_set()


def test_steps_of_a_finished_trial_are_those_it_reported(night):
    train, validate, context = learning_material.learning_material(night, "xgboost")
    objective = Objective("random_forest", {}, train, validate, context, with_size=False, pulse=Pulse(1e9, stop=lambda: None))
    study = optuna.create_study()
    study.optimize(objective, n_trials=1)
    assert studies.finished_trials(study)[0].steps == study.trials[0].params["n_estimators"], "trees, not blocks of trees"


def ending_with(failure, monkeypatch):
    """A logistic regression whose every fit ends so."""

    def fit(*_):
        raise failure

    monkeypatch.setitem(models.FAMILIES, "logistic", replace(models.FAMILIES["logistic"], fit=fit))


FAILURES = (
    TrainingFailed(expected="a fit", found="none", next_step="other parameters"),
    ValueError("negative"), np.linalg.LinAlgError("singular"), FloatingPointError("overflow"), MemoryError("too many trees"),
)  # fmt: skip


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_trial_that_its_parameters_break_fails_alone(night, failure, monkeypatch):
    ending_with(failure, monkeypatch)
    name = f"failing-{type(failure).__name__}"
    worker.work(night.address, "logistic", name, "random", 5, 60.0)
    done = studies.finished_trials(studies.open_study(night.market.market, name, "random", strategies.pruner("median")))
    assert [trial.state for trial in done] == ["fail"] * 3, "it ends after three in a row"
    assert done[0].error.startswith(f"{type(failure).__name__}: ")


@pytest.mark.parametrize(
    "defect", [AttributeError("no such field"), TypeError("two arguments"), Damaged(expected="a", found="b", next_step="c")]
)
def test_a_defect_ends_the_search_and_is_not_taken_for_a_bad_trial(night, defect, monkeypatch):
    ending_with(defect, monkeypatch)
    name = f"defect-{type(defect).__name__}"
    with pytest.raises(type(defect)):
        worker.work(night.address, "logistic", name, "random", 5, 60.0)
    done = studies.finished_trials(studies.open_study(night.market.market, name, "random", strategies.pruner("median")))
    assert [(trial.state, trial.error.split(":")[0]) for trial in done] == [("fail", type(defect).__name__)]
