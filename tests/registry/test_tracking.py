import pytest

from nightshift import tracking
from nightshift.errors import ConfigError, SourceUnreachable
from nightshift.nouns.night_record import NightRecord
from nightshift.nouns.timing_line import Timing
from nightshift.storage import store
from nightshift.tracking import code_state, night_runs, server


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


def test_a_night_says_what_it_cost_the_machine_and_what_code_it_was(home, reported, handmade, monkeypatch):
    night = reported()
    for seconds, cpu in ((2.0, 3.0), (1.0, None)):
        took = Timing(stage="train", what="train ridge", started=1e9, seconds=seconds, peak_mib=500, cpu_seconds=cpu)
        took.append(store.path(night.address))
    monkeypatch.setattr("nightshift.storage.provenance.git_diff", lambda: "--- a/edited\n+++ b/edited\n")
    tracking.track(night)
    client = server.connected()
    run = next(run for run in client.search_runs([server.experiment(client, handmade.NAME)]) if run.data.tags.get("decision"))
    memory = client.get_metric_history(run.info.run_id, "system/process_peak_memory_megabytes")
    assert sorted((one.step, round(one.value), one.timestamp) for one in memory) == [
        (0, 524, 1_000_000_002_000),
        (1, 524, 1_000_000_001_000),
    ]
    assert [one.value for one in client.get_metric_history(run.info.run_id, "system/process_cpu_utilization_percentage")] == [150.0]
    assert int(run.data.tags["system.processors"]) > 0
    written = {one.path for place in ("environment", "code") for one in client.list_artifacts(run.info.run_id, place)}
    assert written == {"environment/libraries.json", "environment/uv.lock", "code/git.diff"}
    assert (run.inputs.dataset_inputs[0].tags[1].key, run.inputs.dataset_inputs[0].tags[1].value) == ("sha256", "abc")


def test_a_night_that_is_tracked_later_is_not_given_the_code_that_lies_here_by_then(home, reported, handmade, monkeypatch):
    night = reported()
    monkeypatch.setattr("nightshift.storage.fingerprints.library", lambda: "another")
    monkeypatch.setattr("nightshift.storage.provenance.lock_sha256", lambda: "another")
    state = code_state.of_night(night)
    assert (state.lock, state.tags["git_dirty"], list(state.texts)) == (None, "not known", ["code/git.diff"])
    assert state.texts["code/git.diff"].startswith("A night that is tracked later than it was run")
    assert state.tags["lock_sha256"] == night.read(NightRecord, "night").lock_sha256


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
