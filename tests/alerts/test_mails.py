"""The words: answer first, what to do last, one line of subject."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from nightshift.errors import ConfigError, Damaged, DataRefused, LeakFound, NightshiftError, ReleaseRefused, SourceUnreachable
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.nouns.verdict_record import Check, Verdict
from nightshift.nouns.week_record import WeekRecord
from nightshift.report.mail import alerts
from nightshift.report.mail.alerts import Happening, TakenBack
from nightshift.report.mail.failed import failure
from nightshift.report.mail.served_words import served_words
from nightshift.report.mail.week import weekly
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
        failure(WHERE, "check", REFUSED),
        failure(WHERE, "", "timed_out"),
        failure(WHERE, "report", ValueError("")),
        *(alerts.verdict(WHERE, verdict(decision=word), "1.0.1") for word in ("PROMOTE", "REJECT", "ABSTAIN")),
        alerts.verdict(WHERE, verdict(decision="PROMOTE"), dry_run=True),
        alerts.rollback(WHERE, TakenBack("1.0.0", "1.0.1", None, AT, "ada", "bad fills")),
        alerts.retraction(WHERE, TakenBack(None, "1.0.1", "1.0.1", AT, "ada", "bad fills")),
        weekly(WHERE, WeekRecord.model_construct(headline="as backtested", degraded=False, windows=(), waiting=0)),
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
    mail = failure(WHERE, "check", REFUSED)
    assert mail.subject.startswith("[nightshift][demo] FAILED check 2026-11-19: expected positive prices; found -3 for AAA")
    assert "still served" in mail.text.splitlines()[0]
    assert "What to do: Correct row 7 of aaa.csv" in mail.text


def test_a_failure_after_the_swap_does_not_claim_that_nothing_changed():
    assert "may already be served" in failure(WHERE, "report", REFUSED).text
    assert "nothing was changed" not in failure(WHERE, "report", REFUSED).text


@pytest.mark.parametrize(
    ("error", "reason", "row"),
    [
        (KeyError("payload"), "a defect in the code (KeyError: 'payload')", "KeyError: 'payload'"),  # the bare key would be no reason
        (ValueError("no symbols"), "an unexpected error (ValueError: no symbols)", "ValueError: no symbols"),
        (ValueError(" \n"), "an unexpected error (ValueError)", "ValueError"),
        (
            OSError(28, "No space left on device"),
            "the machine or the network refused something (OSError: [Errno 28]",
            "OSError: [Errno 28]",
        ),
        (MemoryError(), "there was not enough memory (MemoryError)", "MemoryError"),
        ("timed_out", "it took longer than it may", "it took longer than it may"),
        ("task_failure", "a task ended without a word, killed from outside", "a task ended without a word, killed from outside"),
    ],
)
def test_an_error_is_told_in_plain_words_in_the_subject_and_with_its_kind_once(error, reason, row):
    mail = failure(WHERE, "ingest", error)
    assert mail.subject.startswith(f"[nightshift][demo] FAILED ingest 2026-11-19: {reason}")
    assert f"\nerror: {row}" in mail.text


ONCE_MORE = "clear the failed task"
CLEARING = [
    (ConfigError(expected="a", found="b", next_step="correct the file"), "trigger the run again", False),
    (REFUSED, "trigger the run again", False),
    (LeakFound(expected="a", found="b", next_step="let it look back only"), "trigger the run again", False),
    (ReleaseRefused(expected="a", found="b", next_step="nightshift status"), "it would be refused again", False),
    (KeyError("payload"), "report its last lines", False),
    (SourceUnreachable(expected="a", found="b", next_step="start mongod"), ONCE_MORE, True),
    (Damaged(expected="a", found="b", next_step="restore it from a copy"), ONCE_MORE, True),
    (OSError(28, "No space left on device"), ONCE_MORE, True),
    (MemoryError(), ONCE_MORE, True),
    (RuntimeError("boom"), ONCE_MORE, True),
    ("task_failure", "for want of memory", True),
    ("timed_out", "clear the run's unfinished tasks", True),
    ("all_tasks_deadlocked", "clear the run's unfinished tasks", True),
]


@pytest.mark.parametrize(("error", "advice", "helps"), CLEARING, ids=lambda one: getattr(one, "__name__", None) or str(one)[:30])
def test_clearing_is_advised_only_where_it_helps(error, advice, helps):
    told = failure(WHERE, "train", error).text.partition("What to do: ")[2]
    assert advice in told
    assert bool(re.search(r"\bclear the (failed|run's)", told)) is helps


def test_a_rollback_that_broke_is_not_cleared_for_it_would_go_back_twice():
    told = failure(WHERE, "rollback", ConnectionError("no answer")).text
    assert "Do not clear the task" in told
    assert "`nightshift history --market demo`" in told


LIVE = LedgerEntry.model_construct(version="1.0.1", at="2026-11-19T21:52:00+00:00")


@pytest.mark.parametrize(
    ("live", "began", "said"),
    [
        (LIVE, dt.datetime(2026, 11, 19, 21, 30, tzinfo=dt.UTC), "1.0.1 is served: it went live at 2026-11-19 21:52 UTC, after this run"),
        (LIVE, dt.datetime(2026, 11, 20, 21, 30, tzinfo=dt.UTC), "still served: version 1.0.1, since 2026-11-19; nothing was changed"),
        (LIVE, None, "Version 1.0.1 is served, since 2026-11-19 21:52 UTC."),
        (None, None, "demo serves nothing, and nothing was released."),
    ],
)
def test_what_is_served_is_a_fact_where_the_ledger_can_be_read(live, began, said):
    text = failure(WHERE, "report", ValueError("x"), served_words("demo", live, began)).text
    assert said in text.splitlines()[0]
    assert "may already be served" not in text


def test_a_failure_says_of_which_dag_it_is():
    mail = failure(replace(WHERE, dag="weekly evaluation"), "evaluate", ValueError("x"))
    assert "FAILED evaluate (weekly evaluation) 2026-11-19" in mail.subject
    assert mail.text.startswith("The demo weekly evaluation stopped in `evaluate`.")
    assert failure(replace(WHERE, dag="replay"), "", "timed_out").subject.startswith("[nightshift][demo] FAILED replay 2026-11-19")


def test_a_broken_run_does_not_claim_that_nothing_changed():
    text = failure(WHERE, "", "timed_out").text  # no task is known: it may have been the one that promotes
    assert "nothing was changed" not in text
    assert "`nightshift status` tells" in text.splitlines()[0]


def test_who_gets_no_link_to_a_log_is_not_sent_to_one():
    text = failure(replace(WHERE, log_url=""), "", "timed_out").text
    assert "What to do: Open the run in Airflow. Give it more time" in text
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
    assert told in failure(WHERE, "check", SourceUnreachable(expected="a", found="b", next_step=next_step)).text


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
    assert "What to do: Start mongod" in failure(WHERE, "extract", error).text
