"""What only other bars can say of a bar: which are on another scale, whose session they are of, whether anybody traded them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nightshift.data.quality.actions import Judged, judge
from nightshift.data.quality.defects import PRICES, Rows
from nightshift.data.quality.evidence.factor_steps import FactorStep, factor_steps
from nightshift.data.quality.evidence.gaps import market_with_habit
from nightshift.data.quality.evidence.market_moves import MarketMoves, moves_of
from nightshift.data.quality.evidence.price_rows import PriceRows
from nightshift.data.quality.evidence.stale_bars import absurd_volume, copies, frozen
from nightshift.data.quality.evidence.whole_symbols import LeftOut, whole_symbols
from nightshift.data.quality.scales import Scales, scales_of

if TYPE_CHECKING:
    from nightshift.config import Market

DROPPED = ("wrong_tick", "copied_bar", "frozen_price", "volume_out_of_the_world")
REPAIRED = ("unadjusted_action", "other_unit", "factor_not_in_price")
LEFT_OUT = ("shifted_sessions", "days_and_months_swapped", "another_company")


class Gone(NamedTuple):
    """Bars of one symbol, [first, stop), that earlier nights had, and no night has since a bar."""

    first: int
    stop: int
    since: int
    reason: str


@dataclass(frozen=True, eq=False)
class Found:
    """Of the rows asked about, by their places."""

    market: MarketMoves
    prices: PriceRows  # adjusted, and on one scale
    judged: Judged
    scales: Scales
    steps: tuple[FactorStep, ...]
    left_out: tuple[LeftOut, ...]
    gone: tuple[Gone, ...]
    dropped: dict[str, np.ndarray]  # by reason, True at the rows
    repaired: dict[str, np.ndarray]


class Trading(NamedTuple):
    """What a market file says of how its symbols are traded."""

    limit_move_fraction: float | None = None
    has_volume: bool = True  # else a volume of 0 says nothing

    @classmethod
    def of(cls, market: Market) -> Trading:
        """This market's."""
        return cls(market.costs.limit_move_fraction, market.has_volume)


def find(rows: Rows, kept: np.ndarray, trading: Trading, market: MarketMoves | None) -> Found:
    """Everything that is found among the rows kept so far, held against `market`; without one, against theirs."""
    values = {name: column[kept] for name, column in rows.values.items()}
    opens, highs, lows, closes = (values[name] for name in PRICES)
    volume = values["volume"] if trading.has_volume else np.full(len(closes), np.nan)
    raw = PriceRows(rows.symbol[kept], rows.session[kept], opens, highs, lows, closes, volume)
    if market is None:
        vendors = _adjusted(raw, values["adj_factor"])
        market = market_with_habit(vendors, moves_of(vendors))
    steps = factor_steps(raw, values["adj_factor"], market)
    by = np.ones(len(raw))
    for step in steps:
        by[raw.begins[step.place] : step.place] *= step.by
    prices = _adjusted(raw, values["adj_factor"] * by)
    judged = judge(prices, market, trading.limit_move_fraction)
    scales = scales_of(prices, judged)
    scaled = _adjusted(raw, values["adj_factor"] * by * scales.factor, scales.prices)
    left_out = tuple(whole_symbols(scaled, market))
    dropped, gone = _dropped(raw, scaled, judged, left_out)
    acted = (scales.factor != 1.0) | ((scales.prices != 1.0) & ~scales.units)
    repaired = dict(zip(REPAIRED, (acted, scales.units, by != 1.0), strict=True))
    scales = Scales(scales.prices, scales.factor * by, scales.units, scales.rescaled, scales.mended)
    return Found(market, scaled, judged, scales, tuple(steps), left_out, gone, dropped, repaired)


def _adjusted(raw: PriceRows, factor: np.ndarray, prices: np.ndarray | float = 1.0) -> PriceRows:
    by = factor * prices
    if (by == 1.0).all() and (factor == 1.0).all():
        return raw
    return PriceRows(raw.symbol, raw.day, raw.opens * by, raw.highs * by, raw.lows * by, raw.closes * by, raw.volume / factor)


def _dropped(
    raw: PriceRows, scaled: PriceRows, judged: Judged, left_out: tuple[LeftOut, ...]
) -> tuple[dict[str, np.ndarray], tuple[Gone, ...]]:
    tick, again_or_first = np.zeros(len(raw), dtype=bool), copies(raw)
    still, week = frozen(raw)
    gone = [Gone(first, back, back, "wrong_tick") for first, back in judged.ticks]
    for first, back in judged.ticks:
        tick[first:back] = True
    gone += [Gone(place, place + 1, place + 1, "copied_bar") for place in np.flatnonzero(again_or_first[1]).tolist()]
    gone += [Gone(place - 4, place, place, "frozen_price") for place in np.flatnonzero(week).tolist()]
    gone += [Gone(one.first, one.stop, one.since, one.reason) for one in left_out]
    dropped = dict(zip(DROPPED, (tick, np.logical_or(*again_or_first), still, absurd_volume(scaled)), strict=True))
    for reason in LEFT_OUT:
        here = np.zeros(len(raw), dtype=bool)
        for one in left_out:
            here[one.first : one.stop] |= one.reason == reason
        dropped[reason] = here
    return dropped, tuple(gone)
