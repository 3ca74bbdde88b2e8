"""A seeded market whose truth is known: clustered volatility, correlated symbols, missing bars, a planted signal.

Prefix-stable: every random number is drawn session by session from a stream of its own, so a later question, or a longer
history, never changes an earlier bar. Prices are rounded so that the bytes do not depend on a processor's last bit.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from nightshift import sessions
from nightshift.config import Closed, Fraction
from nightshift.data.sources import planted
from nightshift.data.sources.planted import Signal
from nightshift.data.sources.source import Query, Source, bar_schema, observed_after_close

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SOURCE", "Params", "Signal", "bayes_optimal"]

GARCH_SHOCK, GARCH_MEMORY = 0.07, 0.91
OVERNIGHT_SHARE = 0.1  # of a session's return; the rest is earned between its open and its close
VOLUME_SPREAD = 0.6  # log volume per standard deviation of the volume shock
QUIET = 0.35  # an announced session's volatility, as a share of the usual


class Params(Closed):
    """The simulated market."""

    symbols: int = Field(30, ge=1, le=20_000)
    first_session: dt.date = dt.date(2022, 1, 3)
    seed: int = 7
    signal: Signal = Signal()
    daily_volatility: float = Field(0.015, gt=0, le=0.1)
    market_correlation: Fraction = 0.3
    missing_session_fraction: Fraction = 0.002


@dataclass(frozen=True, eq=False)
class _Shocks:
    """Independent draws, each (session, symbol)."""

    volume: np.ndarray
    location: np.ndarray
    spread: np.ndarray
    noise: np.ndarray  # correlated over symbols through the market
    overnight: np.ndarray
    announced: np.ndarray  # bool
    luck: np.ndarray  # uniform
    missing: np.ndarray  # bool


def bayes_optimal(params: Params) -> dict[str, float]:
    """The best that anybody could do in this market: see `planted.bayes_optimal`."""
    return planted.bayes_optimal(params.signal)


def fetch(params: Params, query: Query) -> pa.Table:
    """The market's bars from its first session to the query's last one."""
    days = sessions.between(query.calendar, params.first_session, max(query.last_session, params.first_session))
    shocks = _draw(params, len(days))
    returns, volatility = _returns(params, shocks)
    return _table(params, query, days, _prices(params, shocks, returns, volatility), ~shocks.missing)


def _draw(params: Params, n_sessions: int) -> _Shocks:
    shape = (n_sessions, params.symbols)
    streams = [np.random.default_rng([params.seed, stream]) for stream in range(1, 10)]
    normal = [stream.standard_normal(shape) for stream in streams[:5]]
    market = streams[5].standard_normal((n_sessions, 1))
    announced, luck, missing = (stream.random(shape) for stream in streams[6:])
    heard = announced < (planted.ANNOUNCED_FRACTION if params.signal.kind == "event" else 0.0)
    shared = np.sqrt(params.market_correlation) * market + np.sqrt(1 - params.market_correlation) * normal[3]
    return _Shocks(
        volume=normal[0] + planted.VOLUME_SHIFT * heard, location=normal[1], spread=normal[2] - planted.RANGE_SHIFT * heard,
        noise=shared, overnight=normal[4], announced=heard, luck=luck, missing=missing < params.missing_session_fraction,
    )  # fmt: skip


def _returns(params: Params, shocks: _Shocks) -> tuple[np.ndarray, np.ndarray]:
    """Log returns and the volatility that each session was drawn with."""
    known = planted.expectation(params.signal, shocks.volume, shocks.location)
    z = planted.noise_share(params.signal) * shocks.noise
    z[1:] += known[:-1]
    volatility = _clustered(params, z) * np.where(shocks.announced, QUIET, 1.0)
    returns = volatility * z
    return (_with_jumps(params, shocks, returns) if params.signal.kind == "event" else returns), volatility


def _clustered(params: Params, z: np.ndarray) -> np.ndarray:
    """GARCH(1, 1) volatility around each symbol's own level."""
    usual = (params.daily_volatility * np.linspace(0.7, 1.3, params.symbols)) ** 2
    variance = np.empty_like(z)
    now = usual.copy()
    for session in range(len(z)):
        variance[session] = now
        now = (1 - GARCH_SHOCK - GARCH_MEMORY) * usual + now * (GARCH_SHOCK * z[session] ** 2 + GARCH_MEMORY)
    return np.sqrt(variance)


def _with_jumps(params: Params, shocks: _Shocks, returns: np.ndarray) -> np.ndarray:
    """Announced jumps replace the next session's return; the other sessions pay for them, so that prices do not run away."""
    chance = np.full(returns.shape, planted.UNANNOUNCED_FRACTION)
    surprise = planted.UNANNOUNCED_FRACTION * (1 - params.signal.strength) + params.signal.strength
    chance[1:][shocks.announced[:-1]] = surprise
    jumped = shocks.luck < chance
    size = np.log1p(planted.EVENT_RETURN_FRACTION) + 0.005 + 0.01 * np.abs(shocks.noise)
    often = planted.bayes_optimal(params.signal)["event_fraction"]
    toll = often * (np.log1p(planted.EVENT_RETURN_FRACTION) + 0.013) / (1 - often)
    return np.where(jumped, size, returns - toll)


def _prices(params: Params, shocks: _Shocks, returns: np.ndarray, volatility: np.ndarray) -> dict[str, np.ndarray]:
    """OHLCV (session, symbol): the close lies within the day's range where `location` says, high and low hold open and close."""
    first = np.random.default_rng([params.seed, 0]).lognormal([[4.0], [14.0]], [[0.4], [0.5]], (2, params.symbols))
    close = np.log(first[0]) + np.cumsum(returns, axis=0)
    body = (1 - OVERNIGHT_SHARE) * returns - OVERNIGHT_SHARE * volatility * shocks.overnight  # open to close
    place = 0.2 + 0.6 / (1 + np.exp(-1.7 * shocks.location))  # of the close between low (0) and high (1)
    spread = 1.6 * volatility * np.exp(0.25 * shocks.spread)
    spread = np.maximum(spread, np.where(body > 0, body / place, -body / (1 - place)))
    logs = {"open": close - body, "high": close + (1 - place) * spread, "low": close - place * spread, "close": close}
    rounded = {name: np.round(np.exp(values), 4) for name, values in logs.items()}
    # the widest ranges touch the open exactly: the last digit must not put it outside
    rounded["high"] = np.maximum(rounded["high"], np.maximum(rounded["open"], rounded["close"]))
    rounded["low"] = np.minimum(rounded["low"], np.minimum(rounded["open"], rounded["close"]))
    return {**rounded, "volume": np.round(first[1] * np.exp(VOLUME_SPREAD * shocks.volume))}


def _table(params: Params, query: Query, days: np.ndarray, fields: dict[str, np.ndarray], there: np.ndarray) -> pa.Table:
    import pyarrow as pa

    kept = there.T.ravel()
    columns = {name: values.T.ravel()[kept] for name, values in fields.items()}
    symbol = np.repeat(np.arange(params.symbols, dtype=np.int32), len(days))[kept]
    session = np.tile(days, params.symbols)[kept]
    seen = np.tile(observed_after_close(query.calendar, days), params.symbols)[kept]
    names = pa.DictionaryArray.from_arrays(pa.array(symbol), pa.array([f"SIM{index:04d}" for index in range(params.symbols)]))
    arrays = {"symbol": names.cast(pa.string()), "session": session, **columns, "adj_factor": np.ones(len(session)), "observed_at": seen}
    schema = bar_schema()
    return pa.table({field.name: pa.array(arrays[field.name]).cast(field.type) for field in schema}, schema=schema)


SOURCE = Source("simulated", Params, fetch)
