"""Capital against a market's turnover: so little that no cost of size is felt, or so much that nobody could trade it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.money.turnover import HELD_FRACTION, RECENT_SESSIONS, in_words, round_down, round_up, turnover_of
from nightshift.nouns.data_account import Breach

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.config import Costs

TOO_SMALL_FRACTION = 1e-5  # of the median symbol's day: a position below it is felt by no volume cap
LEAST_LOTS = 10  # that a position has to buy, for what rounding to whole lots would change to be small
ROUNDING = 1e-9  # the number that a warning names is in scale, whatever the last digit


@dataclass(frozen=True)
class Scale:
    """One position of a strategy against a market's day, all in the unit of the prices; NaN without volumes."""

    costs: Costs
    symbols: int
    turnover: float  # of the median symbol, a day
    price: float  # the median one

    @property
    def positions(self) -> float:
        """How many a strategy of this style holds on an average day."""
        return min(self.costs.top_k, self.symbols) if self.costs.style == "top_k" else max(self.symbols * HELD_FRACTION, 1.0)

    @property
    def share(self) -> float:
        """Of the capital, in one position."""
        return min(min(1.0, self.costs.max_leverage) / max(self.positions, 1.0), self.costs.max_position_fraction)

    @property
    def position(self) -> float:
        """The money in one position."""
        return self.costs.initial_capital * self.share

    @property
    def lot(self) -> float:
        """What one lot costs; 0 where any part of a unit is traded."""
        return self.costs.lot_size * self.price

    @property
    def least_capital(self) -> float:
        """Of which a position buys enough lots, and is enough of a day's turnover to be felt; NaN where neither is known."""
        lots = self.lot * (LEAST_LOTS if self.costs.lot_size > 1 else 1)
        return float(np.fmax(lots, TOO_SMALL_FRACTION * self.turnover)) / self.share if self.share else math.nan

    @property
    def most_capital(self) -> float:
        """Of which a position is as much of the median day as a trade may be."""
        return (self.costs.max_volume_fraction or 1.0) * self.turnover / self.share if self.share else math.nan


def scale_of(bars: pa.Table, costs: Costs, symbols: int | None = None) -> Scale:
    """The scale of a market's costs, by its last sessions: rows of `BAR_ROW`, of all of its symbols or of a sample of so many."""
    turnover = turnover_of(bars)
    session = bars["session"].to_numpy().astype("datetime64[D]")
    recent = bars["close"].to_numpy()[session >= np.unique(session)[-RECENT_SESSIONS:][0]]
    known = recent[np.isfinite(recent)]
    price = float(np.median(known)) if len(known) else math.nan
    return Scale(costs, symbols or len(bars["symbol"].unique()), turnover.of_median_symbol, price)


def capital_warnings(bars: pa.Table, costs: Costs, symbols: int | None = None) -> tuple[Breach, ...]:
    """What is to be said of the capital; nothing where it fits, or where there is nothing to compare it with."""
    if not len(bars):
        return ()
    scale = scale_of(bars, costs, symbols)
    if costs.initial_capital < scale.least_capital * (1 - ROUNDING):
        return (_breach(scale, _too_small(scale)),)
    return (_breach(scale, _too_large(scale)),) if costs.initial_capital > scale.most_capital * (1 + ROUNDING) else ()


def _too_small(scale: Scale) -> tuple[str, str]:
    """What is said of a capital that is too small, and what it should be."""
    money, lot = scale.costs.currency, f"{'lot' if scale.costs.lot_size > 1 else 'unit'} at the median price"
    says = f"a position is {in_words(scale.position)} {money}"
    if scale.position < scale.lot:
        return f"{says}, and a {lot} costs {in_words(scale.lot)}", "a position has to buy one"
    if scale.costs.lot_size > 1 and scale.position < LEAST_LOTS * scale.lot:
        parts = f"the backtest trades parts of lots, which is near the truth from {LEAST_LOTS} on"
        return f"{says}, {scale.position / scale.lot:.1f} times what a {lot} costs", parts
    of_day = f"{scale.position / scale.turnover:.1g} of the {in_words(scale.turnover)} that the median symbol turns over a day"
    return f"{says}, {of_day}", "no volume cap is felt by so little: is it meant in this currency?"


def _too_large(scale: Scale) -> tuple[str, str]:
    of_day = f"{scale.position / scale.turnover:.3g} of the {in_words(scale.turnover)} that the median symbol turns over a day"
    most = f"a trade may be {scale.costs.max_volume_fraction or 1.0:g} of it"
    return f"a position is {in_words(scale.position)} {scale.costs.currency}, {of_day}", most


def _breach(scale: Scale, said: tuple[str, str]) -> Breach:
    (says, allowed), least, most = said, scale.least_capital, scale.most_capital
    fits = round_down(most) if scale.costs.initial_capital > most else round_up(least)
    span = f"; {in_words(least)} to {in_words(most)} {scale.costs.currency} is in scale" if least < most else ""
    return Breach(
        name="capital", severity="warning", says=says, allowed=allowed, worst=(), rows=(), key="costs.initial_capital",
        value=f"{scale.costs.initial_capital:,.0f} {scale.costs.currency}",
        next_step=f"set `initial_capital: {fits:.0f}` under `costs:`, or `currency` to what it is meant in{span}",
    )  # fmt: skip
