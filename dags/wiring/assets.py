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
