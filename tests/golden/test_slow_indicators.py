"""Every indicator against the textbook, written out as slowly and obviously as possible, one bar at a time."""

import datetime as dt
import math
import statistics

import numpy as np
import pytest

from nightshift.data.columns import COLUMNS
from nightshift.nouns.bars import Bars

N_SESSIONS = 140
NAN = math.nan


def market():
    random = np.random.default_rng(11)
    shape = (4, N_SESSIONS)
    close = 30.0 * np.exp(np.cumsum(random.normal(0, 0.02, shape), axis=1))
    open_ = close * np.exp(random.normal(0, 0.01, shape))
    high = np.maximum(open_, close) * np.exp(np.abs(random.normal(0, 0.006, shape)))
    low = np.minimum(open_, close) * np.exp(-np.abs(random.normal(0, 0.006, shape)))
    volume = np.round(np.exp(random.normal(12, 0.7, shape)))
    missing = random.random(shape) < 0.06
    missing[0] = False  # one symbol without gaps
    missing[3, :15] = True  # one listed late
    days = np.array([d for d in np.arange("2024-01-02", "2025-01-01", dtype="datetime64[D]") if np.is_busday(d)][:N_SESSIONS])
    return Bars(tuple("ABCD"), days, *(np.where(missing, np.nan, values) for values in (open_, high, low, close, volume)))


BARS = market()


class One:
    """One symbol's own bars as plain lists."""

    def __init__(self, row):
        held = [t for t in range(N_SESSIONS) if math.isfinite(BARS.close[row, t])]
        self.sessions = held
        self.o, self.h, self.l, self.c, self.v = (
            [float(getattr(BARS, name)[row, t]) for t in held] for name in ("open", "high", "low", "close", "volume")
        )
        self.typical = [(h + low + c) / 3 for h, low, c in zip(self.h, self.l, self.c, strict=True)]
        self.r = [NAN] + [math.log(b / a) for a, b in zip(self.c, self.c[1:], strict=False)]

    def __len__(self):
        return len(self.c)


def each(value, first):
    """A column from the value of bar i, known from bar `first` on."""
    return lambda one: [value(one, i) if i >= first else NAN for i in range(len(one))]


def mean(values):
    return sum(values) / len(values)


def population_std(values):
    return math.sqrt(mean([(x - mean(values)) ** 2 for x in values]))


def last(values, i, n):
    return values[i - n + 1 : i + 1]


def ema(values, n, start=0):
    """Begins with the plain mean of the first n from `start`."""
    out = [NAN] * len(values)
    for i in range(start + n - 1, len(values)):
        out[i] = mean(last(values, i, n)) if i == start + n - 1 else out[i - 1] + 2 / (n + 1) * (values[i] - out[i - 1])
    return out


def rsi(n):
    def twin(one):
        out, gain, loss = [NAN] * len(one), 0.0, 0.0
        moves = [0.0] + [b - a for a, b in zip(one.c, one.c[1:], strict=False)]
        for i in range(n, len(one)):
            if i == n:
                gain, loss = mean([max(m, 0) for m in moves[1 : n + 1]]), mean([max(-m, 0) for m in moves[1 : n + 1]])
            else:
                gain, loss = (gain * (n - 1) + max(moves[i], 0)) / n, (loss * (n - 1) + max(-moves[i], 0)) / n
            out[i] = 100 * gain / (gain + loss)
        return out

    return twin


def macd(part):
    def twin(one):
        slow = ema(one.c, 26)
        fast = ema(one.c, 12, start=14)  # so that both begin on the same bar
        line = [f - s for f, s in zip(fast, slow, strict=True)]
        signal = ema(line, 9, start=25)
        parts = {"line": line, "signal": signal, "histogram": [a - b for a, b in zip(line, signal, strict=True)]}
        return [parts[part][i] / one.c[i] if i >= 33 else NAN for i in range(len(one))]

    return twin


def raw_k(one, i):
    top, bottom = max(last(one.h, i, 14)), min(last(one.l, i, 14))
    return 100 * (one.c[i] - bottom) / (top - bottom)


def slow_k(one, i):
    return mean([raw_k(one, j) for j in (i - 2, i - 1, i)])


def slow_d(one, i):
    return mean([slow_k(one, j) for j in (i - 2, i - 1, i)])


def true_range(one, i):
    return max(one.h[i], one.c[i - 1]) - min(one.l[i], one.c[i - 1])


def atr(n):
    def twin(one):
        out = [NAN] * len(one)
        for i in range(n, len(one)):
            ranges = [true_range(one, j) for j in range(1, n + 1)]
            out[i] = mean(ranges) if i == n else (out[i - 1] * (n - 1) + true_range(one, i)) / n
        return [x / c for x, c in zip(out, one.c, strict=True)]

    return twin


def bands(one, i):
    window = last(one.c, i, 20)
    spread = 2 * population_std(window)
    return mean(window) + spread, mean(window), mean(window) - spread


def percent_b(one, i):
    upper, _, lower = bands(one, i)
    return (one.c[i] - lower) / (upper - lower)


def width(one, i):
    upper, middle, lower = bands(one, i)
    return (upper - lower) / middle


def return_std(n):
    return each(lambda one, i: population_std(last(one.r, i, n)), n)


def obv_change(one, i):
    signed = [one.v[j] * ((one.c[j] > one.c[j - 1]) - (one.c[j] < one.c[j - 1])) for j in range(i - 19, i + 1)]
    return sum(signed) / sum(last(one.v, i, 20))


def vwap_distance(one, i):
    prices, volumes = last(one.typical, i, 20), last(one.v, i, 20)
    return one.c[i] / (sum(p * v for p, v in zip(prices, volumes, strict=True)) / sum(volumes)) - 1


def money_flow(one, i):
    enters = sum(one.typical[j] * one.v[j] for j in range(i - 13, i + 1) if one.typical[j] > one.typical[j - 1])
    leaves = sum(one.typical[j] * one.v[j] for j in range(i - 13, i + 1) if one.typical[j] < one.typical[j - 1])
    return 100 * enters / (enters + leaves)


def shock(values, n):
    def value(one, i):
        before = values(one)[i - n : i]
        return (values(one)[i] - mean(before)) / population_std(before)

    return each(value, n)


def slope(one, i):
    return statistics.linear_regression(range(20), last(one.c, i, 20)).slope / one.c[i]


def directional(one, n=14):
    """Wilder's +DI, −DI and ADX, with sums that begin over n − 1 movements as TA-Lib's do."""
    plus, minus, dx = ([NAN] * len(one) for _ in range(3))
    adx = [NAN] * len(one)
    up_sum = down_sum = range_sum = 0.0
    for i in range(1, len(one)):
        up, down = one.h[i] - one.h[i - 1], one.l[i - 1] - one.l[i]
        up, down = (up if up > down and up > 0 else 0.0), (down if down > up and down > 0 else 0.0)
        forget = 0 if i < n else 1 / n
        up_sum, down_sum = up_sum - up_sum * forget + up, down_sum - down_sum * forget + down
        range_sum = range_sum - range_sum * forget + true_range(one, i)
        if i >= n:
            plus[i], minus[i] = 100 * up_sum / range_sum, 100 * down_sum / range_sum
            dx[i] = 100 * abs(plus[i] - minus[i]) / (plus[i] + minus[i])
        if i == 2 * n - 1:
            adx[i] = mean(dx[n : 2 * n])
        elif i > 2 * n - 1:
            adx[i] = (adx[i - 1] * (n - 1) + dx[i]) / n
    return {"plus_di_14": plus, "minus_di_14": minus, "adx_14": adx}


def date(one, i):
    return BARS.sessions[one.sessions[i]].astype(dt.date)


def days_since(one, i):
    session = one.sessions[i]
    return (date(one, i) - BARS.sessions[session - 1].astype(dt.date)).days if session else NAN


TWINS = {
    "rsi_2": rsi(2), "rsi_7": rsi(7), "rsi_14": rsi(14),
    "macd_line": macd("line"), "macd_signal": macd("signal"), "macd_histogram": macd("histogram"),
    "stochastic_k_14": each(slow_k, 17), "stochastic_d_14": each(slow_d, 17),
    "roc_12": each(lambda one, i: 100 * (one.c[i] / one.c[i - 12] - 1), 12),
    "roc_60": each(lambda one, i: 100 * (one.c[i] / one.c[i - 60] - 1), 60),
    "true_range": each(lambda one, i: true_range(one, i) / one.c[i], 1), "atr_5": atr(5), "atr_14": atr(14),
    "bollinger_upper_20": each(lambda one, i: bands(one, i)[0] / one.c[i] - 1, 19),
    "bollinger_lower_20": each(lambda one, i: 1 - bands(one, i)[2] / one.c[i], 19),
    "bollinger_percent_b_20": each(percent_b, 19), "bollinger_width_20": each(width, 19),
    "return_std_5": return_std(5), "return_std_20": return_std(20), "return_std_60": return_std(60),
    "volume_ratio_20": each(lambda one, i: one.v[i] / mean(last(one.v, i, 20)), 19),
    "volume_shock_20": shock(lambda one: one.v, 20), "log_volume_shock_60": shock(lambda one: [math.log(v) for v in one.v], 60),
    "log_range_shock_60": shock(lambda one: [math.log((h - low) / c) for h, low, c in zip(one.h, one.l, one.c, strict=True)], 60),
    "log_volume_change_1": each(lambda one, i: math.log(one.v[i] / one.v[i - 1]), 1),
    "obv_change_20": each(obv_change, 20), "vwap_distance_20": each(vwap_distance, 19), "money_flow_14": each(money_flow, 14),
    **{f"sma_distance_{n}": each(lambda one, i, n=n: one.c[i] / mean(last(one.c, i, n)) - 1, n - 1) for n in (5, 10, 20, 50)},
    "sma_10_over_50": each(lambda one, i: mean(last(one.c, i, 10)) / mean(last(one.c, i, 50)) - 1, 49),
    **{f"ema_distance_{n}": lambda one, n=n: [c / e - 1 for c, e in zip(one.c, ema(one.c, n), strict=True)] for n in (10, 20)},
    "slope_20": each(slope, 19),
    **{name: lambda one, name=name: directional(one)[name] for name in ("adx_14", "plus_di_14", "minus_di_14")},
    **{f"log_return_{n}": each(lambda one, i, n=n: math.log(one.c[i] / one.c[i - n]), n) for n in (1, 5, 10, 20)},
    "log_return_open_to_close": each(lambda one, i: math.log(one.c[i] / one.o[i]), 0),
    "overnight_gap": each(lambda one, i: one.o[i] / one.c[i - 1] - 1, 1),
    "intraday_range": each(lambda one, i: (one.h[i] - one.l[i]) / one.c[i], 0),
    "close_location": each(lambda one, i: (one.c[i] - one.l[i]) / (one.h[i] - one.l[i]), 0),
    "weekday": each(lambda one, i: date(one, i).weekday(), 0), "month": each(lambda one, i: date(one, i).month, 0),
    "days_since_previous_session": each(days_since, 0),
}  # fmt: skip


def laid_back(twin, row):
    one, out = One(row), np.full(N_SESSIONS, NAN)
    out[one.sessions] = twin(one)
    return out


@pytest.mark.parametrize("name", TWINS)
def test_an_indicator_is_what_the_textbook_says(name):
    expected = np.array([laid_back(TWINS[name], row) for row in range(4)])
    np.testing.assert_allclose(COLUMNS[name].compute(BARS), expected, rtol=1e-8, atol=1e-10)


def others(values, session):
    return [v for v in values[:, session] if math.isfinite(v)]


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("rank_return_1", "log_return_1"), ("rank_return_5", "log_return_5"), ("rank_return_20", "log_return_20"),
        ("rank_volume_ratio_20", "volume_ratio_20"), ("rank_return_std_20", "return_std_20"),
    ],
)  # fmt: skip
def test_a_rank_is_the_share_of_symbols_below_plus_half_of_the_equals(name, of):
    values = COLUMNS[of].compute(BARS)
    ranks = COLUMNS[name].compute(BARS)
    for symbol, session in np.ndindex(values.shape):
        peers, own = others(values, session), values[symbol, session]
        expected = (sum(p < own for p in peers) + sum(p == own for p in peers) / 2) / len(peers) if math.isfinite(own) else NAN
        np.testing.assert_allclose(ranks[symbol, session], expected, rtol=1e-12)


@pytest.mark.parametrize("n", [1, 5, 20])
def test_a_relative_return_is_the_symbols_own_minus_the_mean_of_all(n):
    own = COLUMNS[f"log_return_{n}"].compute(BARS)
    relative = COLUMNS[f"relative_return_{n}"].compute(BARS)
    for symbol, session in zip(*np.nonzero(np.isfinite(own)), strict=True):
        np.testing.assert_allclose(relative[symbol, session], own[symbol, session] - mean(others(own, session)), atol=1e-14)
    np.testing.assert_array_equal(np.isnan(relative), np.isnan(own))


@pytest.mark.parametrize("n", [1, 20])
def test_the_market_return_is_the_mean_of_all_on_every_bar(n):
    own = COLUMNS[f"log_return_{n}"].compute(BARS)
    returns = COLUMNS[f"market_return_{n}"].compute(BARS)
    for symbol, session in np.ndindex(own.shape):
        peers = others(own, session)
        expected = mean(peers) if peers and math.isfinite(BARS.close[symbol, session]) else NAN
        np.testing.assert_allclose(returns[symbol, session], expected, atol=1e-14)
