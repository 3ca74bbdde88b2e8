"""What the gate knows, at the command line: evidence and budget beside the checks, and loud what nobody may overlook."""

from __future__ import annotations

import pytest

from nightshift.commands import nights
from nightshift.nouns.verdict_record import Check, Verdict
from nightshift.storage import addresses, store

LONGEST = 140
HELD = Check(
    metric="accuracy", must_be="at_most", limit=0.6, value=0.99, passed=None, reason="accuracy 0.99 is too good to be true", held=True
)
ALARM = "nothing could have been promoted for 25 nights: f1 at_least stood against every challenger"


def judge_again(**changes) -> Verdict:
    folder = store.path(nights.last("small", "verdict").stage("verdict"))
    told = Verdict.read(folder).model_copy(update=changes)
    told.write(folder)
    store._seal(folder)
    return told


@pytest.mark.parametrize("words", [("gate", "--as-of", "2026-11-19", "--quiet"), ("history", "--last")])
def test_evidence_and_budget_stand_beside_the_checks(judged, ask, words):
    said = ask(words[0], "--market", "small", *words[1:])
    told = Verdict.read(store.path(nights.last("small", "verdict").stage("verdict"))).standing
    lines = said.out.splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("  evidence  "))
    assert f"annual Sharpe ({told.low:.2f} … {told.high:.2f}) over {told.opponent}, {told.n_sessions} sessions" in lines[at]
    assert lines[at].endswith(f"z {told.z:.2f}, {told.bound:.2f} promotes")
    assert lines[at + 1].startswith("  budget    ")
    assert lines[at + 1].endswith(f"look 1 of the period until {told.period_until}")
    assert max(len(line) for line in lines if "/" not in line) <= LONGEST
    assert ask(*words[:1], "--market", "small", *words[1:], "--json").facts["standing"] == told.model_dump(mode="json")


def test_a_night_of_before_there_was_a_budget_is_told_without_it(judged, ask):
    judge_again(standing=None)
    told = ask("history", "--market", "small", "--last").out
    assert "  checks\n" in told
    assert "evidence" not in told
    assert "budget" not in told
    assert ask("history", "--market", "small").code == ask("status", "--market", "small").code == 0


def test_a_held_verdict_says_what_can_be_typed(judged, ask):
    judge_again(decision="ABSTAIN", checks=(HELD,), headline="logistic is held for a person: accuracy 0.99 is too good to be true.")
    lines = ask("history", "--market", "small", "--last").out.splitlines()
    name = addresses.name_of(nights.last("small", "verdict").address)
    assert lines[0] == "HELD accuracy 0.99 is too good to be true"
    assert "    HELD  accuracy 0.99 is too good to be true" in lines
    assert "  waits for a person's word (accuracy at_most)" in lines
    assert lines[-2:] == [
        f'            nightshift promote --market small --night {name} --force --who YOU --why "…"',
        "            or leave it: what is served keeps serving",
    ]
    assert "ABSTAIN HELD" in ask("history", "--market", "small").out


def test_partial_and_alarm_are_loud(judged, ask):
    judge_again(decision="REJECT", partial="it was run without lightgbm", alarm=ALARM)
    lines = ask("history", "--market", "small", "--last").out.splitlines()
    assert lines[0].startswith("PARTIAL it was run without lightgbm; a partial night never")
    assert lines[1] == f"ALARM {ALARM}"
    history = ask("history", "--market", "small").out
    assert "REJECT PARTIAL" in history
    assert f"\nALARM  {ALARM}\n" in history
    status = ask("status", "--market", "small")
    assert f"  ALARM     {ALARM}" in status.out.splitlines()
    facts = ask("status", "--market", "small", "--json").facts[0]
    assert (facts["partial"], facts["alarm"]) == ("it was run without lightgbm", ALARM)


def test_every_line_of_the_history_fits_a_terminal_and_has_its_z(judged, ask):
    told = judge_again(headline="logistic passes " + "all of it " * 40)
    lines = ask("history", "--market", "small").out.splitlines()
    assert lines[1].split()[:7] == ["night", "verdict", "model", "version", "z", "of", "needed"]
    assert f"{told.standing.z:.2f} of {told.standing.bound:.2f}" in lines[2]
    assert max(map(len, lines)) == LONGEST


def test_status_says_what_is_left_of_the_budget(judged, ask):
    told = Verdict.read(store.path(nights.last("small", "verdict").stage("verdict"))).standing
    lines = ask("status", "--market", "small").out.splitlines()
    assert lines[-4] == "small"
    assert lines[-3].startswith("  data  ")  # before any number is believed
    assert lines[-2].startswith("  evidence  ")
    assert lines[-1].endswith(f" of 5.00 % left against the naive rules until {told.period_until}, after 1 look")
    facts = ask("status", "--market", "small", "--json").facts[0]
    assert facts["budget"] == {
        "opponent": "", "budget_fraction": 0.05, "left_fraction": pytest.approx(0.05 - told.spent_fraction), "looks": 1,
        "until": told.period_until,
    }  # fmt: skip


def test_a_new_champion_has_a_budget_of_its_own(promoted, ask):
    facts = ask("status", "--market", "small", "--json").facts[0]
    assert (facts["budget"]["opponent"], facts["budget"]["left_fraction"], facts["budget"]["looks"]) == ("1.0.0", 0.05, 0)
    assert "budget" not in ask("status", "--market", "small").out


def test_a_market_file_with_a_slip_stops_no_status(promoted, ask):
    file = promoted.parent / "markets" / "small.yaml"
    file.write_text(file.read_text().replace("calendar:", "calender:"))
    said = ask("status", "--json")
    assert said.code == 0, said.err
    assert (said.facts[0]["version"], said.facts[0]["budget"]) == ("1.0.0", None)
