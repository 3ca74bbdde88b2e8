"""Every DAG runs: both verdicts, refusals of wrong questions, retries by cause, exactly one mail a failure."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pendulum
import pytest

from nightshift.errors import DataRefused, SourceUnreachable
from nightshift.nouns.data_account import DataAccount
from nightshift.nouns.quality import QualityReport
from nightshift.storage import store
from nightshift.storage.night import night_of

FAMILIES = 4  # of market demo
LINE = [
    "preflight",
    "extract",
    "listen",
    "check",
    "columns",
    "hunt_leaks",
    "score_yardsticks",
    *["train"] * FAMILIES,
    "evaluate",
    "select",
    "examine",
    "gate",
]
NOBODY_LISTENS = '{"conn_type":"smtp","host":"127.0.0.1","port":1,"extra":{"disable_ssl":true,"disable_tls":true}}'
RELEASE = ["stage", "deployment_test", "promote"]


def in_order(calls: list[str]) -> list[str]:
    """As called; families and yardsticks wait for the same and for nobody else, so that either may come first."""
    begin = LINE.index("score_yardsticks")
    return [*calls[:begin], *sorted(calls[begin : begin + 1 + FAMILIES]), *calls[begin + 1 + FAMILIES :]]


def states(run) -> dict[str, str]:
    return {ti.task_id: str(ti.state) for ti in run.get_task_instances()}


def test_a_promotion_goes_down_the_whole_line_and_mails_once_however_often_it_is_run(dags, line, mailbox, monkeypatch):
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "http://127.0.0.1:8093")
    for _ in range(2):
        line.calls.clear()
        run = dags()["demo_daily_retrain"].test(run_conf={"version_part": "minor"})
        assert str(run.state) == "success"
        assert in_order(line.calls) == [*LINE, *RELEASE, "signals", "report"]
        assert line.arguments["promote"][1] == {"dry_run": False, "part": "minor"}
        assert set(states(run).values()) == {"success"}
        assert len(events_of(run, "demo_release")) == 1
    assert len(mailbox.subjects) == 1
    assert "PROMOTED xgboost" in mailbox.subjects[0]
    assert "version 1.0.0" in mailbox.bodies[0]
    assert "strongest: AAA +100.0 % (0.7)" in mailbox.bodies[0]
    assert "report: http://127.0.0.1:8093/nightshift/demo/nights/" in mailbox.bodies[0]
    assert '/report/report.html">http' in mailbox.bodies[0]


def events_of(run, asset: str) -> list[dict]:
    """The extras of an asset's events that a run's tasks emitted."""
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    of_run = select(AssetEvent.extra).join(AssetModel, AssetModel.id == AssetEvent.asset_id)
    with create_session() as session:
        return list(session.scalars(of_run.where(AssetModel.name == asset, AssetEvent.source_run_id == run.run_id)))


def test_a_refusal_is_green_skips_the_release_and_mails_once(dags, line, mailbox):
    line.decision = "ABSTAIN"  # a REJECT goes the same way, in the run after which all that waited is sent
    run = dags()["demo_daily_retrain"].test()
    assert str(run.state) == "success"
    assert in_order(line.calls) == [*LINE, "signals", "report"]
    (event,) = events_of(run, "demo_signals")
    assert (event["version"], event["session"], event["counts"]["long"], event["dry_run"]) == ("1.0.0", "2026-11-30", 14, False)
    assert Path(event["signals"]).is_file()
    assert set(states(run).values()) == {"success"}, "a refusal is an ordinary night: no task of it is skipped"
    assert events_of(run, "demo_release") == []
    assert len(mailbox.subjects) == 1


def test_a_night_without_news_is_green_trains_nothing_and_mails_once(dags, line, mailbox):
    line.news = False
    run = dags()["demo_daily_retrain"].test()
    assert str(run.state) == "success"
    assert line.calls == ["preflight", "extract", "listen", "signals", "report"]
    assert "failed" not in states(run).values()
    assert len(mailbox.subjects) == 1
    assert "NO NEW BAR 20" in mailbox.subjects[0]
    assert "1.0.0 keeps serving" in mailbox.subjects[0]


@pytest.mark.slow  # of the order of things: what a dry run asks the ledger is asked in tests/release
def test_a_dry_run_tests_and_releases_nothing(dags, line, mailbox):
    run = dags()["demo_daily_retrain"].test(run_conf={"dry_run": True})
    assert str(run.state) == "success"
    assert in_order(line.calls) == [*LINE, *RELEASE, "signals", "report"]
    assert line.arguments["promote"][1] == {"dry_run": True, "part": "patch"}
    assert set(states(run).values()) == {"success"}
    assert events_of(run, "demo_release") == []
    assert "dry run, would have PROMOTED" in mailbox.subjects[0]


def test_what_the_fence_keeps_out_is_a_green_night_with_its_mail_and_no_release(dags, line, mailbox, monkeypatch):
    kept_out = "expected a session not before 2026-11-20; found a night of 2026-11-19"
    monkeypatch.setattr("nightshift.report.lines.loud.kept_out", lambda night: kept_out)
    run = dags()["demo_daily_retrain"].test()
    assert set(states(run).values()) == {"success"}
    assert events_of(run, "demo_release") == []
    assert len(mailbox.subjects) == 1
    assert "NOT RELEASED xgboost" in mailbox.subjects[0]
    assert kept_out in mailbox.bodies[0]


def refused() -> DataRefused:
    return DataRefused(expected="positive prices", found="-3 in row 7 for bot:hunter22pw@db", next_step="correct row 7")


def unreachable() -> SourceUnreachable:
    return SourceUnreachable(expected="an answer from mongodb://bot:hunter22pw@db/bars", found="none", next_step="start it")


def at_once(dag):
    """Retries without the delay, which `dag.test` waits for in earnest."""
    for task in dag.tasks:
        task.retry_delay = dt.timedelta(0)
    return dag


def test_a_refused_snapshot_fails_red_at_once_and_mails_exactly_once(dags, line, mailbox):
    line.failures["check"] = [refused(), refused()]
    run = dags()["demo_daily_retrain"].test()
    assert str(run.state) == "failed"
    assert line.calls == ["preflight", "extract", "listen", "check"]  # no second attempt: the data has not changed
    assert len(mailbox.subjects) == 1
    assert mailbox.subjects[0].startswith("[nightshift][demo] FAILED check (daily retrain) 20")
    assert "Correct row 7" in mailbox.bodies[0]


def test_a_night_whose_data_was_refused_mails_its_reasons_and_its_page(dags, line, mailbox, open_empty_night):
    night = night_of(open_empty_night("demo"))
    file = Path(__file__).parents[1] / "nouns" / "kept" / "DataAccount.refused.json"
    account = DataAccount.of_facts(json.loads(file.read_text()), file)
    report = QualityReport(passed=False, expectations=())
    store.write(night.stage("check"), lambda folder: (report.write(folder), account.write(folder))[0])
    line.failures["check"] = [refused()]
    dags()["demo_daily_retrain"].test(run_conf={"as_of": "2026-11-19T21:30:00"})
    assert len(mailbox.subjects) == 1
    assert mailbox.subjects[0].startswith("[nightshift][demo] DATA REFUSED 2026-11-19: duplicate: 810 rows")
    assert "set `limits: {duplicate: 0.074}` under `quality:`" in mailbox.bodies[0]
    assert f"{night.address}/report/report.html" in mailbox.bodies[0]


# In every run a mapped task and one of the release (above one of the line, below the first task); every stage among the long tests.
FIRST_ASKED = ("train", "promote")
STAGES = (
    "preflight", "extract", "listen", "columns", "hunt_leaks", "train", "score_yardsticks", "evaluate", "select", "examine", "gate",
    "stage", "deployment_test", "promote", "signals", "report",
)  # fmt: skip


@pytest.mark.parametrize("broken", [pytest.param(name, marks=[] if name in FIRST_ASKED else [pytest.mark.slow]) for name in STAGES])
def test_any_stage_that_breaks_is_red_with_one_mail(dags, line, mailbox, broken):
    line.failures[broken] = [refused()] * FAMILIES  # `train` breaks for every family: still one mail
    run = dags()["demo_daily_retrain"].test()
    assert str(run.state) == "failed"
    assert len(mailbox.subjects) == 1
    assert f"FAILED {'promote_or_keep' if broken in RELEASE else broken}" in mailbox.subjects[0]
    assert line.calls.count(broken) == (FAMILIES if broken == "train" else 1)


def test_an_unreachable_source_is_tried_again(dags, line, mailbox):
    line.failures["extract"], line.news = [unreachable()], False
    run = at_once(dags()["demo_daily_retrain"]).test()
    assert str(run.state) == "success"
    assert line.calls == ["preflight", "extract", "extract", "listen", "signals", "report"]
    assert len(mailbox.subjects) == 1
    assert "NO NEW BAR" in mailbox.subjects[0]


def test_secrets_do_not_travel_by_mail(dags, line, mailbox):
    line.failures["extract"] = [unreachable()] * 5
    dag = at_once(dags()["demo_daily_retrain"])
    assert str(dag.test().state) == "failed"
    assert line.calls.count("extract") == 1 + dag.default_args["retries"]
    assert len(mailbox.subjects) == 1
    assert "hunter22pw" not in mailbox.subjects[0] + mailbox.bodies[0]


def test_without_a_mail_server_the_run_goes_on_and_what_waited_goes_out_with_the_next_alert(
    dags, line, mailbox, monkeypatch, nightshift_home
):
    with monkeypatch.context() as down:
        down.setenv("AIRFLOW_CONN_SMTP_DEFAULT", NOBODY_LISTENS)
        assert str(dags()["demo_daily_retrain"].test().state) == "success"
    assert mailbox.subjects == []
    assert len(list((nightshift_home / "outbox").glob("*.eml"))) == 1
    assert not list((nightshift_home / "outbox").glob("*.sent"))
    line.calls.clear()
    line.decision = "REJECT"
    run = dags()["demo_daily_retrain"].test()
    assert str(run.state) == "success"
    assert in_order(line.calls) == [*LINE, "signals", "report"]
    assert len(mailbox.subjects) == 2


@pytest.mark.parametrize(
    ("conf", "said"),
    [
        ({"simbols": ["AAA"]}, "did you mean 'symbols'"),
        ({"force": True}, "reason"),
        ({"as_of": "yesterday-ish"}, "instant such as"),
    ],
)
def test_a_wrong_question_is_refused_in_the_first_task(dags, line, mailbox, conf, said):
    run = dags()["demo_daily_retrain"].test(run_conf=conf)
    assert str(run.state) == "failed"
    assert line.calls == []
    assert len(mailbox.subjects) == 1
    assert said in mailbox.bodies[0]


def refuse(dag, confs: list[dict]) -> None:
    """Airflow makes no run of any of these: the first is asked as a whole, the others as `create_dagrun` asks before it makes one."""
    from airflow.sdk.exceptions import ParamValidationError
    from airflow.serialization.serialized_objects import DagSerialization

    form = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag)).params
    for conf in confs:
        with pytest.raises(ParamValidationError, match="Invalid input for param"):
            form.deep_merge(conf).validate()
    with pytest.raises(ParamValidationError, match="Invalid input for param"):
        dag.test(run_conf=confs[0])


def test_a_value_out_of_bounds_is_refused_before_any_task(dags, line):
    refuse(
        dags()["demo_daily_retrain"],
        [{"trials": -1}, {"trials": 1001}, {"mode": "half"}, {"families": ["xgbost"]}, {"symbols": "AAA"}, {"version_part": "huge"}],
    )
    assert line.calls == []


def test_what_was_asked_reaches_the_night(dags, line, mailbox):
    line.news = False
    asked = {
        "symbols": ["AAA"],
        "families": ["xgboost"],
        "trials": 5,
        "mode": "incremental",
        "force": True,
        "reason": "new vendor",
        "as_of": "2026-11-19T21:30:00Z",
        "version_part": "minor",
    }
    dags()["demo_daily_retrain"].test(run_conf=asked)
    (market, as_of, options, full), _ = line.arguments["extract"]
    assert (market, as_of, full) == ("demo", "2026-11-19T21:30:00+00:00", False)
    assert options == {"symbols": ["AAA"], "families": ["xgboost"], "trials": 5, "force": "dag_test: new vendor"}


def test_a_run_of_some_families_trains_these_and_skips_the_others(dags, line, mailbox, monkeypatch):
    monkeypatch.setattr("nightshift.storage.night.Night.families", property(lambda night: ("xgboost",)))
    run = dags()["demo_daily_retrain"].test(run_conf={"families": ["xgboost"]})
    assert str(run.state) == "success"
    assert line.calls.count("train") == 1
    assert [Path(model).name for model in line.models] == ["xgboost"]
    named = {ti.rendered_map_index: str(ti.state) for ti in run.get_task_instances() if ti.task_id == "train"}
    assert named["xgboost"] == "success"
    assert sorted(named.values()) == ["skipped"] * (FAMILIES - 1) + ["success"]


def test_the_run_stands_for_the_last_session_that_was_due(dags, line, mailbox):
    line.news = False
    dags()["demo_daily_retrain"].test(logical_date=pendulum.datetime(2026, 11, 19, 12, tz="UTC"))
    assert line.arguments["extract"][0][1] == "2026-11-18T21:30:00+00:00"


def test_a_run_without_a_logical_date_stands_for_its_run_after(dags, line, mailbox):
    line.news = False
    dags()["demo_daily_retrain"].test(logical_date=None, run_after=pendulum.datetime(2026, 11, 19, 22, tz="UTC"))
    assert line.arguments["extract"][0][1] == "2026-11-19T22:00:00+00:00"


def test_weekly_evaluation_reports_and_mails(dags, line, mailbox):
    assert str(dags()["demo_weekly_evaluation"].test().state) == "success"
    assert mailbox.subjects[0].startswith("[nightshift][demo] WEEKLY")
    assert "as backtested" in mailbox.subjects[0]


@pytest.mark.parametrize("degraded", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_degraded_market_is_retrained_at_once_and_the_run_says_why(dags, line, mailbox, week, degraded):
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import delete, select

    with create_session() as session:
        session.execute(delete(DagRun).where(DagRun.dag_id == "demo_daily_retrain"))
    week(degraded=degraded)
    run = dags()["demo_weekly_evaluation"].test()
    assert set(states(run).values()) == {"success"}
    if degraded:  # asked again, it is not triggered again
        assert states(dags()["demo_weekly_evaluation"].test())["retrain_if_degraded"] == "skipped"
    with create_session() as session:
        asked = [made.conf for made in session.scalars(select(DagRun).where(DagRun.dag_id == "demo_daily_retrain"))]
    reason = "degraded, says the week until 2026-11-20: as backtested"
    assert asked == ([{"force": True, "reason": reason}] if degraded else [])


def test_rollback_asks_why_and_tells_who(dags, line, mailbox):
    run = dags()["demo_rollback"].test(run_conf={"why": "bad fills since Monday", "who": "ada"})
    assert str(run.state) == "success"
    assert line.arguments["rollback"][1] == {"to": "previous", "who": "ada", "why": "bad fills since Monday"}
    assert len(mailbox.subjects) == 1
    assert "ROLLED BACK to 1.0.0" in mailbox.subjects[0]
    assert "serves version 1.0.0 again, in place of 1.0.1." in mailbox.bodies[0]
    assert "ada" in mailbox.bodies[0]


def test_a_retraction_tells_what_serves_instead_and_what_was_passed_over(dags, line, mailbox):
    run = dags()["demo_rollback"].test(run_conf={"why": "bad fills since Monday", "who": "ada", "retract": "1.0.1"})
    assert str(run.state) == "success"
    assert line.arguments["retract"] == (("demo", "1.0.1"), {"who": "ada", "why": "bad fills since Monday"})
    assert "RETRACTED 1.0.1" in mailbox.subjects[0]
    assert "demo serves nothing now; its next night is judged as a first one." in mailbox.bodies[0]
    assert "passed over: 1.0.0: it cannot take over from 1.0.1: no manifest.json" in mailbox.bodies[0]


def test_a_rollback_without_reason_or_with_an_odd_version_is_refused(dags, line):
    odd = [{}, {"why": "x"}, {"why": "good reason", "version": "../1.0.0"}, {"why": "good reason", "version": "latest"}]
    refuse(dags()["demo_rollback"], odd)
    assert line.calls == []


def test_ingest_reads_its_address_from_the_environment(dags, line, mailbox, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_MONGO_URI", "mongodb://127.0.0.1:9/bars")
    assert str(dags()["demo_ingest"].test(run_conf={"start": "2026-01-05"}).state) == "success"
    (market, _, uri), more = line.arguments["ingest"]
    assert (market, uri, more) == ("demo", "mongodb://127.0.0.1:9/bars", {"start": "2026-01-05"})


def test_ingest_reads_its_address_from_an_airflow_connection(dags, line, mailbox, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_NIGHTSHIFT_MONGO", "mongo://bot:pw@127.0.0.1:9/bars")
    dags()["demo_ingest"].test()
    assert line.arguments["ingest"][0][2] == "mongodb://bot:pw@127.0.0.1:9/bars"


def test_ingest_without_an_address_says_what_to_set(dags, line, mailbox):
    assert str(dags()["demo_ingest"].test().state) == "failed"
    assert "NIGHTSHIFT_MONGO_URI" in mailbox.bodies[0]
