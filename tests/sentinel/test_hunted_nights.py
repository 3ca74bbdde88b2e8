"""The sentinel in the night: a clean chain goes on with a record, a column that knows tomorrow stops the night before training."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from nightshift.data.columns import COLUMNS
from nightshift.errors import LeakFound
from nightshift.nouns.leak_hunt import LeakHunt
from nightshift.nouns.options import Options
from nightshift.running import line, stages
from nightshift.storage import store
from nightshift.storage.night import night_of

AS_OF = "2026-11-20T23:00:00+00:00"
MARKET = """
market: small
title: Small
calendar: XNYS
source: {kind: simulated, symbols: 6, first_session: 2025-01-02, seed: 7}
columns: [log_return_1, rsi_14, volume_ratio_20, rank_return_5, weekday]
families: [{name: logistic, params: {scaling: standard}}]
gates: [{metric: sharpe_annual, must_be: above_champion_by, limit: 0.0}]
execution: {heavy: here}
"""


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    (tmp_path / "markets").mkdir()
    (tmp_path / "markets" / "small.yaml").write_text(MARKET)
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path / "markets"))
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))


def tomorrow(name, monkeypatch):
    """The column as it will be a session later."""
    honest = COLUMNS[name]
    leaking = dataclasses.replace(honest, compute=lambda bars: np.roll(honest.compute(bars), -1, axis=1))
    monkeypatch.setitem(COLUMNS, name, leaking)


def columns_of_tonight():
    return stages.columns(stages.check(stages.extract("small", AS_OF)))


def test_a_clean_night_keeps_what_was_looked_at():
    where = stages.hunt_leaks(columns_of_tonight())
    night = night_of(where)
    hunted = night.read(LeakHunt, "leak_hunt")
    assert (hunted.clean, hunted.offences, hunted.columns) == (True, (), 5)
    assert {look.step for look in hunted.looks} == {"cleaning", "column", "label", "preparation"}
    assert {look.future for look in hunted.looks if look.step == "column"} == {"perturbed", "truncated"}
    assert len({look.first_cut for look in hunted.looks}) >= 3
    assert hunted.sentence.startswith("no leak: ")
    assert stages.hunt_leaks(where) == where


@pytest.mark.parametrize("name", ["log_return_1", "rank_return_5"])
def test_a_column_that_knows_tomorrow_stops_the_night_before_training(name, monkeypatch):
    tomorrow(name, monkeypatch)
    for _ in range(2):  # and again on every attempt
        with pytest.raises(LeakFound, match=f"found column {name} knew the future: SIM000") as leak:
            line.fit_night("small", AS_OF, Options())
        assert leak.value.exit_code == 2
        assert "nothing was trained" in leak.value.next_step
    night = night_of(stages.extract("small", AS_OF, Options().model_dump(mode="json")))
    assert not store.exists(night.stage("models", "logistic"))
    hunted = night.read(LeakHunt, "leak_hunt")
    assert {one.name for one in hunted.offences} == {name}


def test_the_same_night_is_hunted_at_the_same_cuts(tmp_path):
    from nightshift.proof import sentinel

    night = night_of(columns_of_tonight())
    for name in "ab":
        (tmp_path / name).mkdir()
        sentinel.hunt(night, tmp_path / name)
    first, again = (LeakHunt.read(tmp_path / name).model_dump(exclude={"seconds"}) for name in "ab")
    assert first == again
