"""Every defect that a vendor's bars are known to have, planted into one symbol of a clean market, and the words the user is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

PRICES = ["open", "high", "low", "close"]
SYMBOL = "SIM0004"


@dataclass(frozen=True)
class Plant:
    """What is done to the symbol's own rows, from the middle on, and what the account has to say of it."""

    name: str
    done: Callable[[pd.DataFrame, int], pd.DataFrame]
    words: str  # in the reason or the value of a line of the account
    stretch: int = 0  # bars that may differ from the clean market's, or be gone


def split(ratio: float) -> Callable[[pd.DataFrame, int], pd.DataFrame]:
    """From a day on prices × ratio and volume ÷ ratio."""

    def done(own: pd.DataFrame, at: int) -> pd.DataFrame:
        own.loc[own.index[at:], PRICES] *= ratio
        own.loc[own.index[at:], "volume"] /= ratio
        return own

    return done


def unit(factor: float, n_bars: int) -> Callable[[pd.DataFrame, int], pd.DataFrame]:
    """For so many bars prices × factor at the same volume."""

    def done(own: pd.DataFrame, at: int) -> pd.DataFrame:
        own.loc[own.index[at : at + n_bars], PRICES] *= factor
        return own

    return done


def frozen(own: pd.DataFrame, at: int) -> pd.DataFrame:
    """Three weeks at one price that nobody traded."""
    rows = own.index[at : at + 15]
    own.loc[rows, PRICES] = own.close.iloc[at - 1]
    own.loc[rows, "volume"] = 0.0
    return own


def another_company(own: pd.DataFrame, at: int) -> pd.DataFrame:
    """Silent for more than a year, then a price of another scale."""
    later = own.iloc[at + 260 :].copy()
    later[PRICES] *= 7.3
    return pd.concat([own.iloc[:at], later])


def shifted(n_sessions: int) -> Callable[[pd.DataFrame, int], pd.DataFrame]:
    """Every bar lies so many sessions later than its own."""

    def done(own: pd.DataFrame, at: int) -> pd.DataFrame:
        values = own[[*PRICES, "volume"]].shift(n_sessions)
        return own.assign(**{name: values[name] for name in values}).dropna()

    return done


def months_for_days(own: pd.DataFrame, at: int) -> pd.DataFrame:
    """Day and month of every date that allows it change places; what falls on a closed day stays there."""
    days = [day.replace(month=day.day, day=day.month) if day.day <= 12 else day for day in own.session]
    return own.assign(session=days).sort_values("session", kind="stable").drop_duplicates("session")


def first_twelve_days(own: pd.DataFrame, at: int) -> pd.DataFrame:
    """What is left when all other dates could not be read."""
    return months_for_days(own[[day.day <= 12 for day in own.session]], at)


def dividend(yield_fraction: float) -> Callable[[pd.DataFrame, int], pd.DataFrame]:
    """A factor that takes so much of the price for a dividend, which the price does not know."""

    def done(own: pd.DataFrame, at: int) -> pd.DataFrame:
        own.loc[own.index[:at], "adj_factor"] *= 1.0 - yield_fraction
        return own

    return done


def twice(own: pd.DataFrame, at: int) -> pd.DataFrame:
    """Ten bars are there twice."""
    return pd.concat([own, own.iloc[at : at + 10]]).sort_values("session", kind="stable")


def cell(column: str, value: float) -> Callable[[pd.DataFrame, int], pd.DataFrame]:
    """One wrong number."""

    def done(own: pd.DataFrame, at: int) -> pd.DataFrame:
        own.loc[own.index[at], column] = value
        return own

    return done


def low_above_high(own: pd.DataFrame, at: int) -> pd.DataFrame:
    """High and low change places."""
    own.loc[own.index[at], ["high", "low"]] = own.loc[own.index[at], ["low", "high"]].to_numpy()
    return own


def absurd_volume(own: pd.DataFrame, at: int) -> pd.DataFrame:
    """A day of ten thousand times the volume."""
    own.loc[own.index[at], "volume"] *= 1e4
    return own


def missing(own: pd.DataFrame, at: int) -> pd.DataFrame:
    """Twenty sessions without a bar."""
    return pd.concat([own.iloc[:at], own.iloc[at + 20 :]])


def of_the_future(own: pd.DataFrame, at: int) -> pd.DataFrame:
    """A bar of a session that has not been."""
    return pd.concat([own, own.iloc[[-1]].assign(session=own.session.iloc[-1] + dt.timedelta(days=30))])


def filled_backward(own: pd.DataFrame, at: int) -> pd.DataFrame:
    """Two sessions hold the bar of the third."""
    names = [*PRICES, "volume"]
    own.loc[own.index[at : at + 2], names] = own.loc[own.index[at + 2], names].to_numpy(dtype=float)
    return own


def filled_forward(own: pd.DataFrame, at: int) -> pd.DataFrame:
    """Two sessions hold the bar before them."""
    names = [*PRICES, "volume"]
    own.loc[own.index[at : at + 2], names] = own.loc[own.index[at - 1], names].to_numpy(dtype=float)
    return own


def pence_now_and_then(own: pd.DataFrame, at: int) -> pd.DataFrame:
    """Every fifth bar of all history in pence: what buys low and sells high earns hundredfold."""
    own.loc[own.index[30::5], PRICES] *= 0.01
    return own


def wrong_tick(own: pd.DataFrame, at: int) -> pd.DataFrame:
    """A bar of some other symbol."""
    own.loc[own.index[at], PRICES] *= 2.37
    return own


EVERY = (
    Plant("split 2:1", split(1 / 2), "prices × 0.5, volume ÷ 0.5"),
    Plant("bonus 6:5", split(5 / 6), "prices × 0.8333, volume ÷ 0.8333"),
    Plant("bonus 11:10", split(10 / 11), "prices × 0.9091, volume ÷ 0.9091"),
    Plant("reverse split 1:10", split(10.0), "prices × 10, volume ÷ 10"),
    Plant("reverse split 1:25", split(25.0), "prices × 25, volume ÷ 25"),
    Plant("×1000 from a day on", unit(1000.0, 10**6), "in another unit, 1000 times"),
    Plant("÷100 from a day on", unit(0.01, 10**6), "in another unit, 0.01 times"),
    Plant("×100 for a week", unit(100.0, 5), "in another unit, 100 times"),
    Plant("×1000 for a day", unit(1000.0, 1), "in another unit, 1000 times"),
    Plant("pence now and then", pence_now_and_then, "in another unit, 0.01 times", 3),
    Plant("wrong tick", wrong_tick, "wrong_tick", 1),
    Plant("frozen", frozen, "frozen_price", 15),
    Plant("another company", another_company, "a year without a bar, then a price of another scale"),
    Plant("a session late", shifted(1), "it moves with the market's bars a session late"),
    Plant("a session early", shifted(-1), "it moves with the market's bars a session early"),
    Plant("months for days", months_for_days, "bars of days up to the 12th are those of other months"),
    Plant("first twelve days only", first_twelve_days, "no bar after the 12th of any month"),
    Plant("dividend a hundred times too large", dividend(1.5), "adj_factor steps by"),
    Plant("dividend that was not paid", dividend(0.4), "adj_factor steps by"),
    Plant("bars twice", twice, "duplicate"),
    Plant("price of zero", cell("low", 0.0), "price_not_positive", 1),
    Plant("negative price", cell("close", -3.0), "price_not_positive", 1),
    Plant("missing number", cell("open", np.nan), "not_a_number", 1),
    Plant("low above high", low_above_high, "ohlc_impossible", 1),
    Plant("volume out of the world", absurd_volume, "volume_out_of_the_world", 1),
    Plant("negative volume", cell("volume", -5.0), "volume_negative", 1),
    Plant("missing days", missing, "", 20),
    Plant("bars of the future", of_the_future, "future_session"),
    Plant("filled backward", filled_backward, "copied_bar", 3),
    Plant("filled forward", filled_forward, "copied_bar", 3),
)


def planted(plant: Plant, clean: pd.DataFrame, at: int = 0) -> pd.DataFrame:
    """The market with the defect in one symbol, from its middle on."""
    own = clean[clean.symbol == SYMBOL].copy()
    others = clean[clean.symbol != SYMBOL]
    return pd.concat([others, plant.done(own, at or len(own) // 2)]).sort_values(["symbol", "session"], kind="stable", ignore_index=True)
