import shutil
import socket
import time
from pathlib import Path

import numpy as np
import pytest
from mlflow.models import Model

from nightshift import models, release, tracking
from nightshift.errors import Damaged
from nightshift.nouns.panel import Panel, rows_of
from nightshift.nouns.release import DeploymentTest, ReleaseColumns
from nightshift.nouns.scores import Scores
from nightshift.release import registry, sample
from nightshift.running import released_versions
from nightshift.storage import store
from nightshift.tracking import following, mlflow_flavor, server


@pytest.fixture
def market(home, handmade, monkeypatch):
    monkeypatch.setattr("nightshift.release.deployment.first_load", handmade.whole)
    return handmade


def promoted(market, reported, *sessions: str) -> None:
    """Released and followed by MLflow, as the stage does it."""
    for session in sessions:
        night = reported(session)
        release.promote(night, who="gate", why="better", at=market.AT)
        tracking.follow(market.NAME)


def named(market) -> dict[str, str]:
    return {alias: found["version"] for found in tracking.versions(market.NAME) for alias in found["aliases"]}


def test_every_release_is_a_version_with_aliases_stage_lineage_and_changelog(market, reported):
    promoted(market, reported, "2026-11-18", "2026-11-19")
    newest, first = tracking.versions(market.NAME)
    assert (newest["version"], newest["stage"], newest["aliases"]) == ("1.0.1", "production", ["challenger", "champion"])
    assert (first["version"], first["stage"], first["aliases"]) == ("1.0.0", "archived", ["previous"])
    assert newest["changelog"].startswith("Since 1.0.0:\n- data: ")
    assert first["changelog"] == "First release: ridge of 2026-11-18, 1 columns."
    assert newest["tags"].keys() >= {"night", "session", "family", "parent", "snapshot", "git_sha", "manifest_sha256"}
    client = server.connected()
    model = client.get_model_version_by_alias(market.NAME, "champion")
    assert model.source.endswith("/model")
    assert {one.path for one in client.list_artifacts(model.run_id, "model/release/model")} == {
        "model/release/model/model.json",
        "model/release/model/trees.txt",
    }


def test_a_release_opens_as_an_mlflow_model_with_signature_and_example_and_no_pickle(market, home, monkeypatch):
    """As MLflow's own tools open it: by its alias, in the flavour that names our loader."""
    night = market.night("2026-11-19")
    folder = store.path(night.stage("staged"))
    shutil.rmtree(folder / "model")
    trained = fitted_scores(folder)
    store._seal(folder)
    passed = night.read(DeploymentTest, "deployment_test").model_copy(update={"manifest_sha256": store.sha256_of(folder / store.SEAL)})
    shutil.rmtree(store.path(night.stage("deployment_test")))
    store.write(night.stage("deployment_test"), passed.write)
    release.promote(night, who="gate", why="better", at=market.AT)
    assert tracking.follow(market.NAME) == ""
    registered = server.connected().get_model_version_by_alias(market.NAME, "champion")
    fetched = Path(server.connected().download_artifacts(registered.run_id, "model", str(home)))
    described = Model.load(str(fetched))
    assert described.signature.inputs.input_names() == ["symbol", "session", "log_return_1", "noise"]
    assert described.signature.outputs.input_names() == ["score"]
    example = described.load_input_example(str(fetched))
    assert len(example) == 5
    for unpickled in ("pickle.load", "pickle.loads", "cloudpickle.load", "joblib.load"):
        monkeypatch.setattr(unpickled, lambda *_, **__: pytest.fail("a pickle was read"))
    served = mlflow_flavor._load_pyfunc(str(fetched / described.flavors["python_function"]["data"]))
    np.testing.assert_array_equal(served.predict(example.iloc[::-1]), trained[-5:][::-1])
    (fetched / "release" / "model" / "preparation.json").write_text("{}")
    with pytest.raises(Damaged, match=r"preparation\.json as it was sealed"):
        mlflow_flavor._load_pyfunc(str(fetched / "release"))


def fitted_scores(folder: Path) -> np.ndarray:
    """A ridge on two columns of three symbols, saved with its sample; what it says of the first symbol."""
    random = np.random.default_rng(3)
    values = random.normal(0, 1, (3, 200, 2)).astype(np.float32)
    days = np.datetime64("2025-01-01") + np.arange(200)
    panel = Panel(("A", "B", "C"), days, ("log_return_1", "noise"), values, values[:, :, 0] + random.normal(0, 0.1, (3, 200)), 1)
    train, validate, test = (rows_of(panel, np.arange(*span)) for span in ((0, 120), (120, 160), (160, 200)))
    fitted = models.fit("ridge", {}, train, validate, models.Context("regression", seed=1, threads=1))
    models.save(fitted, folder / "model")
    ReleaseColumns(names=panel.names, warmup_sessions={}).write(folder)
    scores = Scores(test, np.full(len(test), "test"), fitted.predict(test))
    sample.write(folder / sample.FILE, scores, 0)
    return scores.score[test.symbol == 0]


def test_a_rollback_moves_the_aliases_and_deprecates(market, reported):
    promoted(market, reported, "2026-11-18", "2026-11-19")
    release.rollback(market.market(), who="ada", why="loss")
    tracking.follow(market.NAME)
    assert named(market) == {"champion": "1.0.0", "challenger": "1.0.1"}
    assert {found["version"]: found["stage"] for found in tracking.versions(market.NAME)} == {"1.0.0": "production", "1.0.1": "deprecated"}


def test_without_mlflow_the_promotion_stands_and_is_registered_at_the_next_repair(market, reported, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    promoted(market, reported, "2026-11-18", "2026-11-19")
    assert release.champion(market.NAME).version == "1.0.1"
    assert "it is done on the next run" in tracking.follow(market.NAME)
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert tracking.follow(market.NAME) == ""
    assert named(market) == {"champion": "1.0.1", "challenger": "1.0.1", "previous": "1.0.0"}


def test_an_mlflow_that_never_answers_delays_a_promotion_by_its_timeout_only(market, reported, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    night = reported("2026-11-19")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the backlog accepts, nobody reads
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{silent.getsockname()[1]}")
        started = time.monotonic()
        release.promote(night, who="gate", why="better", at=market.AT)
        assert "it is done on the next run" in tracking.follow(market.NAME)
        assert "it is done on the next run" in tracking.track(night)
        assert time.monotonic() - started < 60
    assert release.champion(market.NAME).version == "1.0.0"


def test_what_is_mirrored_already_costs_no_mlflow(market, reported, monkeypatch):
    promoted(market, reported, "2026-11-19")
    monkeypatch.setattr(server, "connected", lambda: pytest.fail("MLflow was opened for nothing"))
    assert tracking.follow(market.NAME) == ""


def test_a_release_whose_night_was_removed_is_registered_all_the_same(market, reported):
    release.promote(reported("2026-11-19"), who="gate", why="better", at=market.AT)
    shutil.rmtree(store.path(f"{market.NAME}/nights"))
    assert tracking.follow(market.NAME) == ""
    assert named(market) == {"champion": "1.0.0", "challenger": "1.0.0"}


def test_a_damaged_version_keeps_no_other_from_being_registered(market, reported, caplog):
    for session in ("2026-11-18", "2026-11-19"):
        release.promote(reported(session), who="gate", why="better", at=market.AT)
    (store.path(f"{market.NAME}/releases/1.0.0") / "model" / "model.json").write_text("other")
    assert tracking.follow(market.NAME) == ""
    assert named(market) == {"champion": "1.0.1", "challenger": "1.0.1"}
    assert "1.0.0 is not registered" in caplog.text


class Failing:
    """An MLflow client whose n-th answer is lost: the server did the work, and nobody heard of it."""

    def __init__(self, client, left: int) -> None:
        self._client, self._left = client, left

    def __getattr__(self, name):
        call = getattr(self._client, name)

        def counted(*arguments, **named):
            self._left -= 1
            answer = call(*arguments, **named)
            if self._left == 0:
                raise ConnectionError(f"MLflow died after {name}")
            return answer

        return counted


@pytest.mark.parametrize("apart", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_mlflow_dying_at_any_call_never_makes_two_versions_or_runs(market, reported, home, monkeypatch, apart):
    for session in ("2026-11-18", "2026-11-19"):
        release.promote(reported(session), who="gate", why="better", at=market.AT)
    for n in range(1, 80, apart):
        monkeypatch.setenv("NIGHTSHIFT_HOME", str(home.with_name(f"death-{n}")))
        shutil.copytree(home, store.home(), symlinks=True)
        client = server.connected()
        with pytest.MonkeyPatch.context() as dying:
            dying.setattr(server, "connected", lambda client=client, n=n: Failing(client, n))
            note = tracking.follow(market.NAME)
        assert tracking.follow(market.NAME) == ""
        found = {version["version"]: version["aliases"] for version in tracking.versions(market.NAME)}
        assert found == {"1.0.1": ["challenger", "champion"], "1.0.0": ["previous"]}
        assert len(client.search_runs([server.experiment(client, market.NAME)])) == 2
        if not note:
            break
    assert n >= 15


@pytest.fixture
def followed(market, reported):
    """Two releases that MLflow was told of, and the client that a person's hand holds."""
    promoted(market, reported, "2026-11-18", "2026-11-19")
    return server.connected()


def delete_the_model(client, market):
    client.delete_registered_model(market.NAME)


def move_an_alias(client, market):
    client.set_registered_model_alias(market.NAME, "champion", "1")


def take_an_alias_away(client, market):
    client.delete_registered_model_alias(market.NAME, "previous")


def edit_words_and_tags(client, market):
    client.update_model_version(market.NAME, "2", "bought at a fair")
    client.set_model_version_tag(market.NAME, "2", "stage", "archived")
    client.set_model_version_tag(market.NAME, "2", "snapshot", "elsewhere")


def register_one_twice(client, market):
    known = client.get_model_version(market.NAME, "2")
    client.create_model_version(market.NAME, known.source, run_id=known.run_id, tags={following.TAG: "1.0.1"})


def delete_the_experiment(client, market):
    client.delete_experiment(server.experiment(client, market.NAME))


HANDS = (move_an_alias, take_an_alias_away, edit_words_and_tags, register_one_twice, delete_the_experiment)


def test_what_hands_changed_in_mlflow_is_mended_from_the_ledger_and_what_is_somebodys_own_is_left_alone(market, followed):
    followed.set_registered_model_alias(market.NAME, "mine", "1")
    followed.create_registered_model("somebody's")
    said = {found["version"]: (found["changelog"], found["stage"], found["tags"]["snapshot"]) for found in tracking.versions(market.NAME)}
    for hand in HANDS:
        hand(followed, market)
        following.mend(followed, market.NAME)
        found = tracking.versions(market.NAME)
        ours = {alias: one["version"] for one in found for alias in one["aliases"] if alias != "mine"}
        assert ours == {"champion": "1.0.1", "challenger": "1.0.1", "previous": "1.0.0"}, hand.__name__
        aliased = {one["version"]: (one["changelog"], one["stage"], one["tags"]["snapshot"]) for one in found if one["aliases"]}
        assert aliased == said, hand.__name__
        assert all(one["tags"]["stage"] == "archived" for one in found if not one["aliases"])
        assert followed.get_registered_model(market.NAME).aliases["mine"] == 1
    delete_the_model(followed, market)
    following.mend(followed, market.NAME)
    assert named(market) == {"champion": "1.0.1", "challenger": "1.0.1", "previous": "1.0.0"}
    assert followed.get_registered_model("somebody's").name


def test_a_nights_tracking_mends_what_the_ledger_says(market, reported, monkeypatch):
    mended = []
    monkeypatch.setattr(following, "mend", lambda client, name: mended.append(name))
    tracking.track(reported("2026-11-20", decision="REJECT"))
    assert mended == [market.NAME]


def test_a_note_is_added_to_the_words_in_mlflow(market, followed):
    registry.note(market.NAME, "1.0.0", "a fine vintage", "ann", at=market.AT)
    assert tracking.follow(market.NAME) == ""
    first = tracking.versions(market.NAME)[1]
    assert first["changelog"] == "First release: ridge of 2026-11-18, 1 columns.\n- note: a fine vintage (ann, 2026-11-20 03:00 UTC)"


def test_a_deleted_version_goes_from_mlflow_with_its_files_even_when_it_was_away_then(market, reported, followed, monkeypatch):
    promoted(market, reported, "2026-11-20")
    run = next(found["run"] for found in tracking.versions(market.NAME) if found["version"] == "1.0.0")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    gone, note = released_versions.delete(market.NAME, "1.0.0", "ann", "full", market.AT)
    assert gone.n_bytes > 0
    assert "it is done on the next run" in note
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert tracking.follow(market.NAME) == ""
    assert [found["version"] for found in tracking.versions(market.NAME)] == ["1.0.2", "1.0.1"]
    assert followed.list_artifacts(run, "model") == []
    assert tracking.follow(market.NAME) == ""


def test_versions_sort_by_any_metric(market, reported):
    promoted(market, reported, "2026-11-18")
    tracking.track(reported("2026-11-18"))
    assert tracking.versions(market.NAME, best_by="accuracy")[0]["accuracy"] == 0.7


def test_a_password_never_reaches_a_file(market, reported, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ada:hunter2@127.0.0.1:9")
    promoted(market, reported, "2026-11-19")
    assert not [f for f in store.home().rglob("*") if f.is_file() and b"hunter2" in f.read_bytes()]
    assert "hunter2" not in repr(release.repair(market.NAME))
