"""What DAGs publish, so that others may be scheduled on it."""

from __future__ import annotations

from airflow.sdk import Asset

from nightshift.config import Market


def bars(market: Market) -> Asset:
    """The market's bars in the database: renewed by `ingest`."""
    return Asset(name=f"{market.market}_bars", uri=f"nightshift://{market.market}/bars")


def release(market: Market) -> Asset:
    """The model that is served: renewed by a promotion or a rollback."""
    return Asset(name=f"{market.market}_release", uri=f"nightshift://{market.market}/release")


def signals(market: Market) -> Asset:
    """What is said of the next session: renewed by every night; version, session and numbers are in its event's `extra`."""
    return Asset(name=f"{market.market}_signals", uri=f"nightshift://{market.market}/signals")
