"""What DAGs publish, so that others may be scheduled on it."""

from __future__ import annotations

from airflow.sdk import Asset, AssetAlias

from nightshift.config import Market


def bars(market: Market) -> Asset:
    """The market's bars in the database: renewed by `ingest`."""
    return Asset(name=f"{market.market}_bars", uri=f"nightshift://{market.market}/bars")


def release(market: Market) -> Asset:
    """The model that is served: renewed by a promotion or a rollback."""
    return _release(market.market)


def new_release(market: Market) -> AssetAlias:
    """Stands for `release` where a night may end without one: the asset is renewed by name, when it was."""
    return AssetAlias(name=f"{market.market}_new_release", group=market.market)


def release_of(alias: AssetAlias) -> Asset:
    """The release that an alias stands for."""
    return _release(alias.group)


def signals(market: Market) -> Asset:
    """What is said of the next session: renewed by every night; version, session and numbers are in its event's `extra`."""
    return Asset(name=f"{market.market}_signals", uri=f"nightshift://{market.market}/signals")


def _release(market: str) -> Asset:
    return Asset(name=f"{market}_release", uri=f"nightshift://{market}/release")
