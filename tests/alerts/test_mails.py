"""The words: answer first, what to do last, no secrets, one line of subject."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nightshift.errors import DataRefused, NightshiftError, SourceUnreachable
from nightshift.report.mail import alerts
from nightshift.report.mail.alerts import Check, Happening, Verdict
from nightshift.report.mail.redaction import HIDDEN, redact
from nightshift.report.mail.writing import Mail

WHERE = Happening("demo", "manual__1", as_of="2026-11-19T21:30:00+00:00", log_url="http://127.0.0.1:8080/log", report="/home/r/report.html")
REFUSED = DataRefused(expected="positive prices", found="-3 for AAA on 2026-11-19", next_step="correct row 7 of aaa.csv")
CHECKS = (Check("accuracy", False, "accuracy 0.51 is below 0.60"), Check("f1", None, "12 of 60 sessions"))
VERDICT = Verdict("REJECT", "accuracy 0.51 is below 0.60", challenger="xgboost", checks=CHECKS)


def every_mail() -> list[Mail]:
    return [
        alerts.failure(WHERE, "check", REFUSED),
        alerts.failure(WHERE, "", "timed_out"),
        alerts.failure(WHERE, "report", ValueError("")),
        *(alerts.verdict(WHERE, replace(VERDICT, decision=word), "1.0.1") for word in ("PROMOTE", "REJECT", "ABSTAIN")),
        alerts.verdict(WHERE, replace(VERDICT, decision="PROMOTE"), dry_run=True),
        alerts.rollback(WHERE, "1.0.0", "ada", "bad fills"),
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


def test_a_refusal_shows_every_gate_with_value_and_limit():
    text = alerts.verdict(WHERE, VERDICT).text
    assert "accuracy: FAILED: accuracy 0.51 is below 0.60" in text
    assert "f1: not enough evidence: 12 of 60 sessions" in text
    assert "the run itself is green" in text


def test_markup_in_an_error_stays_text():
    mail = alerts.failure(WHERE, "check", ValueError("<img src=x onerror=alert(1)>"))
    assert "<img" not in mail.html


def test_a_line_break_cannot_add_a_header():
    mail = alerts.failure(WHERE, "check", ValueError("boom\r\nBcc: someone@else.example"))
    assert "\r" not in mail.subject
    assert "\n" not in mail.subject


@pytest.mark.parametrize(
    "text",
    [
        "mongodb://bot:s3cr3tvalue@db/bars did not answer",
        "postgresql+psycopg2://u:s3cr3tvalue@host:5432/x",
        "password=s3cr3tvalue, user=bot",
        '{"api_key": "s3cr3tvalue"}',
        "Token: s3cr3tvalue",
        "the header was s3cr3tvalue",  # known from the environment
    ],
)
def test_no_secret_is_told(text):
    told = redact(text, {"VENDOR_API_KEY": "s3cr3tvalue", "HOME": "/root"})
    assert "s3cr3tvalue" not in told
    assert HIDDEN in told


@pytest.mark.parametrize("text", ["expected 30 symbols; found 28", "https://example.com/a:b", "at 21:30 in bars.csv:7", "monkey business"])
def test_plain_words_are_left_alone(text):
    assert redact(text, {"A_TOKEN": "x", "HOME": "/root"}) == text


def test_a_retryable_error_is_told_like_any_other():
    error: NightshiftError = SourceUnreachable(expected="an answer", found="none", next_step="start mongod")
    assert "What to do: Start mongod" in alerts.failure(WHERE, "extract", error).text
