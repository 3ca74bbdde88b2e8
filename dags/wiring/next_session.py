"""The night's signals as a task, and as an asset's event that says enough for other DAGs to act on."""

from __future__ import annotations

import logging
from typing import Any

log = logging.getLogger("nightshift.signals")


def signals(listened: str, dry_run: bool) -> str:
    """What is served answers for the next session, promoted or refused; a night without a served model says so."""
    from airflow.sdk import get_current_context

    from nightshift import release
    from nightshift.report.lines import signal_lines
    from nightshift.running import stages

    where = stages.signals(listened, dry_run=dry_run)
    given = release.issued_at(where)
    for line in signal_lines.lines(given.record, given.rows):
        log.info("%s", line)
    context = get_current_context()
    for asset in context["task"].outlets:
        context["outlet_events"][asset].extra = extra(given)
    return where


def extra(given: Any) -> dict[str, Any]:
    """What the asset's event carries: version, session, headline numbers, and where the signals lie."""
    from nightshift.storage import store

    record = given.record.facts()
    told = ("market", "version", "session", "for_session", "expires_at", "dry_run", "why_none", "counts")
    folder = store.path(given.address)
    table = folder / "signals.parquet"
    return {**{name: record[name] for name in told}, "address": given.address, "signals": str(table) if table.is_file() else ""}


def told(night: str) -> tuple[tuple[str, str], ...]:
    """What a night said of the next session, as the first rows of its mail; nothing for a night of before there were signals."""
    from nightshift.release.signals.issued import of_night
    from nightshift.release.signals.publishing import problem
    from nightshift.report.lines import signal_lines

    given = next(iter(of_night(night)), None)
    if given is None:
        return ()
    waiting = problem(given.record.market)
    return (*signal_lines.named(given.record, given.rows), *((("signals wait for MongoDB", waiting),) if waiting else ()))
