"""Nobody is judged on a session that it learned from: not in a measure, not in a return, not in a lead, whatever it says about it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nightshift.data import columns
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.net_returns import Returns
from nightshift.nouns.night_roles import CHAMPION
from nightshift.nouns.scores import ScoresByName
from nightshift.nouns.yardsticks_record import YardsticksRecord
from nightshift.proof import evaluation
from nightshift.proof.evaluation import gathering, leads
from nightshift.storage import store


@pytest.fixture
def served(finished):
    """A night with a champion that learned until a session and says what is given: (evaluation, returns) of it."""
    night, models = finished
    panel, rules = columns.load_panel(night.columns), night.folder("yardsticks")

    def judged(tmp_path, learned_until: str, score):
        def write(folder):
            said = ScoresByName.read(rules, panel)
            replace(said, of={**said.of, CHAMPION: score(said.rows)}).write(folder)
            YardsticksRecord(champion_version="1.2.3", champion_learned_until=learned_until, left_out={}).write(folder)

        where = f"{night.address}/champions/{tmp_path.name}"
        store.write(where, write)
        folder = tmp_path / "evaluation"
        folder.mkdir(parents=True)
        evaluation.evaluate(night, tuple(models), where, folder)
        return Evaluation.read(folder), Returns.read(folder), gathering.gather(night, tuple(models), where)

    return judged


def sessions_of_the_test(night_panel, split) -> list[str]:
    return [str(day) for day in night_panel.sessions[split.test]]


@pytest.fixture
def days(finished):
    night, _ = finished
    return sessions_of_the_test(columns.load_panel(night.columns), columns.load_split(night.columns))


def noise(seed, learned):
    """Scores that differ with the seed on sessions that were learned from, and on no other."""

    def score(rows):
        rng = np.random.default_rng(3)
        fair, known = rng.random(len(rows)), np.random.default_rng(seed).random(len(rows))
        return np.where(rows.panel.sessions[rows.session].astype(str) <= learned, known, fair)

    return score


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), seeds=st.tuples(st.integers(0, 99), st.integers(100, 199)))
def test_what_a_champion_says_about_sessions_it_learned_from_changes_nothing(served, days, tmp_path_factory, place, seeds):
    learned = days[place % (len(days) - 1)]
    first, other = (served(tmp_path_factory.mktemp("night"), learned, noise(seed, learned)) for seed in seeds)
    assert first[0].measures["test"] == other[0].measures["test"]
    assert first[0].leads == other[0].leads
    assert np.array_equal(*(returns.only("test").of[CHAMPION] for _, returns, _ in (first, other)))
    compared = first[0].compared[CHAMPION]
    assert compared.first > learned
    assert compared.sessions == sum(day > learned for day in days)
    answers = first[2].answers(CHAMPION, "test")
    assert answers.session.min() >= first[2].first_unlearned(CHAMPION)
    assert np.isnan(first[2].traded_score(CHAMPION, "test")[:, : first[2].first_unlearned(CHAMPION)]).all()


def test_the_challengers_keep_all_their_rows_beside_a_champion_that_lost_some(served, days, tmp_path):
    all_rows, _, _ = served(tmp_path / "a", "2000-01-01", noise(1, "2000-01-01"))
    some, returns, _ = served(tmp_path / "b", days[len(days) // 2], noise(1, days[len(days) // 2]))
    ours = [{name: one.value for name, one in found.measures["test"]["logistic"].items()} for found in (some, all_rows)]
    assert ours[0] == ours[1]
    assert some.measures["test"][CHAMPION] != all_rows.measures["test"][CHAMPION]
    assert not returns.only("test").of[CHAMPION][: len(days) // 2].any()


def test_a_champion_that_learned_from_every_test_session_is_left_out_and_counts_what_is_missing(served, days, tmp_path):
    found, _, _ = served(tmp_path, days[-1], noise(1, days[-1]))
    assert found.champion is None
    assert found.left_out[CHAMPION] == (
        f"it learned from sessions until {days[-1]}, and so from every test session: 0 of 20 sessions to judge it on"
    )


def test_the_leads_are_the_differences_of_the_measures_where_nobody_learned(served, days, tmp_path):
    found, _, made = served(tmp_path, "2000-01-01", noise(1, "2000-01-01"))
    for opponent, by_metric in found.leads["logistic"].items():
        for metric, ahead in by_metric.items():
            ours, theirs = (found.measures["test"][name][metric].value for name in ("logistic", opponent))
            assert ahead.value == pytest.approx(ours - theirs)
            assert ahead.low is None or ahead.low <= ahead.value <= ahead.high
    assert set(found.leads["logistic"]) == set(leads.opponents(made))
