"""What every DAG of a market has in common: owner, tags, retries, limits, alerts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import TaskGroup

from nightshift.config import Market
from wiring import alerts
from wiring.causes import by_cause
from wiring.leaving import end_at_once

end_at_once()

# Before it, nothing is ever scheduled or backfilled.
FIRST_DAY = dt.datetime(2010, 1, 1, tzinfo=dt.UTC)


def part(name: str, says: str) -> TaskGroup:
    """A stretch of the one line in the graph; its tasks keep their own short names."""
    return TaskGroup(name, tooltip=says, prefix_group_id=False)


def rules_of_all(what: str, doc: str | None, owner: str) -> dict[str, Any]:
    """Arguments of a DAG that looks after every market; its own failure is told once a day."""
    tell = alerts.on_failure_of_all
    limit = dt.timedelta(minutes=30)
    return {
        "dag_id": f"nightshift_{what}",
        "dag_display_name": f"every market · {what}",
        "description": (doc or "").strip().splitlines()[0],
        "doc_md": f"# Every market\n{doc or ''}",
        "start_date": FIRST_DAY,
        "catchup": False,
        "max_active_runs": 1,
        "dagrun_timeout": limit,
        "tags": ["nightshift", what],
        "on_failure_callback": tell,
        "default_args": {
            "owner": owner,
            "retries": 2,
            "retry_delay": dt.timedelta(minutes=5),
            "retry_policy": by_cause(),
            "execution_timeout": limit,
            "on_failure_callback": tell,
        },
    }


def rules(market: Market, what: str, doc: str | None) -> dict[str, Any]:
    """Arguments of a DAG of this market: `with DAG(**rules(market, "rollback", __doc__), …)`."""
    tell = alerts.on_failure(market)
    night = dt.timedelta(hours=market.schedule.night_timeout_hours)
    answered = dt.timedelta(hours=market.serving.approval.hours if market.serving.approval else 0)
    return {
        "dag_id": f"{market.market}_{what}",
        "dag_display_name": f"{market.market} · {what.replace('_', ' ')}",
        "description": f"{market.title}: {(doc or '').strip().splitlines()[0]}",
        "doc_md": f"# {market.title}\n{doc or ''}\n\nEverything about this market is in `include/markets/{market.market}.yaml`.",
        "start_date": FIRST_DAY,
        "catchup": False,
        "max_active_runs": 1,
        "dagrun_timeout": night + answered,
        "tags": [market.market, "nightshift", what],
        "on_failure_callback": tell,
        "default_args": {
            "owner": market.owner,
            "retries": market.schedule.retries,
            "retry_delay": dt.timedelta(minutes=market.schedule.retry_delay_minutes),
            "retry_policy": by_cause(),
            "execution_timeout": night,
            "on_failure_callback": tell,
        },
    }
