"""The clock on the wall: what a run asks about has to have been."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from nightshift import sessions

AS_OF, OWN = "'As of'", "the run's logical date"  # as the form calls it


def refuse_future(context: Mapping[str, Any], now: dt.datetime) -> None:
    """Of the form, else of the run itself: `airflow dags test` takes any date."""
    asked = (context.get("params") or {}).get("as_of")
    when = asked or context.get("logical_date")
    if when:
        name = AS_OF if asked else OWN
        sessions.refuse_future(sessions.utc(when, name), now, name)
