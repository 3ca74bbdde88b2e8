"""A stale answer is refused or says so, as the market file asks; every answer says until when it is good."""

from __future__ import annotations

import datetime as dt
from typing import Any

from nightshift.serving.problems import Problem
from nightshift.serving.served.swapping import Serving
from nightshift.serving.service import Service


def refuse_stale(service: Service, serving: Serving, now: dt.datetime) -> bool:
    """True when the answer has to say that it is stale; refused where the market wants none then."""
    fresh = serving.freshness
    if not fresh.is_stale(now):
        return False
    service.counts.stale.labels(serving.model.market).inc()
    if fresh.when_stale == "refuse":
        raise Problem(
            503,
            f"what {serving.model.market} serves was good until {fresh.expires_at:%Y-%m-%d %H:%M} UTC, and no newer bars than those of "
            f"{fresh.session} have been seen: look after the nights",
            headers={"retry-after": "60"},
        )
    return True


def facts(serving: Serving, stale: bool) -> dict[str, Any]:
    """What every answer carries beside its numbers."""
    fresh = serving.freshness
    return {
        "session": str(fresh.session),
        "expires_at": fresh.expires_at.isoformat(),
        "stale": stale,
        "family": serving.model.fitted.family,
    }


def headers(serving: Serving, stale: bool) -> dict[str, str]:
    """The same for who does not read the body."""
    fresh = serving.freshness
    return {
        "x-nightshift-version": serving.model.version,
        "x-nightshift-session": str(fresh.session),
        "x-nightshift-expires-at": fresh.expires_at.isoformat(),
        **({"x-nightshift-stale": "true"} if stale else {}),
    }
