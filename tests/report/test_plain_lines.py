"""The lines for terminals, logs and mails: short enough for a terminal, and nothing is rounded to what it is not."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.nouns.standing import Standing
from nightshift.nouns.verdict_record import Check, Verdict
from nightshift.report.lines import standing_words, verdict_lines
from nightshift.report.lines.loud import loud, waits_for

NUMBER = st.none() | st.floats(-999, 999)
SHARE = st.floats(0, 0.05)
DAY = st.dates(date(2000, 1, 3), date(2099, 12, 31)).map(str)
COUNT = st.integers(0, 9999)
OPPONENT = st.sampled_from(["1.0.3", "12.34.567", "always_up", "cash", "mean_reversion"])
STANDING = st.builds(
    Standing, opponent=OPPONENT, n_sessions=COUNT, first_session=st.just("") | DAY, lead_annual=NUMBER, low=NUMBER, high=NUMBER, z=NUMBER,
    bound=NUMBER, margin_annual=st.floats(0, 3), spent_fraction=SHARE, spent_before_fraction=SHARE, budget_fraction=SHARE,
    period_from=DAY, period_until=DAY, horizon_sessions=COUNT, new_sessions=COUNT, reused_sessions=COUNT, excluded_sessions=COUNT,
    first_look_sessions=COUNT, looks=COUNT, trials=COUNT, trials_before=COUNT, detectable_annual=NUMBER, more_sessions=st.none() | COUNT,
)  # fmt: skip


def check(name: str, passed: bool | None, **more) -> Check:
    return Check(**{"metric": name, "must_be": "at_most", "limit": 0.6, "value": 0.7, "passed": passed, "reason": f"{name} told"} | more)


def verdict(*checks: Check, **more) -> Verdict:
    facts = {"decision": "ABSTAIN", "headline": "ridge told.", "challenger": "ridge", "champion_version": "1.0.0", "checks": checks}
    return Verdict(**facts | more)


@settings(max_examples=200, deadline=None)
@given(STANDING)
def test_evidence_and_budget_are_a_line_each_that_fits_a_terminal(found):
    for line in verdict_lines.stands_on(verdict(standing=found, decision="REJECT")):
        assert len(line) <= 138
        assert "None" not in line
        assert "nan" not in line
    told = standing_words.budget(found)
    assert ("nothing tonight" in told) == (found.spent_fraction == 0.0)
    assert f"look {found.looks + 1} of the period until {found.period_until}" in told


@settings(max_examples=20, deadline=None)
@given(STANDING)
def test_no_evidence_is_said_in_words(found):
    nothing = found.model_copy(update={"n_sessions": 0, "lead_annual": None})
    assert standing_words.evidence(nothing) == f"no session of evidence yet against {found.against}"
    assert standing_words.evidence(nothing.model_copy(update={"opponent": ""})) == "no session of evidence yet against anybody"


def test_a_night_of_before_there_was_a_budget_has_neither_line():
    assert verdict_lines.stands_on(verdict(check("f1", False), decision="REJECT")) == []


def test_what_an_abstain_waits_for_is_counted_where_it_can_be():
    counted, person = check("f1", None, more_sessions=54), check("accuracy", None, held=True)
    waiting = verdict(counted, person, check("recall", None), check("precision", None), check("x", True))
    assert waits_for(waiting) == (
        "about 54 more sessions (f1 at_most); a person's word (accuracy at_most); "
        "what sessions alone do not bring (recall at_most, precision at_most)"
    )
    assert waits_for(verdict(check("f1", None), decision="REJECT")) == ""


def test_what_is_loud_is_said_once_and_in_order():
    held = verdict(check("accuracy", None, held=True), partial="it was run without xgboost", alarm="nothing for 25 nights")
    assert [one.word for one in loud(held, "ann: the board insists")] == ["FORCED", "HELD", "PARTIAL", "ALARM"]
    assert loud(verdict(check("accuracy", None, held=True), check("f1", False), decision="REJECT")) == (), "a hold excuses no failure"


def test_the_whole_verdict_is_plain_lines_with_the_decision_first():
    told = verdict_lines.whole(verdict(check("accuracy", None, held=True), check("f1", True), check("recall", False)))
    assert told == [
        "ABSTAIN  ridge told.",
        "HELD  accuracy told",
        "pass  f1 told",
        "FAIL  recall told",
        "waits for a person's word (accuracy at_most)",
    ]
    assert verdict_lines.whole(verdict())[1] == "none: no gates means no release"
