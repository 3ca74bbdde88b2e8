"""A failure in every task of every DAG: a red run, exactly one mail with the right advice, and what is served is served.

The callbacks are asked as Airflow asks them, in every task; whole runs with a failure in every task are among the long tests.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from email import message_from_bytes, policy
from pathlib import Path
from types import SimpleNamespace

import pytest

from nightshift.errors import ConfigError, DataRefused, SourceUnreachable
from nightshift.report.mail import outbox
from nightshift.storage import addresses, ledger, store

PROJECT = Path(__file__).resolve().parents[2]
DUE = dt.datetime(2026, 11, 20, 21, 30, tzinfo=dt.UTC)
LATER = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)  # than the day on which the recorded ledger was written
OF_NO_MARKET = {"market_files", "watch"}
KINDS = sorted(file.stem for file in (PROJECT / "dags").glob("*.py") if file.stem not in OF_NO_MARKET)
# `search` is no task where a market does not search by several workers. `dag.test` cannot make the context of a failed
# run whose form has a param without a default (`why` of a rollback), which the DAG processor can: a test below asks it as that does.
NEVER_WHOLE = {"search", "rollback"}
HAND_FAILURES_ON = {"all_success", "none_failed", "none_failed_min_one_success"}
CLEAR, TWICE, AGAIN, DEFECT = "clear the failed task", "Do not clear the task", "trigger the run again", "does not help"
ERRORS = {
    "unreachable": (SourceUnreachable(expected="an answer", found="none", next_step="start mongod"), CLEAR),
    "asked wrongly": (ConfigError(expected="a", found="b", next_step="correct the file"), AGAIN),
    "refused data": (DataRefused(expected="a", found="b", next_step="correct the file"), AGAIN),
    "a defect": (KeyError("payload"), DEFECT),
}


@pytest.fixture(scope="module")
def demo_dags(airflow_db):
    """The DAGs of market demo, for tests that only ask their callbacks."""
    from airflow.dag_processing.dagbag import BundleDagBag

    bag = BundleDagBag(dag_folder=str(PROJECT / "dags"), bundle_path=PROJECT / "dags", bundle_name="dags-folder")
    return {name.removeprefix("demo_"): dag for name, dag in bag.dags.items() if name.startswith("demo_") and "null" not in name}


@pytest.fixture(scope="module")
def one_home(recorded_store, tmp_path_factory):
    """The recorded market for all tests here: they write letters and take them away again, and everything else stays as it is."""
    place = tmp_path_factory.mktemp("failing")
    shutil.copytree(recorded_store, place, symlinks=True, dirs_exist_ok=True)
    return place


@pytest.fixture
def home(one_home, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(one_home / "home"))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(one_home / "markets"))
    yield
    empty()


def context(dag, task: str, **more) -> dict:
    """What Airflow gives a callback."""
    run = SimpleNamespace(dag_id=dag.dag_id, run_id="scheduled__1", start_date=LATER, run_after=DUE, clear_number=0)
    ti = SimpleNamespace(task_id=task, log_url=f"http://127.0.0.1:8080/{task}")
    return {"dag": dag, "dag_run": run, "run_id": run.run_id, "params": {}, **({"ti": ti} if task else {}), **more}


def call(callbacks, context: dict) -> None:
    for callback in callbacks if isinstance(callbacks, list) else [callbacks]:
        callback(context)


def letters() -> list[str]:
    kept = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in sorted(outbox.folder().glob("*.eml"))]
    return [f"{one['subject'].strip()}\n{one.get_body(('plain',)).get_content()}" for one in kept]


def served() -> tuple[str, str | None]:
    """The ledger's bytes, and where the pointer leads."""
    return hashlib.sha256(ledger.file().read_bytes()).hexdigest(), store.pointed(addresses.serving("demo"))


def empty() -> None:
    for letter in outbox.folder().glob("*"):
        letter.unlink()


def test_every_kind_of_dag_is_asked_and_none_is_empty(demo_dags):
    assert sorted(demo_dags) == KINDS
    assert all(dag.tasks for dag in demo_dags.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_failure_in_any_task_is_one_mail_with_the_advice_that_fits(demo_dags, home, kind):
    dag, before = demo_dags[kind], served()
    for task in dag.task_ids:
        for error, advice in ERRORS.values():
            call(dag.task_dict[task].on_failure_callback, context(dag, task, exception=error))
            call(dag.on_failure_callback, context(dag, task, reason="task_failure"))  # the run ends red: the event is told already
            (letter,) = letters()
            assert letter.startswith(f"[nightshift][demo] FAILED {task} ({kind.replace('_', ' ')}) 2026-11-20: ")
            assert (TWICE if task == "rollback" and advice in {CLEAR, DEFECT} else advice) in letter, task
            assert "What was served before is still served: version" in letter, task
            empty()
    assert served() == before


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_killed_task_cannot_say_the_run_says_for_it(demo_dags, home, kind):
    dag = demo_dags[kind]
    for task in dag.task_ids:
        for reason, words in (("task_failure", "for want of memory"), ("timed_out", "schedule.night_timeout_hours")):
            call(dag.on_failure_callback, context(dag, task, reason=reason))
            (letter,) = letters()
            assert words in letter
            assert f"`{task}`" in letter
            empty()


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_of_which_nothing_is_known_is_told_too(demo_dags, home, kind):
    dag = demo_dags[kind]
    call(dag.on_failure_callback, {"dag": dag, "run_id": "scheduled__1", "reason": "task_failure"})
    (letter,) = letters()
    assert letter.startswith(f"[nightshift][demo] FAILED {kind.replace('_', ' ')}: a task ended without a word")


@pytest.mark.parametrize("kind", KINDS)
def test_no_failure_is_swallowed_by_a_later_task(demo_dags, kind):
    """After a failure nothing may succeed: a leaf that did would make the run green."""
    for task in demo_dags[kind].tasks:
        assert getattr(task.trigger_rule, "value", task.trigger_rule) in HAND_FAILURES_ON, task.task_id
        assert not task.is_teardown, task.task_id


def test_a_release_that_went_live_in_the_run_is_told_as_it_is(demo_dags, home, monkeypatch):
    went_live = dt.datetime.fromisoformat(ledger.live("demo").at)
    asked = context(demo_dags["daily_retrain"], "report", exception=RuntimeError("boom"))
    asked["dag_run"].start_date = went_live - dt.timedelta(minutes=9)
    call(demo_dags["daily_retrain"].task_dict["report"].on_failure_callback, asked)
    (letter,) = letters()
    assert f"Version {ledger.live('demo').version} is served: it went live at {went_live:%Y-%m-%d %H:%M} UTC, after this run" in letter


def test_the_dag_processor_can_say_what_a_rollback_was_asked(demo_dags):
    from airflow.sdk.definitions.param import process_params

    dag = demo_dags["rollback"]
    asked = process_params(dag, dag.task_dict["rollback"], {"why": "bad fills"}, suppress_exception=False)
    assert asked["why"] == "bad fills"


def inject(task, error: Exception) -> None:
    """The task raises before it does anything."""

    def fail(context: object) -> None:
        raise error

    if task.is_mapped:
        task.partial_kwargs["pre_execute"] = fail
    else:
        task._pre_execute_hook = fail


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in NEVER_WHOLE])
def test_a_whole_run_with_a_failure_in_any_task_is_red_with_one_mail(dags, line, mailbox, kind):
    for task in sorted(set(dags()[f"demo_{kind}"].task_ids) - NEVER_WHOLE):
        dag = dags()[f"demo_{kind}"]
        inject(dag.task_dict[task], KeyError("payload"))
        mailbox.subjects.clear()
        line.calls.clear()
        empty()
        run = dag.test()
        assert str(run.state) == "failed", task
        (subject,) = mailbox.subjects
        assert subject.startswith(f"[nightshift][demo] FAILED {task} ("), task
        after_the_swap = "promote_or_keep" in dag.task_ids and "promote_or_keep" in dag.task_dict[task].get_flat_relative_ids(upstream=True)
        assert ("promote" in line.calls) is after_the_swap, task
