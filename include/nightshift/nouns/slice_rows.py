"""The leader piece by piece: costs, windows and symbols."""

from __future__ import annotations

from nightshift.nouns.evaluation_record import Part
from nightshift.nouns.record import Drawn, Noun


class Capacity(Noun):
    """The capital up to which nearly all trades stay within a share of the volume."""

    capital: Drawn
    participation_fraction: float
    spared_fraction: float


class CostPoint(Noun):
    """What is left at one cost of a trade."""

    cost_bps: float
    return_total_fraction: Drawn
    sharpe_annual: Drawn


class WindowMeasures(Noun):
    """One name in one window."""

    sharpe_annual: Drawn
    return_total_fraction: Drawn
    accuracy: Drawn = None  # none: it has no scores


class Window(Noun):
    """A stretch of sessions of one part."""

    part: Part
    first: str
    last: str
    sessions: int
    of: dict[str, WindowMeasures]


class SymbolSlice(Noun):
    """The leader on one symbol, on the test sessions."""

    symbol: str
    rows: int
    accuracy: Drawn
    contribution_fraction: Drawn  # to the portfolio
    alone_return_fraction: Drawn  # traded with the whole equity


class WeekdaySlice(Noun):
    """The leader on one weekday, on the test sessions."""

    weekday: str
    sessions: int
    sharpe_annual: Drawn  # net, as if every session was one of these
    accuracy: Drawn
