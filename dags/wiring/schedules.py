"""When a market's DAGs run by themselves; those of a finished history never do."""

from __future__ import annotations

from nightshift.config import Market
from trading_sessions import TradingSessions


def each_session(market: Market) -> TradingSessions | None:
    """Some minutes after each close of the market's exchange."""
    return None if market.schedule.finished_on else TradingSessions(market.calendar, market.schedule.delay_minutes)


def each_week(market: Market, cron: str) -> str | None:
    """As the market's file says."""
    return None if market.schedule.finished_on else cron
