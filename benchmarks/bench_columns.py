"""Columns against the pandas groupby way: the same indicators, equal values, seconds, ratio and peak memory.

    .venv/bin/python benchmarks/bench_columns.py                  # 500 symbols × 1260 sessions
    .venv/bin/python benchmarks/bench_columns.py --symbols 5000

Two pandas ways on one long frame, sorted by symbol and session:
  transform  groupby("symbol").transform(lambda s: s.rolling(n).mean()): what most projects of this field do
  built-in   groupby("symbol").rolling(n).mean(): the fastest that pandas itself offers
Neither calls a Python function per window; the slope of a line is left out in their favour, because pandas has only
`rolling.apply` for it. Each way runs in a process of its own. The goal is set against `transform`.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from nightshift.data import columns
from nightshift.nouns.bars import Bars

LEFT_OUT = ("slope_20",)
GOAL = 15.0


def market(n_symbols: int, n_sessions: int) -> Bars:
    """Random walks with ranges and volumes, no gaps."""
    random = np.random.default_rng(0)
    shape = (n_symbols, n_sessions)
    close = 50 * np.exp(np.cumsum(random.normal(0, 0.02, shape), axis=1))
    open_ = close * np.exp(random.normal(0, 0.01, shape))
    high = np.maximum(open_, close) * np.exp(np.abs(random.normal(0, 0.005, shape)))
    low = np.minimum(open_, close) * np.exp(-np.abs(random.normal(0, 0.005, shape)))
    days = np.datetime64("2010-01-01") + np.arange(2 * n_sessions)
    days = days[np.is_busday(days)][:n_sessions]
    volume = np.round(np.exp(random.normal(13, 0.5, shape)))
    return Bars(tuple(f"S{i:05d}" for i in range(n_symbols)), days, open_, high, low, close, volume)


def nightshift_way(bars: Bars, names: list[str]) -> np.ndarray:
    return columns.compute(bars, columns.chosen(names))


def pandas_way(frame) -> dict:
    """Every column as a pandas Series on the long frame (symbol, session, open, high, low, close, volume)."""
    return _momentum(frame) | _volatility(frame) | _volume(frame) | _trend(frame) | _returns(frame) | _cross_section(frame)


class BuiltIn:
    """groupby(…).rolling(…).mean(): one pass in compiled code over all groups."""

    @staticmethod
    def rolling(series, frame, n, what):
        return getattr(_by_symbol(series, frame).rolling(n), what)().reset_index(level=0, drop=True)

    @staticmethod
    def std(series, frame, n):
        return _by_symbol(series, frame).rolling(n).std(ddof=0).reset_index(level=0, drop=True)

    @staticmethod
    def ewm(series, frame, alpha):
        return _by_symbol(series, frame).ewm(alpha=alpha, adjust=False).mean().reset_index(level=0, drop=True)


class Transform:
    """groupby(…).transform(lambda …): one small Series a group."""

    @staticmethod
    def rolling(series, frame, n, what):
        return _by_symbol(series, frame).transform(lambda one: getattr(one.rolling(n), what)())

    @staticmethod
    def std(series, frame, n):
        return _by_symbol(series, frame).transform(lambda one: one.rolling(n).std(ddof=0))

    @staticmethod
    def ewm(series, frame, alpha):
        return _by_symbol(series, frame).transform(lambda one: one.ewm(alpha=alpha, adjust=False).mean())


STYLES = {"transform": Transform, "built-in": BuiltIn}


def _by_symbol(series, frame):
    return series.groupby(frame["symbol"], sort=False, observed=True)


def _rolling(series, frame, n, what):
    return STYLES[frame.attrs["style"]].rolling(series, frame, n, what)


def _std(series, frame, n):
    return STYLES[frame.attrs["style"]].std(series, frame, n)


def _ewm(series, frame, alpha):
    return STYLES[frame.attrs["style"]].ewm(series, frame, alpha)


def _ago(series, frame, n=1):
    return _by_symbol(series, frame).shift(n)


def _momentum(frame):
    close, out = frame["close"], {}
    move = close - _ago(close, frame)
    for n in (2, 7, 14):
        gain, loss = _ewm(move.clip(lower=0), frame, 1 / n), _ewm(-move.clip(upper=0), frame, 1 / n)
        out[f"rsi_{n}"] = 100 * gain / (gain + loss)
    line = _ewm(close, frame, 2 / 13) - _ewm(close, frame, 2 / 27)
    signal = _ewm(line, frame, 2 / 10)
    out |= {"macd_line": line / close, "macd_signal": signal / close, "macd_histogram": (line - signal) / close}
    bottom, top = _rolling(frame["low"], frame, 14, "min"), _rolling(frame["high"], frame, 14, "max")
    out["stochastic_k_14"] = _rolling(100 * (close - bottom) / (top - bottom), frame, 3, "mean")
    out["stochastic_d_14"] = _rolling(out["stochastic_k_14"], frame, 3, "mean")
    return out | {f"roc_{n}": 100 * (close / _ago(close, frame, n) - 1) for n in (12, 60)}


def _true_range(frame):
    before = _ago(frame["close"], frame)
    return np.maximum(frame["high"], before) - np.minimum(frame["low"], before)


def _volatility(frame):
    close, spans = frame["close"], _true_range(frame)
    returns = np.log(close / _ago(close, frame))
    middle, spread = _rolling(close, frame, 20, "mean"), 2 * _std(close, frame, 20)
    span = np.log((frame["high"] - frame["low"]) / close)
    out = {"true_range": spans / close, "log_range_shock_60": _shock(span, frame, 60)}
    out |= {f"atr_{n}": _ewm(spans, frame, 1 / n) / close for n in (5, 14)}
    out |= {"bollinger_upper_20": (middle + spread) / close - 1, "bollinger_lower_20": 1 - (middle - spread) / close}
    out |= {"bollinger_percent_b_20": (close - middle + spread) / (2 * spread), "bollinger_width_20": 2 * spread / middle}
    return out | {f"return_std_{n}": _std(returns, frame, n) for n in (5, 20, 60)}


def _shock(series, frame, n):
    before = _ago(series, frame)
    return (series - _rolling(before, frame, n, "mean")) / _std(before, frame, n)


def _volume(frame):
    close, volume = frame["close"], frame["volume"]
    typical = (frame["high"] + frame["low"] + close) / 3
    total = _rolling(volume, frame, 20, "sum")
    signed = np.sign(close - _ago(close, frame)) * volume
    flow, rose = typical * volume, typical - _ago(typical, frame)
    enters, leaves = (_rolling(flow.where(side, 0.0), frame, 14, "sum") for side in (rose > 0, rose < 0))
    return {
        "volume_ratio_20": volume / _rolling(volume, frame, 20, "mean"),
        "volume_shock_20": _shock(volume, frame, 20), "log_volume_shock_60": _shock(np.log(volume), frame, 60),
        "log_volume_change_1": np.log(volume / _ago(volume, frame)),
        "obv_change_20": _rolling(signed, frame, 20, "sum") / total,
        "vwap_distance_20": close * total / _rolling(flow, frame, 20, "sum") - 1,
        "money_flow_14": 100 * enters / (enters + leaves),
    }  # fmt: skip


def _trend(frame):
    close, means = frame["close"], {}
    means = {n: _rolling(frame["close"], frame, n, "mean") for n in (5, 10, 20, 50)}
    out = {f"sma_distance_{n}": close / mean - 1 for n, mean in means.items()} | {"sma_10_over_50": means[10] / means[50] - 1}
    out |= {f"ema_distance_{n}": close / _ewm(close, frame, 2 / (n + 1)) - 1 for n in (10, 20)}
    up, down = frame["high"] - _ago(frame["high"], frame), _ago(frame["low"], frame) - frame["low"]
    spans = _ewm(_true_range(frame), frame, 1 / 14)
    plus = 100 * _ewm(up.where((up > down) & (up > 0), 0.0), frame, 1 / 14) / spans
    minus = 100 * _ewm(down.where((down > up) & (down > 0), 0.0), frame, 1 / 14) / spans
    adx = _ewm(100 * (plus - minus).abs() / (plus + minus), frame, 1 / 14)
    return out | {"adx_14": adx, "plus_di_14": plus, "minus_di_14": minus}


def _returns(frame):
    close, session = frame["close"], frame["session"]
    span = frame["high"] - frame["low"]
    return {f"log_return_{n}": np.log(close / _ago(close, frame, n)) for n in (1, 5, 10, 20)} | {
        "log_return_open_to_close": np.log(close / frame["open"]), "overnight_gap": frame["open"] / _ago(close, frame) - 1,
        "intraday_range": span / close, "close_location": (close - frame["low"]) / span,
        "weekday": session.dt.weekday, "month": session.dt.month, "days_since_previous_session": (session - _ago(session, frame)).dt.days,
    }  # fmt: skip


def _cross_section(frame):
    close, volume, out = frame["close"], frame["volume"], {}
    returns = {n: np.log(close / _ago(close, frame, n)) for n in (1, 5, 20)}
    peers = frame["session"]
    ranked = {f"return_{n}": series for n, series in returns.items()}
    ranked |= {"volume_ratio_20": volume / _rolling(volume, frame, 20, "mean"), "return_std_20": _std(returns[1], frame, 20)}
    for name, series in ranked.items():
        groups = series.groupby(peers, sort=False)
        out[f"rank_{name}"] = (groups.rank() - 0.5) / groups.transform("count")
    for n, series in returns.items():
        mean = series.groupby(peers, sort=False).transform("mean")
        out[f"relative_return_{n}"] = series - mean
        if n != 5:
            out[f"market_return_{n}"] = mean
    return out


def long_frame(bars: Bars, style: str):
    """The bars as pandas users keep them, and the style they are worked on in."""
    import pandas as pd

    fields = {name: getattr(bars, name).ravel() for name in ("open", "high", "low", "close", "volume")}
    symbols = pd.Categorical.from_codes(np.repeat(np.arange(len(bars.symbols)), len(bars.sessions)), list(bars.symbols))
    frame = pd.DataFrame({"symbol": symbols, "session": np.tile(bars.sessions, len(bars.symbols)).astype("datetime64[s]"), **fields})
    frame.attrs["style"] = style
    return frame


def names_raced() -> list[str]:
    return [name for name in columns.COLUMNS if name not in LEFT_OUT]


def measure(way: str, n_symbols: int, n_sessions: int, rounds: int, keep: Path) -> None:
    """Run one way in this process: prints its facts, keeps a sample of its values."""
    bars, names = market(n_symbols, n_sessions), names_raced()
    if way in STYLES:
        frame = long_frame(bars, way)
        pandas_way(long_frame(market(3, 200), way))  # warm
        run, sample = (lambda: pandas_way(frame)), _pandas_sample
    else:
        nightshift_way(market(3, 200), names)
        run, sample = (lambda: nightshift_way(bars, names)), lambda values, _: values[:20].astype(np.float64)
    seconds, cpu = [], []
    for _ in range(rounds):
        clock, work = time.perf_counter(), time.process_time()
        values = run()
        seconds.append(time.perf_counter() - clock)
        cpu.append(time.process_time() - work)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    np.save(keep, sample(values, bars))
    print(json.dumps({"seconds": min(seconds), "cpu_seconds": min(cpu), "peak_mib": peak / 1024}))


def _pandas_sample(values: dict, bars: Bars) -> np.ndarray:
    n_rows = 20 * len(bars.sessions)
    return np.stack([np.asarray(values[name], dtype=float)[:n_rows].reshape(-1, len(bars.sessions)) for name in names_raced()], axis=2)


def race(n_symbols: int, n_sessions: int, rounds: int) -> float:
    """Every way after the other, each in its own process; returns how many times faster ours is than `transform`."""
    facts, samples = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for way in ("nightshift", *STYLES):
            keep = Path(folder) / f"{way}.npy"
            sizes = ["--symbols", str(n_symbols), "--sessions", str(n_sessions), "--rounds", str(rounds)]
            command = [sys.executable, __file__, "--only", way, "--keep", str(keep), *sizes]
            facts[way] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            samples[way] = np.load(keep)
    compared = {style: compare(samples["nightshift"], samples[style]) for style in STYLES}
    n_columns = len(names_raced())
    print(f"{n_symbols} symbols × {n_sessions} sessions, {n_columns} columns, best of {rounds}; values compared and equal: {compared}")
    for way, fact in facts.items():
        ratio, cpu_ratio = (fact[unit] / facts["nightshift"][unit] for unit in ("seconds", "cpu_seconds"))
        clock, cpu = f"{fact['seconds']:7.2f} s {ratio:6.1f} ×", f"CPU {fact['cpu_seconds']:7.2f} s {cpu_ratio:6.1f} ×"
        print(f"  {way:10} {clock}   {cpu}   peak {fact['peak_mib']:6.0f} MiB")
    return facts["transform"]["seconds"] / facts["nightshift"]["seconds"]


def compare(ours: np.ndarray, theirs: np.ndarray) -> int:
    """Every value after the recursive averages have forgotten their beginnings, to float32's precision."""
    start = columns.warmup_sessions(columns.COLUMNS.values()) + 60
    for j, name in enumerate(names_raced()):
        np.testing.assert_allclose(ours[:, start:, j], theirs[:, start:, j], rtol=2e-5, atol=2e-6, err_msg=name)
    return ours[:, start:].size


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--symbols", type=int, default=500)
    parser.add_argument("--sessions", type=int, default=1260)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["nightshift", *STYLES], help=argparse.SUPPRESS)
    parser.add_argument("--keep", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        measure(asked.only, asked.symbols, asked.sessions, asked.rounds, asked.keep)
        return 0
    ratio = race(asked.symbols, asked.sessions, asked.rounds)
    print(f"goal: {GOAL:g} × against transform: {'reached' if ratio >= GOAL else 'missed'}")
    return 0 if ratio >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
