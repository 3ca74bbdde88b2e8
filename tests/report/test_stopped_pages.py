"""A night that a leak or a changed column stopped has a page and a state; the state moves on when the night does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nightshift import sessions
from nightshift.config import Market
from nightshift.data import snapshot
from nightshift.errors import DataRefused, LeakFound
from nightshift.nouns.leak_hunt import LeakHunt
from nightshift.nouns.options import Options
from nightshift.running.stopping import leaving_a_page
from nightshift.storage import store
from nightshift.storage.night import Night, night_of, open_night
from nightshift.storage.night_state import state_of

KEPT = Path(__file__).parents[1] / "nouns" / "kept"
CAUGHT, CLEAN = "LeakHunt.caught", "LeakHunt"


@pytest.fixture
def night(nightshift_home) -> Night:
    source = {"kind": "simulated", "symbols": 2, "first_session": "2026-10-01"}
    facts = {"market": "small", "title": "Small", "calendar": "XNYS", "families": [{"name": "logistic"}], "source": source}
    market, when = Market.model_validate(facts), sessions.utc("2026-11-19T22:00")
    return night_of(open_night(market, when, snapshot.take(market, when), Options()))


def hunted(night: Night, name: str) -> LeakHunt:
    hunt = LeakHunt.of_facts(json.loads((KEPT / f"{name}.json").read_text()), KEPT)
    store.write(night.stage("leak_hunt"), hunt.write)
    return hunt


def page_of(error: DataRefused | LeakFound) -> str:
    return Path(error.next_step.rsplit(" ", 1)[-1]).read_text()


def test_a_leak_that_stopped_the_night_is_what_its_page_says(night):
    hunt = hunted(night, CAUGHT)
    with pytest.raises(LeakFound) as caught, leaving_a_page(night, "leak_hunt"):
        raise LeakFound(expected="the past to stay", found=hunt.offences[0].sentence, next_step="let it look back only")
    assert (state_of(night).word, state_of(night).at) == ("leak found", "leak_hunt")
    page = page_of(caught.value)
    assert "LEAK FOUND" in page
    assert "knew the future" in page
    assert "let it look back only" in page
    assert caught.value.exit_code == 2


def test_a_changed_column_is_data_refused_until_the_night_gets_further(night):
    with pytest.raises(DataRefused) as refused, leaving_a_page(night, "leak_hunt"):
        raise DataRefused(
            expected="the columns of champion 1.0.0", found="appeared: rsi_14", next_step="have this line: `accept_column_changes`"
        )
    assert "DATA REFUSED" in page_of(refused.value)
    assert (state_of(night).word, state_of(night).is_stopped) == ("data refused", True)
    assert "appeared: rsi_14" in state_of(night).reason
    hunted(night, CLEAN)
    assert (state_of(night).word, state_of(night).at) == ("unfinished", "check")


def test_what_nobody_expects_leaves_no_page(night):
    with pytest.raises(KeyError), leaving_a_page(night, "check"):
        raise KeyError("payload")
    assert not store.exists(night.stage("report"))
