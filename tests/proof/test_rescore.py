"""A release measured on any period equals what the night measured on the same sessions."""

import datetime as dt
import shutil

import pytest

from nightshift.data import columns
from nightshift.errors import ConfigError, ReleaseRefused
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.release import ReleaseColumns, ReleaseLabel
from nightshift.proof import evaluation
from nightshift.release import rescore
from nightshift.storage import store


@pytest.fixture
def released(finished, made_release, monkeypatch):
    """A release folder of the night's logistic model; the bars are those of the finished night."""
    night, models = finished
    store.write(night.stage("evaluation"), lambda folder: evaluation.evaluate(night, tuple(models), night.stage("yardsticks"), folder))
    names = list(columns.load_panel(night.columns).names)

    def fill(folder):
        shutil.copytree(store.path(night.stage("models", "logistic")) / "model", folder / "model")
        ReleaseColumns(names=names, warmup_sessions={}).write(folder)
        ReleaseLabel(label=night.market.label, threshold=0.5).write(folder)
        made_release(session="2022-02-17", as_of=night.as_of.isoformat(), family="logistic").write(folder)

    store.write(f"{night.market.market}/releases/1.0.0", fill)
    monkeypatch.setattr(rescore, "_checked_night", lambda *_: night)
    return night


def test_the_nights_own_numbers_come_out_again(released):
    night = released.read(Evaluation, "evaluation")
    test = night.sessions["test"]
    found = rescore.evaluate_release(released.market, "1.0.0", dt.date.fromisoformat(test.first), dt.date.fromisoformat(test.last))
    assert found.sessions == test
    assert found.seen_in_training is False
    for metric in ("accuracy", "roc_auc", "brier", "sharpe_annual", "turnover_annual"):
        assert found.measures[metric].value == pytest.approx(night.measure("logistic", metric).value, abs=1e-9), metric
    assert found.benchmarks["buy_and_hold"]["sharpe_annual"].value is not None


def test_without_a_first_session_only_what_the_release_had_not_seen(released):
    found = rescore.evaluate_release(released.market, "1.0.0", None, dt.date(2022, 5, 17))
    assert found.sessions.first == "2022-02-18"


def test_an_unknown_release_and_an_empty_period_are_sentences(released):
    with pytest.raises(ReleaseRefused, match=r"release 9\.9\.9 of proofs"):
        rescore.evaluate_release(released.market, "9.9.9")
    with pytest.raises(ConfigError, match="expected sessions from 2035-01-01"):
        rescore.evaluate_release(released.market, "1.0.0", dt.date(2035, 1, 1), dt.date(2035, 2, 1))
