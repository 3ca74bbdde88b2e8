"""What the stage of the yardsticks leaves: the rules as they were fitted, and a champion only where it can be judged."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from nightshift import models
from nightshift.data import columns
from nightshift.models import Context
from nightshift.nouns.panel import rows_of
from nightshift.nouns.scores import Scores, ScoresByName
from nightshift.nouns.yardsticks_record import YardsticksRecord
from nightshift.release import yardsticks

SERVED = SimpleNamespace(version="1.2.3", release=SimpleNamespace(learned_until="2026-05-29", night="", session="2026-11-19"))


@pytest.fixture
def axes(finished):
    """(night, panel, split parts)."""
    night, _ = finished
    where = night.columns
    return night, columns.load_panel(where), columns.load_split(where).parts


@pytest.fixture
def left(axes, tmp_path, monkeypatch):
    """What the stage leaves about a champion that speaks about every row, changed by the test."""
    night, panel, parts = axes

    def served(change):
        rows = rows_of(panel, np.arange(parts["validate"][0], len(panel.sessions)), labelled=False)
        said = change(Scores(rows, np.full(len(rows), "asked"), np.full(len(rows), 0.6)))
        monkeypatch.setattr(yardsticks, "champion_scores", lambda *_: (SERVED, said))
        yardsticks.score_yardsticks(night, tmp_path)
        return YardsticksRecord.read(tmp_path), ScoresByName.read(tmp_path, panel)

    return served


def test_rules_say_what_a_fit_on_the_training_rows_says(axes):
    night, panel, parts = axes
    said = ScoresByName.read(night.folder("yardsticks"), panel)
    train, validate, test = (rows_of(panel, parts[part], labelled=part != "test") for part in ("train", "validate", "test"))
    for name in ("always_up", "last_sign", "mean"):
        fitted = models.fit(name, {}, train, validate, Context("classification", night.market.execution.seed))
        np.testing.assert_array_equal(said.laid_out(name)[test.symbol, test.session], fitted.predict(test))
        assert np.isnan(said.laid_out(name)[:, parts["train"]]).all()


def test_a_champion_is_beside_the_rules_on_judged_and_latest_sessions_only(axes, left):
    _, _, parts = axes
    record, said = left(lambda said: said)
    assert (record.champion_version, record.left_out) == ("1.2.3", {})
    assert list(said.of) == ["always_up", "last_sign", "mean", "champion"]
    spoken = np.flatnonzero(np.isfinite(said.laid_out("champion")).any(axis=0))
    assert set(spoken) == set(np.concatenate([parts["validate"], parts["test"], parts["latest"]]))


def test_a_champion_without_numbers_is_left_out_by_symbol_and_session(left):
    record, said = left(lambda said: replace(said, score=np.where(np.arange(len(said.rows)) == 3, np.nan, said.score)))
    assert record.champion_version is None
    assert record.left_out["champion"].startswith("1 predictions are not numbers, the first for S03 on ")
    assert list(said.of) == ["always_up", "last_sign", "mean"]


def test_a_champion_that_covers_too_little_is_left_out(left):
    def few(said):
        rows = replace(said.rows, symbol=said.rows.symbol[:50], session=said.rows.session[:50])
        return Scores(rows, said.part[:50], said.score[:50])

    record, _ = left(few)
    assert record.left_out["champion"].startswith("scores cover 50 of ")
