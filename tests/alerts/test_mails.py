"""The words: answer first, what to do last, one line of subject."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nightshift.errors import DataRefused, NightshiftError, SourceUnreachable
from nightshift.nouns.verdict_record import Check, Verdict
from nightshift.report.mail import alerts
from nightshift.report.mail.alerts import Happening, TakenBack
from nightshift.report.mail.writing import Mail

AT = "2026-11-20T09:12:30+00:00"
WHERE = Happening("demo", "manual__1", as_of="2026-11-19T21:30:00+00:00", log_url="http://127.0.0.1:8080/log", report="/home/r/report.html")
REFUSED = DataRefused(expected="positive prices", found="-3 for AAA on 2026-11-19", next_step="correct row 7 of aaa.csv")


def check(metric: str | None, passed: bool | None, reason: str) -> Check:
    return Check(metric=metric, must_be="at_least", limit=0.6, value=None, passed=passed, reason=reason)


def verdict(**told) -> Verdict:
    """A refusal, but for what is told."""
    checks = (check("accuracy", False, "accuracy 0.51 is below 0.60"), check("f1", None, "12 of 60 sessions"))
    refusal = {"decision": "REJECT", "headline": "accuracy 0.51 is below 0.60", "challenger": "xgboost", "checks": checks}
    return Verdict(**(refusal | told), champion_version=None)


def every_mail() -> list[Mail]:
    return [
        alerts.failure(WHERE, "check", REFUSED),
        alerts.failure(WHERE, "", "timed_out"),
        alerts.failure(WHERE, "report", ValueError("")),
        *(alerts.verdict(WHERE, verdict(decision=word), "1.0.1") for word in ("PROMOTE", "REJECT", "ABSTAIN")),
        alerts.verdict(WHERE, verdict(decision="PROMOTE"), dry_run=True),
        alerts.rollback(WHERE, TakenBack("1.0.0", "1.0.1", None, AT, "ada", "bad fills")),
        alerts.retraction(WHERE, TakenBack(None, "1.0.1", "1.0.1", AT, "ada", "bad fills")),
        alerts.weekly(WHERE, "as backtested"),
    ]


@pytest.mark.parametrize("mail", every_mail(), ids=lambda mail: mail.subject[19:50])
def test_every_mail_answers_first_and_says_the_same_twice(mail):
    assert mail.subject.startswith("[nightshift][demo] ")
    assert "2026-11-19" in mail.subject
    assert "\n" not in mail.subject
    assert len(mail.subject) <= 160
    first_line = mail.text.splitlines()[0]
    assert first_line
    assert mail.html.index("<strong>") < mail.html.index("<table")
    assert "What to do: " in mail.text
    assert "<script" not in mail.html
    assert "http://127.0.0.1:8080/log" in mail.text
    assert "http://127.0.0.1:8080/log" in mail.html


def test_a_failure_names_the_task_the_error_and_the_next_step():
    mail = alerts.failure(WHERE, "check", REFUSED)
    assert mail.subject.startswith("[nightshift][demo] FAILED check 2026-11-19: expected positive prices; found -3 for AAA")
    assert "still served" in mail.text.splitlines()[0]
    assert "What to do: Correct row 7 of aaa.csv" in mail.text


def test_a_failure_after_the_swap_does_not_claim_that_nothing_changed():
    assert "may already be served" in alerts.failure(WHERE, "report", REFUSED).text
    assert "nothing was changed" not in alerts.failure(WHERE, "report", REFUSED).text


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (KeyError("payload"), "KeyError: 'payload'"),  # the bare key would be no reason
        (ValueError("no symbols"), "ValueError: no symbols"),
        (ValueError(""), "ValueError"),
        (ValueError(" \n"), "ValueError"),
        ("timed_out", "timed_out"),
    ],
)
def test_an_unexpected_error_is_told_with_its_kind_once(error, reason):
    mail = alerts.failure(WHERE, "ingest", error)
    assert mail.subject == f"[nightshift][demo] FAILED ingest 2026-11-19: {reason}"
    assert f"\nerror: {reason}\n" in mail.text


def test_a_broken_run_does_not_claim_that_nothing_changed():
    text = alerts.failure(WHERE, "", "timed_out").text  # no task is known: it may have been the one that promotes
    assert "nothing was changed" not in text
    assert "`nightshift status` tells" in text.splitlines()[0]


def test_who_gets_no_link_to_a_log_is_not_sent_to_one():
    text = alerts.failure(replace(WHERE, log_url=""), "", "timed_out").text
    assert "What to do: Open the run in Airflow. If the cause" in text
    assert "log" not in text


@pytest.mark.parametrize(
    ("next_step", "told"),
    [
        ("correct row 7", "What to do: Correct row 7; then clear the failed task. A stage"),
        ("nightshift history", "What to do: nightshift history; then clear the failed task. A stage"),  # a command is typed as it is
        ("did you mean 'symbols'?", "What to do: Did you mean 'symbols'? Then clear the failed task. A stage"),
        ("restore it.", "What to do: Restore it. Then clear the failed task. A stage"),
        ("", "What to do: Open the log."),
    ],
)
def test_the_next_step_is_a_sentence(next_step, told):
    assert told in alerts.failure(WHERE, "check", DataRefused(expected="a", found="b", next_step=next_step)).text


def test_a_refusal_shows_every_gate_with_value_and_limit():
    text = alerts.verdict(WHERE, verdict()).text
    assert "FAILED: accuracy 0.51 is below 0.60" in text
    assert "not enough evidence: f1: 12 of 60 sessions" in text
    assert "the run itself is green" in text


@pytest.mark.parametrize(
    ("check", "row"),
    [
        (check("accuracy", True, "accuracy 0.7 is at least 0.6, by 0.1"), "passed: accuracy 0.7 is at least 0.6, by 0.1"),
        (check("accuracy", False, "up_accuracy is another metric"), "FAILED: accuracy: up_accuracy is another metric"),
        (check("test_sessions", None, "not enough evidence: 12 of 20 test sessions"), "not enough evidence: 12 of 20 test sessions"),
        (check("calmar", None, "the champion could not be judged"), "not enough evidence: calmar: the champion could not be judged"),
        (check("f1", None, "f1 of ridge: not enough evidence: 12 of 60 sessions"), "not enough evidence: f1 of ridge: 12 of 60 sessions"),
        (check(None, False, "ridge measures what the champion measures"), "FAILED: ridge measures what the champion measures"),
    ],
)
def test_a_check_names_its_metric_and_its_state_once(check, row):
    mail = alerts.verdict(WHERE, verdict(headline="refused", checks=(check,)))
    assert f"\n{row}\n" in mail.text
    state, _, reason = row.partition(": ")
    assert mail.html.count(state) == 1
    assert mail.html.count(reason) == 1


@pytest.mark.parametrize(
    ("decision", "headline", "reason"),
    [
        ("PROMOTE", "xgboost passes all 2 checks.", "PROMOTED xgboost 2026-11-19: passes all 2 checks."),
        ("REJECT", "xgboost is refused: accuracy 0.5.", "REFUSED xgboost 2026-11-19: accuracy 0.5."),
        ("ABSTAIN", "Not enough evidence about it.", "ABSTAINED on xgboost 2026-11-19: Not enough evidence about it."),
    ],
)
def test_a_subject_does_not_say_the_same_twice(decision, headline, reason):
    mail = alerts.verdict(WHERE, verdict(decision=decision, headline=headline))
    assert mail.subject == f"[nightshift][demo] {reason}"
    assert f"verdict: {decision}: {headline}" in mail.text


def test_a_night_without_a_challenger_does_not_speak_of_one():
    mail = alerts.verdict(WHERE, verdict(challenger=None, headline="No family can be judged tonight.", checks=()))
    assert mail.subject == "[nightshift][demo] REFUSED 2026-11-19: No family can be judged tonight."
    assert mail.text.splitlines()[0].startswith("Nothing was released. What was served before is still served")
    assert "challenger" not in mail.text


def test_a_retryable_error_is_told_like_any_other():
    error: NightshiftError = SourceUnreachable(expected="an answer", found="none", next_step="start mongod")
    assert "What to do: Start mongod" in alerts.failure(WHERE, "extract", error).text
