"""A night that proves its recipe: what each refit may know, what is released in the end, and what a kill leaves."""

import shutil
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from nightshift import models
from nightshift.config import Proof, Split
from nightshift.data import columns
from nightshift.data.splits import blocks, ordered
from nightshift.errors import TrainingFailed
from nightshift.models import Context, Course
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.options import Options
from nightshift.nouns.panel import Panel, rows_of
from nightshift.nouns.release import DeploymentTest, Release
from nightshift.nouns.scores import Scores
from nightshift.nouns.training import TrainingRecord
from nightshift.nouns.walk_record import WalkRecord
from nightshift.running import line, stages
from nightshift.storage import store
from nightshift.storage.night import night_of
from nightshift.training import fit, skipping, walking
from nightshift.training.proven import proven
from nightshift.training.walking import Recipe

AS_OF = "2026-11-19T22:00"
MARKET = """
market: small
title: A small simulated market
calendar: XNYS
source: {kind: simulated, symbols: 6, first_session: 2025-06-02, seed: 3, signal: {kind: linear, strength: 0.6}}
columns: [volume, returns]
split: {train_fraction: 0.6, validate_fraction: 0.2, test_fraction: 0.2}
proof: {scheme: walk_forward, refit_every_sessions: 21}
families:
  - {name: logistic}
  - {name: lightgbm, params: {min_child_samples: 20}}
gates:
  - {metric: sharpe_annual, must_be: above_champion_by, limit: 0.0}
budget: {spending: pocock}
execution: {heavy: here, threads: 1}
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A home with one whole night: (home, night)."""
    place = tmp_path_factory.mktemp("small")
    (place / "markets").mkdir()
    (place / "markets" / "small.yaml").write_text(MARKET)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIGHTSHIFT_MARKETS", str(place / "markets"))
        patch.setenv("NIGHTSHIFT_HOME", str(place / "home"))
        patch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
        night = line.run_night("small", AS_OF, Options())
    return place, night


@pytest.fixture
def night(whole, monkeypatch):
    """The whole night, to be read."""
    place, night = whole
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(place / "markets"))
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(place / "home"))
    return night


@pytest.fixture
def untrained(whole, tmp_path, monkeypatch):
    """The address of the columns, in a home of this test alone where nothing was trained yet."""
    place, night = whole
    left = shutil.ignore_patterns("models", "checkpoints", "releases", "serving*", "verdict", "staged")
    shutil.copytree(place / "home", tmp_path / "home", symlinks=True, ignore=left)
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(place / "markets"))
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))
    return night.stage("columns")


def material(night):
    panel, split = columns.load_panel(night.columns), columns.load_split(night.columns)
    return panel, split, blocks(split, night.market.proof)


def test_a_night_that_proves_its_recipe_ends_in_a_release_that_answers_as_its_own_model_did(night):
    tested, made = night.read(DeploymentTest, "deployment_test"), Release.read(store.open_folder("small/releases/1.0.0"))
    panel, split, walked = material(night)
    assert tested.passed
    assert tested.parts.keys() == {"test", "latest"}
    assert all(compared.bit_equal_rows == compared.rows > 0 for compared in (*tested.parts.values(), tested.sample))
    assert made.learned_until == str(night.session) == str(panel.sessions[-1]), "the newest session whose outcome counts"
    assert made.rows["train"] == len(rows_of(panel, np.arange(split.test[-1] + 1))), "validation and test rows were learned from too"
    assert made.measures["test"] == night.read(Evaluation, "evaluation").measures["test"][made.family], "the joined scores' own"
    walk = WalkRecord.read(store.path("small/releases/1.0.0"))
    assert [(block.first, block.last) for block in walk.blocks] == [tuple(map(str, panel.sessions[b.test[[0, -1]]])) for b in walked]
    assert all(block.learned_until < block.first for block in walk.blocks)
    card = (store.path("small/releases/1.0.0") / "model_card.md").read_text()
    said = f"Proof of the recipe: refitted every 21 sessions (walk_forward, {len(walked)} refits); the served model itself also learned"
    assert f"{said} the newest {len(split.test)} sessions, up to {night.session}." in card


@pytest.mark.parametrize("family", ["logistic", "lightgbm"])
def test_every_block_is_answered_by_a_fit_that_ends_before_it_and_tonight_by_the_model_that_is_released(night, family):
    panel, split, walked = material(night)
    folder, params = night.folder("models", family), night.params(family)
    said, model = Scores.read(folder, panel).laid_out, models.load(folder / "model")
    context = Context("classification", night.market.execution.seed, 1)
    expected = np.full(panel.label.shape, np.nan)
    for place, block in enumerate(walked):
        fitted = models.fit(family, params, rows_of(panel, block.train), rows_of(panel, block.validate), context)
        rows = rows_of(panel, np.concatenate([split.validate, block.test]) if place == 0 else block.test, labelled=False)
        expected[rows.symbol, rows.session] = fitted.predict(rows)
    tonight = rows_of(panel, split.latest, labelled=False)
    expected[tonight.symbol, tonight.session] = model.predict(tonight)
    np.testing.assert_array_equal(said, expected)
    again = proven(folder)
    rows = rows_of(panel, np.concatenate([split.validate, split.test]), labelled=False)
    np.testing.assert_array_equal(again.predict(rows), expected[rows.symbol, rows.session], "whoever questions the proof asks its refits")
    assert (again.family, again.task, again.warmup_sessions) == (family, "classification", 0)
    assert len({tuple(said[:, at]) for at in split.test}) == len(split.test)


def test_the_released_model_learned_all_that_is_known_and_goes_as_far_as_the_last_refit(night):
    walk, (panel, split, _) = WalkRecord.read(night.folder("models", "lightgbm")), material(night)
    assert models.load(night.folder("models", "lightgbm") / "model").native.booster.num_trees() == walk.blocks[-1].steps > 0
    known, asked = rows_of(panel, np.arange(split.test[-1] + 1)), rows_of(panel, split.latest, labelled=False)
    for family, steps in (("lightgbm", walk.blocks[-1].steps), ("logistic", 0)):
        context = Context("classification", night.market.execution.seed, 1, course=Course(steps))
        by_hand = models.fit(family, night.params(family), known, rows_of(panel, split.validate), context)
        released = models.load(night.folder("models", family) / "model")
        np.testing.assert_array_equal(released.predict(asked), by_hand.predict(asked))
    assert {block.steps for block in WalkRecord.read(night.folder("models", "logistic")).blocks} == {0}, "it learns in one go"


def untouched(recipe, walked):
    """Does each block get the same answers when everything from its first session on was other, outcomes that reach there included?"""
    before, panel = walking.answers(recipe, walked), recipe.panel
    for place, block in enumerate(walked):
        begin = int(block.test[0])
        label = panel.label.copy()
        label[:, begin - panel.label_reach :] = 1.0 - label[:, begin - panel.label_reach :]
        others = replace(recipe, panel=replace(panel, label=label))
        after = walking.answers(others, walked[: place + 1])
        if not np.array_equal(before[:, block.test], after[:, block.test]):
            return f"refit {place + 1} knew of the sessions from {begin} on"
    return ""


def noise(n_sessions, reach, seed=0):
    random = np.random.default_rng(seed)
    label = (random.random((4, n_sessions)) > 0.5).astype(float)
    values, days = random.normal(size=(4, n_sessions, 2)).astype(np.float32), np.datetime64("2020-01-01") + np.arange(n_sessions)
    return Panel(("A", "B", "C", "D"), days, ("one", "two"), values, label, reach)


@pytest.mark.parametrize("scheme", ["walk_forward", "expanding", "rolling"])
@pytest.mark.parametrize(("n_sessions", "reach", "extra", "refit_every"), [(44, 1, 0, 1), (90, 5, 0, 7), (75, 2, 3, 40), (100, 1, 0, 9)])
def test_nothing_of_a_block_reaches_the_model_that_answers_for_it_and_a_leak_of_one_session_is_seen(
    scheme, n_sessions, reach, extra, refit_every
):
    recipe = Recipe("logistic", {}, noise(n_sessions, reach), Context("classification"))
    split = ordered(n_sessions, Split(train_fraction=0.5, validate_fraction=0.2, test_fraction=0.3, extra_gap_sessions=extra), reach)
    walked = blocks(split, Proof(scheme=scheme, refit_every_sessions=refit_every))
    assert untouched(recipe, walked) == ""

    def leaking(panel, block):
        return rows_of(panel, np.arange(block.test[0] - reach + 1)), rows_of(panel, block.validate)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walking, "_learned", leaking)
        assert untouched(recipe, walked).startswith("refit 1 knew")


def test_a_walk_that_is_taken_over_is_taken_whole(night, tmp_path):
    where = night.stage("models", "lightgbm")
    skipping.reuse(night, where, "a short while ago", tmp_path)
    before, after = store.checksums(store.open_folder(where)), store.checksums(tmp_path)
    assert before.pop(TrainingRecord.FILE) != after.pop(TrainingRecord.FILE)
    assert after == before
    assert TrainingRecord.read(tmp_path).learned_until == str(night.session)


KILLED = """
import os, signal, sys
from nightshift.running import stages
from nightshift.training import learning_material
fits = []
def dying(family):
    def on_step(step, metrics):
        fits.extend([step] if step == 1 else [])
        if len(fits) == 3 and step == 5:
            os.kill(os.getpid(), signal.SIGKILL)
    return on_step
learning_material.narrator = dying
stages.train(sys.argv[1], "lightgbm")
"""


def test_a_walk_killed_inside_a_refit_goes_on_from_the_last_whole_one_and_ends_as_an_undisturbed_one(untrained, whole, caplog):
    died = subprocess.run([sys.executable, "-c", KILLED, untrained], check=False, timeout=240)
    assert died.returncode == -signal.SIGKILL
    night = night_of(untrained)
    assert not store.exists(night.stage("models", "lightgbm"))
    with caplog.at_level("INFO", logger="nightshift"):
        where = stages.train(untrained, "lightgbm")
    told = [message for message in caplog.messages if "proof, refit" in message]
    assert [("as an earlier run left it" in message) for message in told] == [True, True, *[False] * (len(told) - 2)]
    assert "refit 3 of" in told[2]
    undisturbed = whole[0] / "home" / whole[1].stage("models", "lightgbm")
    files = ["scores.parquet", "model_scores/scores.parquet", "model/native/model.txt", "walk.json"]
    assert [(store.path(where) / file).read_bytes() for file in files] == [(undisturbed / file).read_bytes() for file in files]
    assert not store.path(night.stage("checkpoints", "lightgbm")).exists()


def test_a_refit_that_fails_puts_the_family_out_and_says_before_which_session(untrained, monkeypatch):
    real, panel, walked = models.fit, *material(night_of(untrained))[::2]
    fits = []

    def failing(*told):
        fits.append(told)
        if len(fits) == 2:
            raise TrainingFailed(expected="a fit of logistic", found="no memory", next_step="buy some")
        return real(*told)

    monkeypatch.setattr(models, "fit", failing)
    where = stages.train(untrained, "logistic")
    out = TrainingRecord.read(store.open_folder(where))
    assert f"expected a fit of logistic (refitted before {panel.sessions[walked[1].test[0]]}); found no memory" in out.failed
    assert out.learned_until is None
    assert sorted(file.name for file in store.path(where).iterdir()) == ["manifest.json", "training.json"]


def test_what_fails_late_leaves_nothing_half_made(untrained, tmp_path):
    for name in ("model", "walked", "model_scores"):
        (tmp_path / "family" / name).mkdir(parents=True)
    for name in ("scores.parquet", "walk.json"):
        (tmp_path / "family" / name).write_text("half")
    failure = TrainingFailed(expected="a", found="b", next_step="c")
    fit.record_failure(night_of(untrained), "logistic", failure, tmp_path / "family")
    assert [file.name for file in (tmp_path / "family").iterdir()] == ["training.json"]
