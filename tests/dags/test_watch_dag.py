"""The watch inside Airflow: what is silent is mailed through Airflow's own connection, and red means that no mail can leave."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

NOBODY_LISTENS = '{"conn_type":"smtp","host":"127.0.0.1","port":1,"extra":{"disable_ssl":true,"disable_tls":true}}'


class Clock(dt.datetime):
    """A Saturday morning, after a night that nobody ran."""

    @classmethod
    def now(cls, tz=None):
        return cls(2026, 11, 21, 6, tzinfo=tz)


@pytest.fixture
def saturday(dags, monkeypatch, released_market):
    dags()  # puts the folder of DAGs where its wiring is found
    from wiring import watching

    monkeypatch.setattr(watching, "dt", SimpleNamespace(datetime=Clock, UTC=dt.UTC))


def test_a_silent_night_is_mailed_once_and_the_run_is_green(saturday, mailbox):
    from wiring import watching

    for _ in range(2):
        assert watching.watch().startswith("demo 2026-11-20 is silent")
    assert [subject[:40] for subject in mailbox.subjects] == ["[nightshift][demo] NO VERDICT 2026-11-20"]


def test_when_no_mail_can_leave_the_run_is_red_and_says_so_to_everybody_once_a_day(dags, released_market, monkeypatch, mailbox):
    dag = dags()["nightshift_watch"]
    dag.task_dict["watch"].retries = 0
    with monkeypatch.context() as down:
        down.setenv("AIRFLOW_CONN_SMTP_DEFAULT", NOBODY_LISTENS)
        run = dag.test()
        assert str(run.state) == "failed"
        dag.on_failure_callback({"dag": dag, "dag_run": run, "run_id": "an hour later", "reason": "timed_out"})
    (letter,) = (released_market / "outbox").glob("failed-nightshift-watch-*.eml")
    from wiring import watching

    watching.watch()
    assert letter.with_suffix(".sent").exists()
    (told,) = [subject for subject in mailbox.subjects if "FAILED" in subject]
    assert told.startswith("[nightshift][nightshift] FAILED watch (watch of every market)")
