"""The general way through a backtest: session by session, vectors over symbols, because what is held depends on what could be traded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nightshift.config import Costs
from nightshift.nouns.bars import Bars
from nightshift.proof.metrics.ruin import RUIN_FRACTION

SERIES = (
    "net_return_fraction", "gross_return_fraction", "cost_fraction", "turnover_fraction", "exposure_fraction", "borrow_fraction",
)  # fmt: skip
NIGHTS_A_YEAR = 365  # a borrowed share is paid for by the calendar night, weekends and holidays included


@dataclass(frozen=True, eq=False)
class Path:
    """What either way through a backtest returns; see `backtest.Backtest`."""

    net_return_fraction: np.ndarray
    gross_return_fraction: np.ndarray
    cost_fraction: np.ndarray
    turnover_fraction: np.ndarray
    exposure_fraction: np.ndarray
    borrow_fraction: np.ndarray
    contribution_fraction: np.ndarray
    weights: np.ndarray | None
    trades: np.ndarray | None


@dataclass(frozen=True, eq=False)
class Prices:
    """A market as a strategy meets it, (sessions, symbols): moves, and what can be traded. No move where there is no bar."""

    overnight: np.ndarray  # open over the last known close
    intraday: np.ndarray  # close over open
    buyable: np.ndarray  # at this open: there is a bar, and it did not open at the upper limit
    sellable: np.ndarray  # there is a bar, and it did not open at the lower limit
    ends: np.ndarray  # the symbol's last bar, before the market's last session
    value: np.ndarray | None  # traded currency of the session, when a volume cap is set
    borrow: np.ndarray  # (sessions,): fee of the nights before it, as a fraction of what was held short


def prices(bars: Bars, costs: Costs) -> Prices:
    """The moves of a market, and where its symbols could be traded."""
    opened, closed = (np.ascontiguousarray(side.T) for side in (bars.open, bars.close))
    present = np.isfinite(opened) & np.isfinite(closed) & (opened > 0) & (closed > 0)
    before = _last_known(closed, present)
    known = present & np.isfinite(before)
    overnight = np.divide(opened, before, out=np.ones_like(opened), where=known)
    intraday = np.divide(closed, opened, out=np.ones_like(opened), where=present)
    buyable = sellable = present
    if costs.limit_move_fraction is not None:
        limit = costs.limit_move_fraction - 1e-12
        buyable, sellable = present & (overnight - 1.0 < limit), present & (overnight - 1.0 > -limit)
    value = None if costs.max_volume_fraction is None else np.where(present, np.nan_to_num(bars.volume.T) * opened, 0.0)
    return Prices(overnight, intraday, buyable, sellable, _ends(present), value, borrow_rates(bars, costs))


def borrow_rates(bars: Bars, costs: Costs) -> np.ndarray:
    """What the nights before each session cost of what was held short over them; 0 before the first."""
    nights = np.diff(bars.sessions).astype("timedelta64[D]").astype(np.float64)
    return np.append(0.0, nights) * (costs.borrow_bps_annual / 1e4 / NIGHTS_A_YEAR)


@dataclass(frozen=True, eq=False)
class _Session:
    """What one session did to a portfolio: the numbers of `SERIES`, what is held after it, what was traded, what each symbol added."""

    numbers: tuple[float, ...]
    held: np.ndarray
    trade: np.ndarray
    added: np.ndarray


def path(bars: Bars, wanted: np.ndarray, costs: Costs, keep_weights: bool = False) -> Path:
    """Walk through the sessions, carrying what is held, until the last one or until everything is lost."""
    market, n_sessions, n_symbols = prices(bars, costs), len(bars.sessions), len(bars.symbols)
    aims = np.ascontiguousarray(np.nan_to_num(wanted.T))
    series = np.zeros((n_sessions, len(SERIES)))
    kept = np.zeros((2, n_sessions, n_symbols)) if keep_weights else None
    held, added, equity = np.zeros(n_symbols), np.zeros(n_symbols), costs.initial_capital
    for now in range(1, n_sessions):
        done = _session(market, now, held, aims[now - 1], equity, costs)
        series[now], held, added = done.numbers, done.held, added + done.added
        equity *= 1.0 + done.numbers[0]
        if kept is not None:
            kept[:, now] = done.held, done.trade
        if equity <= 0.0:
            break
    weights, trades = (None, None) if kept is None else (kept[0].T, kept[1].T)
    columns = {name: series[:, column].copy() for column, name in enumerate(SERIES)}
    return Path(**columns, contribution_fraction=added, weights=weights, trades=trades)


def _session(market: Prices, now: int, held: np.ndarray, aim: np.ndarray, equity: float, costs: Costs) -> _Session:
    rate = (costs.commission_bps + costs.slippage_bps) / 1e4
    gain = held * (market.overnight[now] - 1.0)
    at_open = 1.0 + gain.sum()
    if at_open <= RUIN_FRACTION:
        return _ruined(gain, np.zeros_like(gain), (-1.0, 0.0, 0.0))
    drifted = (held + gain) / at_open
    wish = np.where(np.where(aim > drifted, market.buyable[now], market.sellable[now]), aim - drifted, 0.0)
    trade = traded(wish, drifted, _cap(market, costs, now, equity * at_open), costs)
    fee = rate * np.abs(trade)
    lent = market.borrow[now] * np.maximum(-drifted, 0.0)
    paid = 1.0 - fee.sum() - lent.sum()
    moved = (drifted + trade) * (market.intraday[now] - 1.0)
    at_close = 1.0 + moved.sum()
    net, gross = at_open * paid * at_close - 1.0, max(at_open * at_close, 0.0) - 1.0
    added = gain + at_open * (max(paid, 0.0) * moved - fee - lent)
    if min(paid, at_close) <= RUIN_FRACTION:
        return _ruined(added, trade, (gross, 1.0 - paid, lent.sum()))
    kept = (drifted + trade + moved) / at_close
    leaving = np.where(market.ends[now], kept, 0.0)
    last_fee = rate * np.abs(leaving)
    left = 1.0 - last_fee.sum()
    added -= (1.0 + net) * last_fee
    if left <= RUIN_FRACTION:
        return _ruined(added, trade + leaving, (gross, 1.0, lent.sum()))
    turnover = float(np.abs(trade).sum() + np.abs(leaving).sum())
    exposure = float(np.abs(kept - leaving).sum())
    numbers = ((1.0 + net) * left - 1.0, gross, 1.0 - paid * left, turnover, exposure, float(lent.sum()))
    return _Session(numbers, kept - leaving, trade, added)


def _ruined(lost: np.ndarray, trade: np.ndarray, account: tuple[float, float, float]) -> _Session:
    """Everything is lost, and no more than everything: what was lost beyond it is the lender's, in proportion."""
    gross, cost, borrow = account
    numbers = (-1.0, gross, min(cost, 1.0), float(np.abs(trade).sum()), 0.0, min(borrow, 1.0))
    return _Session(numbers, np.zeros_like(lost), trade, lost / -lost.sum())


def traded(wish: np.ndarray, drifted: np.ndarray, cap: np.ndarray | None, costs: Costs) -> np.ndarray:
    """What is traded of the wish, a symbol: no more than the cap, and no leverage beyond the limit."""
    trade = wish if cap is None else np.clip(wish, -cap, cap)
    adds = np.abs(drifted + trade) > np.abs(drifted)
    before = np.abs(drifted + np.where(adds, 0.0, trade)).sum()
    after = np.abs(drifted + trade).sum()
    if after <= costs.max_leverage + 1e-12:
        return trade
    room = np.clip((costs.max_leverage - before) / (after - before), 0.0, 1.0) if after > before else 0.0
    return np.where(adds, trade * room, trade)


def _cap(market: Prices, costs: Costs, now: int, equity: float) -> np.ndarray | None:
    return None if market.value is None else (costs.max_volume_fraction or 0.0) * market.value[now] / equity


def _last_known(closed: np.ndarray, present: np.ndarray) -> np.ndarray:
    """The last close before each session, NaN before the first."""
    place = np.where(present, np.arange(len(closed))[:, None], -1)
    latest = np.maximum.accumulate(place, axis=0)
    before = np.vstack([np.full((1, closed.shape[1]), -1), latest[:-1]])
    return np.where(before >= 0, np.take_along_axis(closed, np.maximum(before, 0), axis=0), np.nan)


def _ends(present: np.ndarray) -> np.ndarray:
    ends = np.zeros(present.shape, dtype=bool)
    last = len(present) - 1 - present[::-1].argmax(axis=0)
    gone = present.any(axis=0) & (last < len(present) - 1)
    ends[last[gone], np.nonzero(gone)[0]] = True
    return ends
