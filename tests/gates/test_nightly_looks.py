"""Real nights before their judge: what each brings, what the ledger keeps of it, and that a kill between the two changes nothing."""

import shutil

import pytest

from nightshift.config import load_market
from nightshift.gates.recipe import recipe
from nightshift.nouns.options import Options
from nightshift.nouns.verdict_record import Verdict
from nightshift.running import line, stages
from nightshift.storage import ledger, store
from nightshift.storage.night import night_of

NIGHTS = ("2026-11-17T22:00:00+00:00", "2026-11-18T22:00:00+00:00")


@pytest.fixture(scope="module")
def home(tmp_path_factory, small_market):
    place = tmp_path_factory.mktemp("looks")
    small_market(
        place, families=[{"name": "logistic"}, {"name": "lightgbm", "params": {"n_estimators": 20}}],
        source={"kind": "simulated", "symbols": 6, "first_session": "2024-06-03", "seed": 3, "signal": {"kind": "linear", "strength": 0.9}},
        execution={"heavy": "here", "threads": 1},
    )  # fmt: skip
    return place


@pytest.fixture(autouse=True)
def at_home(home, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(home / "home"))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(home / "markets"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")


@pytest.fixture(scope="module")
def nights(home):
    """A first night that is released, the next one of the same recipe, and a partial one of the second session."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("NIGHTSHIFT_HOME", str(home / "home"))
        patched.setenv("NIGHTSHIFT_MARKETS", str(home / "markets"))
        patched.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
        first = line.run_night("small", NIGHTS[0], Options())
        second, _ = line.judge_night("small", NIGHTS[1], Options())
        partial, _ = line.judge_night("small", NIGHTS[1], Options(families=("logistic",), force="ann: to see"))
    return first, second, partial


def test_every_night_leaves_one_look_with_what_is_new(nights):
    _first, _second, _partial = nights
    looks = ledger.looks("small")
    assert [entry.night for entry in looks] == [night.address for night in nights]
    bought, next_one, by_hand = (entry.look for entry in looks)
    assert (bought.opponent, next_one.opponent) == ("", "1.0.0")
    assert bought.decision == "PROMOTE"
    assert len(bought.sessions) == bought.n_sessions == len(bought.net_returns["challenger"])
    assert {"challenger", "always_up", "cash"} <= bought.net_returns.keys()
    assert next_one.net_returns.keys() == {"challenger", "champion"}
    assert (bought.trials, next_one.trials, by_hand.trials) == (2, 2, 1)
    assert next_one.reused_sessions > 0
    assert next_one.recipe == bought.recipe == recipe(load_market("small"), Options())
    assert by_hand.recipe != bought.recipe
    assert by_hand.forced == "ann: to see"
    assert by_hand.spent_fraction == 0.0
    assert sum(entry.look.spent_fraction for entry in looks if entry.look.opponent == "1.0.0") <= 0.05


def test_the_verdict_keeps_where_the_recipe_stands(nights):
    first, second, partial = (night.read(Verdict, "verdict") for night in nights)
    assert first.promotes
    assert first.standing.bound <= first.standing.z
    assert second.decision != "PROMOTE", "the same recipe a day later is no better"
    assert second.standing.opponent == "1.0.0"
    assert second.standing.looks == 0
    assert second.standing.trials_before == 2
    assert partial.decision == "REJECT"
    assert "a partial night never replaces a champion of the whole market: it was run without lightgbm" in partial.headline
    assert partial.standing.bound is None


def test_a_kill_between_the_look_and_the_verdict_ends_in_the_same_verdict_and_no_second_look(nights):
    _, second, _ = nights
    before, said = ledger.looks("small"), second.read(Verdict, "verdict")
    shutil.rmtree(store.path(second.stage("verdict")))
    again = night_of(stages.gate(second.stage("examination"))).read(Verdict, "verdict")
    assert again == said
    assert ledger.looks("small") == before


def test_no_test_session_was_learned_from_by_either_side(nights):
    from nightshift.nouns.evaluation_record import Evaluation

    for night in nights[:2]:
        found = night.read(Evaluation, "evaluation")
        for name, until in found.learned_until.items():
            assert until < found.compared[found.champion or found.naive[0]].first, name
