"""What a service counts for Prometheus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


@dataclass(frozen=True)
class Counts:
    """Every series of one service, in a registry of its own."""

    registry: CollectorRegistry
    requests: Counter  # route, method, status
    seconds: Histogram  # route
    rows: Counter  # market
    served: Gauge  # market, version: 1
    age_seconds: Gauge  # market: since it went live
    expires_in_seconds: Gauge  # market: negative once stale
    stale: Counter  # market: answers refused or flagged
    reloads: Counter  # market, outcome
    not_logged: Counter  # market: predictions that the log had no room for


def counts() -> Counts:
    """A fresh set."""
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

    registry = CollectorRegistry()
    name = "nightshift_serving_{}".format
    return Counts(
        registry,
        Counter(name("requests"), "Requests answered", ("route", "method", "status"), registry=registry),
        Histogram(name("request_seconds"), "Seconds to answer", ("route",), buckets=BUCKETS_S, registry=registry),
        Counter(name("rows"), "Rows scored", ("market",), registry=registry),
        Gauge(name("model"), "1 for the version that answers", ("market", "version"), registry=registry),
        Gauge(name("model_age_seconds"), "Seconds since the version went live", ("market",), registry=registry),
        Gauge(name("expires_in_seconds"), "Seconds until answers are stale; negative once they are", ("market",), registry=registry),
        Counter(name("stale_answers"), "Answers refused or flagged as stale", ("market",), registry=registry),
        Counter(name("reloads"), "Releases that were to take over", ("market", "outcome"), registry=registry),
        Counter(name("predictions_not_logged"), "Predictions that the log had no room for", ("market",), registry=registry),
    )


def page(counted: Counts) -> tuple[bytes, str]:
    """The page that Prometheus reads, and its media type."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    return generate_latest(counted.registry), CONTENT_TYPE_LATEST
