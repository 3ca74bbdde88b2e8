"""Who is told, and when: plain functions at task and DAG level. Telling never fails a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from nightshift.config import Market, load_market
from nightshift.errors import ConfigError, NightshiftError
from nightshift.nouns.week_record import WeekRecord
from nightshift.report.mail import alerts
from nightshift.report.mail.alerts import Happening
from nightshift.report.mail.failed import failure
from nightshift.report.mail.served_words import served_words
from nightshift.storage import addresses, ledger, store
from wiring import next_session, stopped_night
from wiring.links import page_of
from wiring.run import as_of
from wiring.telling import tell
from wiring.watching import of_everybody


def on_failure(market: Market) -> Callable[[Mapping[str, Any]], None]:
    """The callback for a market's tasks and DAGs. Both levels are needed: a killed task calls only the DAG's."""

    def tell_of_failure(context: Mapping[str, Any]) -> None:
        run, ti, error = context.get("dag_run"), context.get("ti"), context.get("exception")
        task = "" if ti is None else ti.task_id
        where = _happening(market, context)
        mail = stopped_night.mail_of(market, where, task, error)
        mail = mail or failure(where, task, told(error, context.get("reason")), _served(market.market, run))
        attempt = getattr(run, "clear_number", None) or 0  # a run cleared by hand that fails again is a new event
        tell(market.alerts, mail, f"failed {_dag_id(context)} {where.run} {attempt}")

    return tell_of_failure


def on_failure_of_all(context: Mapping[str, Any]) -> None:
    """The callback of what looks after every market: everybody is told, once a day."""
    run, ti = context.get("dag_run"), context.get("ti")
    where = Happening(
        "nightshift", run=str(context.get("run_id") or getattr(run, "run_id", "")), as_of=as_of(context),
        log_url=str(getattr(ti, "log_url", "") or ""), dag="watch of every market",
    )  # fmt: skip
    mail = failure(
        where, "" if ti is None else ti.task_id, told(context.get("exception"), context.get("reason")), "No night depends on it."
    )
    tell(of_everybody(), mail, f"failed {_dag_id(context)} {where.as_of[:10]}")


def announce(market: str, reported: str, dry_run: bool = False) -> str:
    """Mail the night's verdict: promoted, refused or abstained, with the numbers and the report; or that there was no new bar."""
    from nightshift import release
    from nightshift.nouns.data_account import DataAccount
    from nightshift.report.gather import beside
    from nightshift.report.lines.hunted import hunted
    from nightshift.report.lines.loud import kept_out, served_by_force
    from nightshift.report.lines.resting import news_of
    from nightshift.running import stages
    from nightshift.storage.night import night_of

    chosen, night = load_market(market), night_of(reported)
    here = replace(_happening(chosen, _context(), of=reported), signals=next_session.told(night.address))
    heard = news_of(night)
    if heard is not None and not heard.has_news:
        return tell(chosen.alerts, alerts.no_new_bar(here, heard), f"no new bar {reported}")
    judged = stages.decision(reported)
    champion = release.champion(market)
    where, version = replace(here, night=addresses.name_of(night.address)), champion.version if champion else ""
    words = alerts.Words(served_by_force(market), hunted(night), kept_out(night))
    mail = alerts.verdict(where, judged, version, dry_run=dry_run, account=beside(night, DataAccount), words=words)
    return tell(chosen.alerts, mail, f"verdict {reported} {judged.decision} {dry_run}")


def announce_week(market: str, week: str) -> str:
    """Mail the weekly report with its charts."""
    from nightshift.report.mail.pictures import drawn
    from nightshift.report.mail.week import weekly
    from nightshift.report.pages.weekly import weekly_charts

    chosen, record = load_market(market), WeekRecord.read(store.open_folder(week))
    where = _happening(chosen, _context(), of=week)
    mail = weekly(where, record, tuple(drawn(chart) for chart in weekly_charts(record)))
    return tell(chosen.alerts, mail, f"weekly {week}")


def announce_rollback(market: str, facts: dict) -> str:
    """Mail who took the market back to which version, or retracted which, and why."""
    chosen, context = load_market(market), _context()
    where = _happening(chosen, context)
    said = alerts.TakenBack(**facts | {"passed_over": tuple(facts["passed_over"])})
    mail = alerts.retraction(where, said) if said.retracted else alerts.rollback(where, said)
    return tell(chosen.alerts, mail, f"rollback {_dag_id(context)} {where.run}")


def told(error: object, reason: object) -> BaseException | str:
    """What a callback was given, in the library's terms: an error, or Airflow's word for what ended a task or a run from outside."""
    from airflow.sdk.exceptions import AirflowTaskTerminated, AirflowTaskTimeout

    if isinstance(error, AirflowTaskTimeout):
        return "timed_out"
    if isinstance(error, AirflowTaskTerminated):
        return "task_failure"
    return error if isinstance(error, BaseException) else str(error or reason or "the run failed")


def _served(market: str, run: object) -> str:
    try:
        return served_words(market, ledger.live(market), getattr(run, "start_date", None))
    except NightshiftError:  # the mail says where to look instead
        return ""


def _happening(market: Market, context: Mapping[str, Any], of: str = "") -> Happening:
    run = context.get("dag_run")
    return Happening(
        market=market.market,
        run=str(context.get("run_id") or getattr(run, "run_id", "")),
        as_of=_instant(market, context),
        log_url=str(getattr(context.get("ti"), "log_url", "") or ""),
        report=f"{store.path(of)}/report.html" if of else "",
        page=page_of(of) if of else "",
        dag=_dag_id(context).removeprefix(f"{market.market}_").replace("_", " "),
    )


def _instant(market: Market, context: Mapping[str, Any]) -> str:
    try:
        return as_of(context, market.schedule.delay_minutes if _dag_id(context).endswith("daily_retrain") else 0)
    except ConfigError:  # a wrong `as_of` is what the mail is about
        return ""


def _dag_id(context: Mapping[str, Any]) -> str:
    return str(getattr(context.get("dag"), "dag_id", None) or getattr(context.get("dag_run"), "dag_id", ""))


def _context() -> Mapping[str, Any]:
    from airflow.sdk import get_current_context

    return get_current_context()
