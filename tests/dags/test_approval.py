"""A person's word in the Airflow UI: asked only about what could be released, obeyed either way, and kept."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nightshift.nouns.verdict_record import Verdict

PROJECT = Path(__file__).resolve().parents[2]
ADA = {"id": "1", "name": "ada"}
YES, NO = "Release it", "Keep what is served"


@pytest.fixture
def asking(line, tmp_path, monkeypatch):
    """Market demo, which wants approval; what the gate says of it, and what a decline leaves."""
    text = (PROJECT / "include" / "markets" / "demo.yaml").read_text()
    (tmp_path / "demo.yaml").write_text(text + "serving: {approval: {by: [ada], hours: 2}}\n")
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path))
    declined = []
    monkeypatch.setattr("nightshift.running.stages.decline", lambda judged, who, why: declined.append((who, why)))
    line.declined = declined
    return line


def answered(dag, option: str, why: str | None, by: dict | None):
    """The run of a DAG, once what waits in it was answered in Airflow's own database, as the UI's service answers it."""
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import handle_event_submit
    from airflow.triggers.base import TriggerEvent
    from airflow.utils.session import create_session
    from airflow.utils.state import TaskInstanceState
    from sqlalchemy import select

    ended = threading.Event()

    def answer() -> None:
        while not ended.wait(0.05):
            with create_session() as session:
                waiting = select(TaskInstance).where(TaskInstance.state == TaskInstanceState.AWAITING_INPUT)
                for ti in session.scalars(waiting):
                    detail = session.scalar(select(HITLDetail).where(HITLDetail.ti_id == ti.id))
                    detail.chosen_options, detail.params_input = [option], {"why": why}
                    detail.responded_by, detail.responded_at = by, datetime.now(UTC)
                    asked.append((detail.subject, detail.body, detail.assigned_users))
                    handle_event_submit(
                        TriggerEvent(detail.as_resume_event_payload(timedout=by is None)), task_instance=ti, session=session
                    )

    asked: list[tuple] = []
    person = threading.Thread(target=answer)
    person.start()
    try:
        return dag.test(), asked
    finally:
        ended.set()
        person.join()


@pytest.mark.slow  # a person answers in Airflow's own database while the run writes there
def test_a_yes_releases_and_the_ledger_is_told_whose(dags, asking, mailbox):
    run, asked = answered(dags()["demo_daily_retrain"], YES, "looked at it", ADA)
    assert str(run.state) == "success"
    assert asking.arguments["promote"][1] == {"dry_run": False, "part": "patch", "who": "gate, approved by ada", "why": "looked at it"}
    ((subject, body, users),) = asked
    assert subject.startswith("xgboost: accuracy 0.66")
    assert "report:" in body
    assert [user["name"] for user in users] == ["ada"]


@pytest.mark.slow
def test_a_no_keeps_what_is_served_and_the_night_keeps_why(dags, asking, mailbox):
    run, _ = answered(dags()["demo_daily_retrain"], NO, "too soon", ADA)
    assert {str(ti.state) for ti in run.get_task_instances()} == {"success"}
    assert asking.declined == [("ada", "too soon")]
    assert "promote" not in asking.calls
    assert "stage" not in asking.calls


@pytest.mark.slow
def test_no_answer_in_time_is_a_no(dags, asking, mailbox):
    run, _ = answered(dags()["demo_daily_retrain"], NO, None, None)
    assert {str(ti.state) for ti in run.get_task_instances()} == {"success"}
    assert asking.declined == [("", "")]


@pytest.mark.slow
def test_nobody_is_asked_about_a_refusal(dags, asking, mailbox):
    asking.decision = "REJECT"
    run, asked = answered(dags()["demo_daily_retrain"], YES, None, ADA)
    assert {str(ti.state) for ti in run.get_task_instances()} == {"success"}
    assert asked == []
    assert "promote" not in asking.calls


def told(decision: str, **more) -> Verdict:
    return Verdict(decision=decision, headline="it is better", challenger="ridge", champion_version=None, **more)


def test_a_yes_to_what_is_held_is_a_persons_word_against_the_gate(dags):
    from wiring import approving

    word = approving.word_of({"chosen_options": [YES], "params_input": {"why": None}, "responded_by_user": ADA})
    assert word.said_of(told("ABSTAIN")) == {"who": "ada", "why": "looked at and approved in the Airflow UI", "force": True}
    assert word.said_of(told("PROMOTE")) == {"who": "gate, approved by ada", "why": ""}


@pytest.mark.parametrize("answer", [None, {"chosen_options": [NO], "params_input": None, "responded_by_user": None}])
def test_silence_is_a_no(dags, answer):
    from wiring import approving

    assert not approving.word_of(answer).releases


def test_the_run_may_wait_as_long_as_a_person_may(dags, asking):
    dag = dags()["demo_daily_retrain"]
    assert (dag.dagrun_timeout.total_seconds() / 3600) == 6 + 2
    approve = dag.task_dict["approve"]
    assert (approve.response_timeout.total_seconds() / 3600, approve.execution_timeout, approve.defaults) == (2, None, [NO])
    assert approve.downstream_task_ids == {"promote_or_keep"}
