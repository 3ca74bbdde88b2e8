"""Leaks of every kind, to be planted at random places, each beside the honest work that it spoils."""

from __future__ import annotations

import dataclasses
import datetime as dt
import warnings

import numpy as np
import pyarrow as pa

from nightshift.config import Label
from nightshift.data import labels
from nightshift.data.columns import COLUMNS, Column
from nightshift.data.quality.cleaning import clean
from nightshift.data.quality.evidence.market_moves import LEVELS, MarketMoves
from nightshift.data.sources.source import bar_schema
from nightshift.nouns.bars import Bars

FIRST, N_SESSIONS, N_SYMBOLS = "2024-01-02", 160, 12
HONEST = ("rsi_2", "log_return_5", "volume_ratio_20", "weekday")
HONEST_ACROSS = ("rank_return_5", "market_return_1")


def sessions():
    days = np.arange(FIRST, "2026-01-01", dtype="datetime64[D]")
    return days[np.is_busday(days)][:N_SESSIONS]


def market(seed: int) -> Bars:
    """Random walks; a bar in thirty is missing, one symbol was listed late."""
    random = np.random.default_rng(seed)
    shape = (N_SYMBOLS, N_SESSIONS)
    close = 40.0 * np.exp(np.cumsum(random.normal(0, 0.02, shape), axis=1))
    opens = close * np.exp(random.normal(0, 0.01, shape))
    high, low = np.maximum(opens, close) * 1.005, np.minimum(opens, close) * 0.995
    missing = random.random(shape) < 1 / 30
    missing[0, :40] = True
    fields = [opens, high, low, close, np.round(np.exp(random.normal(13, 0.6, shape)))]
    return Bars(tuple(f"S{i:02d}" for i in range(N_SYMBOLS)), sessions(), *(np.where(missing, np.nan, values) for values in fields))


@dataclasses.dataclass(frozen=True, eq=False)
class Whole:
    """Bars as the hunt asks for them."""

    bars: Bars
    symbols = property(lambda self: self.bars.symbols)
    sessions = property(lambda self: self.bars.sessions)

    def of_symbols(self, places):
        return self.bars.of(tuple(self.bars.symbols[place] for place in places))

    def between(self, start, stop):
        return self.bars.first(stop).last(stop - start)


def tomorrow(values: np.ndarray) -> np.ndarray:
    """Each session's next value, where both are known."""
    out = np.full(values.shape, np.nan)
    out[:, :-1] = values[:, 1:]
    return np.where(np.isfinite(out), out, values)


def shifted(bars, base, random):
    return tomorrow(base(bars))


def rolled_close(bars, base, random):
    return np.roll(bars.close, -1, axis=1)


def centred(bars, base, random):
    values, half = base(bars), int(random.integers(1, 6))
    padded = np.pad(values, ((0, 0), (half, half)), constant_values=np.nan)
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1, axis=1).mean(axis=2)


def whole_history(bars, base, random):
    values = base(bars)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a symbol without any bar yet
        return (values - np.nanmean(values, axis=1, keepdims=True)) / np.nanstd(values, axis=1, keepdims=True)


def ranked_over_all(bars, base, random):
    values = base(bars)
    out = np.argsort(np.argsort(values, axis=1), axis=1).astype(float)
    return np.where(np.isfinite(values), out / np.maximum(np.isfinite(values).sum(axis=1, keepdims=True), 1), np.nan)


def filled_backward(bars, base, random):
    values = base(bars).copy()
    for row in values:
        for at in range(len(row) - 2, -1, -1):
            row[at] = row[at] if np.isfinite(row[at]) else row[at + 1]
    return values


def week_by_its_start(bars, base, random):
    week = (bars.sessions.astype(np.int64) + 3) // 7
    last = np.searchsorted(week, week, side="right") - 1
    return bars.close[:, last] / bars.open


def of_one_symbol(bars, base, random):
    values, row = base(bars).copy(), int(random.integers(N_SYMBOLS))
    at = [place for place, name in enumerate(bars.symbols) if name == f"S{row:02d}"]
    values[at] = tomorrow(values)[at]
    return values


def on_one_weekday(bars, base, random):
    values, day = base(bars), int(random.integers(5))
    return np.where((bars.sessions.astype(np.int64) + 3) % 7 == day, tomorrow(values), values)


def after_a_gap(bars, base, random):
    values, present = base(bars), bars.present
    fresh = present.copy()
    fresh[:, 1:] &= ~present[:, :-1]
    return np.where(fresh, tomorrow(values), values)


def until_the_next_session(bars, base, random):
    days = np.full(len(bars.sessions), np.nan)
    days[:-1] = np.diff(bars.sessions).astype(float)
    return np.where(bars.present, days, np.nan)


def rank_of_tomorrow(bars, base, random):
    return tomorrow(COLUMNS["rank_return_1"].compute(bars))


def market_of_all_time(bars, base, random):
    values = COLUMNS["market_return_1"].compute(bars)
    return values - values[np.isfinite(values)].sum()


def best_of_both_days(bars, base, random):
    values = COLUMNS["market_return_1"].compute(bars)
    return np.fmax(values, tomorrow(values))


ALONE = (
    shifted, rolled_close, centred, whole_history, ranked_over_all, filled_backward, week_by_its_start,
    of_one_symbol, on_one_weekday, after_a_gap, until_the_next_session,
)  # fmt: skip
ACROSS = (rank_of_tomorrow, market_of_all_time, best_of_both_days)


def planted_column(kind, seed: int) -> Column:
    """A leaking column over an honest one."""
    random = np.random.default_rng([seed, 1])
    base = COLUMNS[str(random.choice(["log_return_1", "rsi_2", "close_location", "volume_ratio_20", "bollinger_percent_b_20"]))]
    theme = "cross_section" if kind in ACROSS else "returns"

    def compute(bars):
        return kind(bars, base.compute, np.random.default_rng([seed, 2]))

    return Column(f"planted_{kind.__name__}", theme, 20, compute, "A leak.")


def reaches_further(bars, choice):
    return labels.LABELS[choice.kind](bars, Label(kind=choice.kind, horizon_sessions=choice.horizon_sessions + 1))


def against_all_time(bars, choice):
    returns = labels.forward_return(bars, choice)
    known = returns[np.isfinite(returns)]
    return np.where(np.isfinite(returns), returns > (np.median(known) if len(known) else 0.0), np.nan)


def scaled_by_the_end(bars, choice):
    returns = labels.forward_return(bars, choice)
    return returns * np.isfinite(returns[:, -20:]).sum()


LABELS = (reaches_further, against_all_time, scaled_by_the_end)


def received(seed: int) -> pa.Table:
    """Rows with spikes, near misses and gaps, as a source gives them."""
    random, bars = np.random.default_rng([seed, 3]), market(seed)
    symbol, session = np.nonzero(bars.present)
    rows = {name: getattr(bars, name)[symbol, session].copy() for name in ("open", "high", "low", "close", "volume")}
    for at in random.choice(len(symbol) - 20, 8, replace=False):
        span = slice(at, at + int(random.integers(1, 6)))
        for name in ("open", "high", "low", "close"):
            rows[name][span] *= 0.01
    closed = [dt.datetime.combine(day, dt.time(22), tzinfo=dt.UTC) for day in bars.sessions[session].tolist()]
    names = [bars.symbols[row] for row in symbol]
    return pa.table(
        {"symbol": names, "session": bars.sessions[session], **rows, "adj_factor": np.ones(len(symbol)), "observed_at": closed},
        schema=bar_schema(),
    )


FLAT, COUNTS = np.zeros(N_SESSIONS), np.zeros((N_SESSIONS, 2, len(LEVELS)))
NOBODY = MarketMoves(sessions(), FLAT, FLAT, FLAT, FLAT, FLAT, COUNTS, COUNTS, FLAT + 1.0)


def honest_clean(table):
    """Each symbol by itself: its own bars have another future in a trial, the market's have not."""
    return clean(table, "XNYS", dt.date(2025, 1, 1), dt.datetime(2025, 1, 1, 23, tzinfo=dt.UTC), market=NOBODY)


def _without(table, cleaned, reason, wanted):
    """The same run, with more rows dropped for a reason of its own."""
    gone = np.zeros(len(table), dtype=bool)
    for places in cleaned.dropped.values():
        gone[places] = True
    more = wanted & ~gone
    left = cleaned.rows.filter(pa.array(~more[~gone]))
    return dataclasses.replace(cleaned, rows=left, dropped=cleaned.dropped | {reason: np.flatnonzero(more)})


def _by_symbol(table):
    codes = table["symbol"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    return codes, table["close"].to_numpy()


def drops_what_comes_back(table):
    """A bar that stands off both its neighbours, by little."""
    codes, close = _by_symbol(table)
    middle = np.zeros(len(close), dtype=bool)
    inside = (codes[2:] == codes[1:-1]) & (codes[:-2] == codes[1:-1])
    middle[1:-1] = inside & (np.abs(np.log(close[1:-1] ** 2 / (close[2:] * close[:-2]))) > 0.06)
    return _without(table, honest_clean(table), "lonely_bar", middle)


def drops_before_a_fall(table):
    codes, close = _by_symbol(table)
    falls = np.zeros(len(close), dtype=bool)
    falls[:-1] = (codes[1:] == codes[:-1]) & (close[1:] < 0.96 * close[:-1])
    return _without(table, honest_clean(table), "before_a_fall", falls)


def drops_what_ends_low(table):
    codes, close = _by_symbol(table)
    last = close[np.searchsorted(codes, codes, side="right") - 1]
    return _without(table, honest_clean(table), "far_above_the_end", close > 1.02 * last)


def levels_volume(table):
    """Volume over the symbol's whole history."""
    cleaned = honest_clean(table)
    codes, volume = _by_symbol(cleaned.rows)[0], cleaned.rows["volume"].to_numpy()
    whole = np.bincount(codes, volume)[codes]
    place = cleaned.rows.column_names.index("volume")
    return dataclasses.replace(cleaned, rows=cleaned.rows.set_column(place, "volume", pa.array(volume / whole)))


CLEANINGS = {
    drops_what_comes_back: "lonely_bar", drops_before_a_fall: "before_a_fall",
    drops_what_ends_low: "far_above_the_end", levels_volume: "repaired",
}  # fmt: skip
