"""The simulated market: stable under a longer history, honest about its own truth."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from nightshift import sessions
from nightshift.data import snapshot
from nightshift.data.sources import Query
from nightshift.data.sources.planted import LAG_SESSIONS, Signal
from nightshift.data.sources.simulated import Params, bayes_optimal, fetch
from nightshift.nouns.bars import Bars

KINDS = ["none", "linear", "interaction", "sequential", "event"]


def ask(params: Params, last: dt.date = dt.date(2024, 12, 31)) -> pa.Table:
    return fetch(params, Query("XNYS", (), None, last, sessions.utc("2030-01-01")))


def bars_of(kind: str, strength: float = 0.0, symbols: int = 200, **more: object) -> Bars:
    params = Params(symbols=symbols, first_session=dt.date(2020, 1, 2), seed=3, signal=Signal(kind=kind, strength=strength), **more)
    return snapshot.bars(ask(params))


def seen_volume_shock(bars: Bars) -> np.ndarray:
    """What anybody can compute from volumes alone."""
    logs = np.log(bars.volume)
    return logs - np.nanmean(logs, axis=1, keepdims=True)


def seen_location(bars: Bars) -> np.ndarray:
    return (bars.close - bars.low) / (bars.high - bars.low) - 0.5


def next_up(bars: Bars) -> np.ndarray:
    move = np.diff(bars.close, axis=1)
    return np.where(np.isfinite(move), (move > 0).astype(float), np.nan)


def accuracy(signal: np.ndarray, bars: Bars) -> float:
    guess, up = signal[:, :-1], next_up(bars)
    known = np.isfinite(guess) & np.isfinite(up)
    return float(np.mean((guess > 0)[known] == up[known].astype(bool)))


@settings(max_examples=15, deadline=None)
@given(
    st.integers(2, 400), st.integers(1, 9), st.integers(0, 2**31), st.sampled_from(["none", "linear", "interaction", "sequential", "event"])
)
def test_a_longer_history_never_changes_an_earlier_bar(n_days, symbols, seed, kind):
    params = Params(symbols=symbols, first_session=dt.date(2021, 1, 4), seed=seed, signal=Signal(kind=kind, strength=0.5))
    cut = dt.date(2021, 1, 4) + dt.timedelta(days=n_days)
    whole = ask(params, dt.date(2022, 6, 30)).to_pandas()
    short = ask(params, cut).to_pandas()
    assert short.equals(whole[whole.session <= cut].reset_index(drop=True))


@pytest.mark.parametrize("strength", [0.2, 0.6])
def test_linear_accuracy_from_what_everybody_sees_is_the_one_promised(strength):
    bars = bars_of("linear", strength)
    promised = bayes_optimal(Params(signal=Signal(kind="linear", strength=strength)))["accuracy"]
    assert accuracy(seen_volume_shock(bars), bars) == pytest.approx(promised, abs=0.01)


def test_interaction_is_invisible_to_either_shock_alone_and_fully_there_in_both():
    bars = bars_of("interaction", 0.6)
    volume, location = seen_volume_shock(bars), seen_location(bars)
    assert accuracy(volume * location, bars) == pytest.approx(
        bayes_optimal(Params(signal=Signal(kind="interaction", strength=0.6)))["accuracy"], abs=0.01
    )
    assert accuracy(volume, bars) == pytest.approx(0.5, abs=0.015)
    assert accuracy(location, bars) == pytest.approx(0.5, abs=0.015)


def test_sequential_needs_the_session_five_ago():
    bars = bars_of("sequential", 0.8)
    promised = bayes_optimal(Params(signal=Signal(kind="sequential", strength=0.8)))
    now = seen_volume_shock(bars)
    ago = np.full_like(now, np.nan)
    ago[:, LAG_SESSIONS:] = now[:, :-LAG_SESSIONS]
    assert accuracy(now + ago, bars) == pytest.approx(promised["accuracy"], abs=0.012)
    assert accuracy(now, bars) == pytest.approx(promised["accuracy_without_memory"], abs=0.012)
    assert promised["accuracy"] > promised["accuracy_without_memory"] + 0.05


def test_the_null_market_is_a_coin_toss_for_every_shock_and_balanced():
    bars = bars_of("none")
    for signal in (seen_volume_shock(bars), seen_location(bars), seen_volume_shock(bars) * seen_location(bars)):
        assert accuracy(signal, bars) == pytest.approx(0.5, abs=0.015)
    assert np.nanmean(next_up(bars)) == pytest.approx(0.5, abs=0.02)
    assert bayes_optimal(Params())["accuracy"] == 0.5


def test_events_are_rare_large_and_announced():
    strength = 0.9
    bars = bars_of("event", strength, daily_volatility=0.01)
    promised = bayes_optimal(Params(signal=Signal(kind="event", strength=strength)))
    happened = bars.close[:, 1:] / bars.close[:, :-1] - 1 >= 0.06
    assert happened.mean() == pytest.approx(promised["event_fraction"], abs=0.004)
    assert 0.02 < happened.mean() < 0.04
    assert promised["f1"] >= 0.8
    width = np.log(np.log(bars.high / bars.low))
    quiet = np.nanmedian(width, axis=1, keepdims=True) - width
    busy = seen_volume_shock(bars) / 0.6
    announced = busy + 1.5 * quiet > 3.5  # a rule that anybody could write down
    guess, known = announced[:, :-1], np.isfinite(bars.close[:, 1:]) & np.isfinite(bars.close[:, :-1])
    caught = (guess & happened & known).sum()
    f1 = 2 * caught / ((guess & known).sum() + (happened & known).sum())
    assert 0.8 <= f1 <= promised["f1"] + 0.02
    assert abs(np.nanmean(np.diff(np.log(bars.close), axis=1))) < 0.0005  # the other sessions pay for the jumps


def test_most_of_a_return_can_still_be_earned_from_the_next_open():
    bars = bars_of("linear", 0.6, symbols=60)
    shock = seen_volume_shock(bars)[:, :-2]
    close_to_close = np.log(bars.close[:, 1:-1] / bars.close[:, :-2])
    open_to_open = np.log(bars.open[:, 2:] / bars.open[:, 1:-1])
    known = np.isfinite(shock) & np.isfinite(close_to_close) & np.isfinite(open_to_open)
    edge = [np.mean((np.sign(shock) * earned)[known]) for earned in (close_to_close, open_to_open)]
    assert edge[1] / edge[0] > 0.85


def test_looks_like_a_market():
    bars = bars_of("none", missing_session_fraction=0.01)
    assert (bars.low <= np.minimum(bars.open, bars.close))[bars.present].all()
    assert (bars.high >= np.maximum(bars.open, bars.close))[bars.present].all()
    assert 1 - bars.present.mean() == pytest.approx(0.01, abs=0.002)
    returns = np.diff(np.log(bars.close), axis=1)
    size = np.abs(returns)
    clustering = [stats.spearmanr(row[:-1], row[1:], nan_policy="omit").statistic for row in size[:40]]
    assert np.mean(clustering) > 0.05  # volatility clusters
    assert stats.kurtosis(returns[np.isfinite(returns)]) > 0.5  # and tails are fat
    filled = np.nan_to_num(returns[:60])
    together = np.corrcoef(filled)[np.triu_indices(60, 1)].mean()
    assert 0.2 < together < 0.4  # through the market, which explains 30 %


def test_a_bar_is_known_a_quarter_of_an_hour_after_its_close_half_days_included():
    rows = ask(Params(symbols=1, missing_session_fraction=0.0)).to_pandas().set_index("session").observed_at
    assert rows[dt.date(2024, 11, 27)].isoformat() == "2024-11-27T21:15:00+00:00"
    assert rows[dt.date(2024, 11, 29)].isoformat() == "2024-11-29T18:15:00+00:00"
