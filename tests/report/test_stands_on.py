"""What the verdict stands on, in the report's first section: the numbers, the picture of the looks, and what nobody may overlook."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from nightshift import report
from nightshift.nouns.leak_hunt import LeakHunt
from nightshift.nouns.look import Look
from nightshift.nouns.standing import Standing
from nightshift.nouns.verdict_record import Check, Verdict
from nightshift.report.sections.stands_on import stands_on
from nightshift.storage import addresses, ledger, store

KEPT = Path(__file__).parents[1] / "nouns" / "kept"
AT = dt.datetime(2026, 11, 19, 23, tzinfo=dt.UTC)
TOO_GOOD = Check(
    metric="accuracy", must_be="at_most", limit=0.6, value=0.99, passed=None, reason="accuracy 0.99 is too good to be true", held=True
)


def standing(**changes) -> Standing:
    facts = {
        "opponent": "1.0.3", "n_sessions": 64, "first_session": "2026-08-20", "lead_annual": 0.52, "low": -0.8, "high": 1.84, "z": 0.77,
        "bound": 3.24, "margin_annual": 0.1, "spent_fraction": 0.0002, "spent_before_fraction": 0.0029, "budget_fraction": 0.05,
        "period_from": "2026-11-16", "period_until": "2027-11-15", "horizon_sessions": 310, "new_sessions": 1, "reused_sessions": 89,
        "excluded_sessions": 7, "first_look_sessions": 20, "looks": 3, "trials": 4, "trials_before": 1012, "detectable_annual": 1.9,
        "more_sessions": None,
    }  # fmt: skip
    return Standing(**facts | changes)


def look(night: str, session: str, *, z: float | None, bound: float | None, opponent: str = "1.0.3", recipe: str = "recipe") -> None:
    one = Look(
        recipe=recipe, opponent=opponent, period_from="2026-11-16", sessions=(), net_returns={}, n_sessions=64, horizon_sessions=310,
        lead_annual=0.5, z=z, bound=bound, spent_fraction=0.0, trials=4, reused_sessions=0, decision="ABSTAIN", headline="", partial="",
        forced="",
    )  # fmt: skip
    ledger.record_look(one, market="synthetic", night=night, session=session, as_of=AT.isoformat(), who="gate", at=AT)


def judge_again(night, **changes) -> None:
    """The night's verdict with some of its facts changed."""
    folder = store.path(night.stage("verdict"))
    Verdict.read(folder).model_copy(update=changes).write(folder)
    store._seal(folder)


def written(night) -> tuple[str, dict]:
    folder = store.path(store.write(night.stage("report"), lambda place: report.write(night, place)))
    return (folder / "report.html").read_text(), json.loads((folder / "report.json").read_text())


@pytest.fixture
def night(home, made):
    return made.make_night(made.market(), decision="ABSTAIN", champion="1.0.3", n_symbols=4, n_sessions=300)


def test_the_numbers_stand_below_the_sentence_and_in_the_json(night):
    judge_again(night, standing=standing())
    page, facts = written(night)
    told = {row["name"]: (row["value"], row["note"]) for row in facts["banner"]["stands_on"]["rows"]}
    assert told == {
        "Evidence": ("64 sessions", "since 2026-08-20, against champion 1.0.3; 1 new tonight"),
        "Lead in annual Sharpe": ("+0.52", "−0.80 … 1.84 at 95 %; more than 0.10 is asked"),
        "To promote tonight": ("z 0.77 of 3.24", "the lead over its own doubt, and what is needed"),
        "Error budget": ("0.31 % of 5.00 % spent", "0.29 % before tonight, 0.02 % by this look; it lasts until 2027-11-15"),
        "Looks": ("number 4 of this period", "4 fits tonight, 1 016 ever, to choose from"),
        "Test sessions": ("89 of 30 seen before", "by earlier looks; 7 left out because one of the two had learned from them"),
        "Sessions to wait": ("waiting would not tell", "a lead of 1.90 is found in four of five periods"),
    }
    assert facts["banner"]["stands_on"]["numbers"] == standing().model_dump(mode="json")
    assert page.index("ABSTAIN") < page.index(facts["banner"]["headline"]) < page.index("What it stands on") < page.index("Side by side")
    assert report.night_page(facts) == page


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"bound": None, "n_sessions": 12}, "To promote tonight", ("nothing can", "a first look needs 20 sessions of evidence")),
        ({"bound": None}, "To promote tonight", ("nothing can", "z 0.77, but this look may spend nothing of the budget")),
        ({"z": 3.3}, "Sessions to wait", ("none: it promotes", "a lead of 1.90 is found in four of five periods")),
        ({"more_sessions": 40}, "Sessions to wait", ("about 40 would tell", "a lead of 1.90 is found in four of five periods")),
        ({"detectable_annual": None}, "Sessions to wait", ("waiting would not tell", "nothing is left of the budget to find a lead with")),
        ({"low": None}, "Lead in annual Sharpe", ("+0.52", "not known yet")),
        ({"spent_fraction": 1e-9, "spent_before_fraction": 0.0}, "Error budget", ("under 0.01 % of 5.00 % spent", None)),
    ],
)
def test_each_row_says_what_is_so(changes, name, value):
    found = SimpleNamespace(verdict=SimpleNamespace(standing=standing(**changes)), evaluation=None)
    told = {row["name"]: (row["value"], row["note"]) for row in stands_on(found)["rows"]}
    assert told[name][0] == value[0]
    assert value[1] in {None, told[name][1]}


def test_the_picture_has_the_looks_of_this_incumbency_until_tonight(night):
    look("before", "2026-11-13", z=7.0, bound=3.0, opponent="")
    look("first", "2026-11-17", z=0.4, bound=None)
    look("second", "2026-11-18", z=0.5, bound=3.3, recipe="another")
    look(night.address, "2026-11-19", z=0.77, bound=3.24, recipe="another")
    look("later", "2026-11-20", z=9.0, bound=3.1)
    judge_again(night, standing=standing())
    page, facts = written(night)
    chart = facts["charts"]["z_by_look"]
    assert chart["x"]["sessions"] == ["2026-11-17", "2026-11-18", "2026-11-19"]
    assert {one["name"]: one["y"] for one in chart["series"]} == {"z of the lead": [0.4, 0.5, 0.77], "z that promotes": [None, 3.3, 3.24]}
    assert chart["breaks"] == [1]
    assert "champion 1.0.3" in chart["says"]
    assert "lifted where another recipe" in chart["says"]
    assert page.index("What it stands on") < page.index('id="chart-z_by_look"') < page.index("Side by side")


def test_a_first_look_is_one_point(night):
    judge_again(night, standing=standing())
    look(night.address, "2026-11-19", z=0.77, bound=None, opponent="")
    chart = written(night)[1]["charts"]["z_by_look"]
    assert [one["name"] for one in chart["series"]] == ["z of the lead"]
    assert "the naive rules" in chart["says"]


@pytest.mark.parametrize("kept", ["Verdict.tie.json", "Verdict.unjudged.json"])
def test_a_night_of_before_there_was_a_budget_shows_nothing_of_it(night, kept):
    Verdict.of_facts(json.loads((KEPT / kept).read_text()), KEPT).write(store.path(night.stage("verdict")))
    store._seal(store.path(night.stage("verdict")))
    look(night.address, "2026-11-19", z=0.77, bound=None)
    page, facts = written(night)
    assert (facts["banner"]["stands_on"], facts["banner"]["loud"], facts["banner"]["next"]) == (None, [], [])
    assert "z_by_look" not in facts["charts"]
    assert "What it stands on" not in page


def test_what_nobody_may_overlook_is_loud(night):
    judge_again(night, partial="it was run without xgboost", alarm="nothing could have been promoted for 25 nights: f1 at_least stood")
    page, facts = written(night)
    assert [one["word"] for one in facts["banner"]["loud"]] == ["PARTIAL", "ALARM"]
    assert '<p class="loud PARTIAL"><b>PARTIAL</b> it was run without xgboost; a partial night never replaces' in page
    assert '<p class="loud ALARM"><b>ALARM</b> nothing could have been promoted for 25 nights' in page


def test_a_held_verdict_says_what_a_person_can_do_and_what_the_leak_hunt_says(night):
    judge_again(night, checks=(TOO_GOOD,))
    hunt = LeakHunt.of_facts(json.loads((KEPT / "LeakHunt.json").read_text()), KEPT)
    store.write(night.stage("leak_hunt"), hunt.write)
    page, facts = written(night)
    banner = facts["banner"]
    assert banner["loud"] == [{"word": "HELD", "says": TOO_GOOD.reason}]
    assert banner["waits_for"] == "a person's word (accuracy at_most)"
    name = addresses.name_of(night.address)
    command = f'nightshift promote --market synthetic --night {name} --force --who YOU --why "…"'
    assert [(one["command"], one["does"]) for one in banner["next"]] == [
        ("", f"Leak hunt: {hunt.sentence}."),
        (command, "once you have looked: serves it on your word, which the ledger keeps"),
        ("", "or leave it: 1.0.3 keeps serving"),
    ]
    assert facts["checks"][0]["state"] == "held"
    assert "✋ held" in page
    assert command.split(" --why", maxsplit=1)[0] in page
