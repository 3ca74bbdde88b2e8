import pytest

from nightshift import tracking
from nightshift.errors import ConfigError, SourceUnreachable
from nightshift.storage import store
from nightshift.tracking import night_runs, server


def test_a_night_is_one_parent_run_with_a_nested_run_per_family(home, reported, handmade):
    night = reported()
    assert tracking.track(night) == ""
    client = server.connected()
    runs = {run.info.run_name: run for run in client.search_runs([server.experiment(client, handmade.NAME)])}
    parent, nested = runs[night.address.rsplit("/", 1)[-1]], runs["ridge"]
    assert nested.data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert (parent.data.tags["decision"], parent.data.tags["night"], parent.data.tags["session"]) == (
        "PROMOTE",
        night.address,
        "2026-11-19",
    )
    assert parent.data.metrics["test.accuracy"] == 0.7
    assert parent.data.metrics["test.accuracy.high"] == 0.75
    assert "test.calmar" not in parent.data.metrics
    assert nested.data.params["alpha"] == "1.0"
    assert nested.data.params["seed"] == "1"
    assert nested.info.status == "FINISHED"
    history = client.get_metric_history(nested.info.run_id, "history.loss")
    assert [(one.step, one.value) for one in history][::249] == [(0, 1.0), (249, 1.0 / 250)]
    dataset = parent.inputs.dataset_inputs[0].dataset
    assert (dataset.name, dataset.digest) == (handmade.NAME, "abc")
    assert {artifact.path for artifact in client.list_artifacts(parent.info.run_id)} >= {"report", "verdict", "evaluation", "environment"}
    assert {"git_sha", "lock_sha256", "policy", "snapshot", "as_of"} <= parent.data.tags.keys()


def test_a_night_is_tracked_once(home, reported, handmade):
    night = reported()
    tracking.track(night)
    (store.path(night.address) / night_runs.DONE).unlink()  # killed between MLflow and its mark
    tracking.track(night)
    assert len(tracking.runs(handmade.NAME)) == 2


def test_a_night_that_mlflow_missed_is_tracked_with_the_next_one(home, reported, handmade, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")  # nobody listens on discard
    missed = reported("2026-11-18", decision="REJECT")
    note = tracking.track(missed)
    assert "it is done on the next run" in note
    assert night_runs.untracked(handmade.NAME) == [missed.address]
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert tracking.track(reported("2026-11-19", decision="REJECT")) == ""
    assert {run["session"] for run in tracking.runs(handmade.NAME)} == {"2026-11-18", "2026-11-19"}
    assert night_runs.untracked(handmade.NAME) == []


def test_runs_are_found_by_what_they_measured_and_compared(home, reported, handmade):
    night = reported()
    tracking.track(night)
    name = night.address.rsplit("/", 1)[-1]
    assert [run["name"] for run in tracking.runs(handmade.NAME, "accuracy > 0.6 and family = 'ridge'")] == ["ridge"]
    assert tracking.runs(handmade.NAME, "test.accuracy > 0.71") == []
    assert tracking.compare(handmade.NAME, ["ridge", name])["test.accuracy"] == {"ridge": 0.7, name: 0.7}


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("acuracy > 0.6", "did you mean 'accuracy'"),
        ("accuracy > high", "terms like"),
        ("familie = 'x'", "did you mean 'family'"),
        ("x' or 1=1 --", "terms like"),
    ],
)
def test_a_wrong_filter_is_explained(home, where, told):
    with pytest.raises(ConfigError) as refused:
        tracking.runs("handmade", where)
    assert told in str(refused.value)


def test_asking_a_server_that_is_down_says_so(home, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ada:secret@127.0.0.1:9")
    with pytest.raises(SourceUnreachable, match="an MLflow server at http://127") as refused:
        tracking.runs("handmade")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["../up", "%2e%2e", "a/b", "a b", "", "Upper", "x" * 70, "m\n", "m\0"])
def test_names_that_could_walk_are_refused(name):
    with pytest.raises(ConfigError):
        server.safe(name)
