"""Weekly, monthly and hourly bars are named for what they are; daily ones of any calendar are not."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.data.quality.spacing import looks_like

D = dt.date
YEARS = sessions.between("XNYS", D(2020, 1, 1), D(2025, 12, 31))


def of(*days: np.ndarray) -> str:
    """What these days look like, one array a symbol."""
    return looks_like(np.repeat(np.arange(len(days)), [len(one) for one in days]), np.concatenate(days))


def last_of(period: str) -> np.ndarray:
    """The last session of every month or year."""
    parts = YEARS.astype(f"datetime64[{period}]")
    return YEARS[np.append(np.flatnonzero(parts[1:] != parts[:-1]), len(YEARS) - 1)]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (np.arange("2020-01-06", "2025-01-01", 7, dtype="datetime64[D]"), "bars look weekly: 52 a year, all on Mondays"),
        (YEARS[(YEARS.astype(int) + 3) % 7 == 4], "bars look weekly: 52 a year, all on Fridays"),  # without the holidays
        (last_of("M"), "bars look monthly: 12 a year, most of them on the last days of a month"),
        (np.arange("2018-01", "2024-01", dtype="datetime64[M]").astype("datetime64[D]"), "bars look monthly: 12 a year, most of them on"),
        (np.arange("1990-01", "2024-01", 12, dtype="datetime64[M]").astype("datetime64[D]"), "bars look yearly: 1 a year"),
        (np.repeat(YEARS[:100], 7), "bars look hourly: 7 a day of a symbol"),
        (np.repeat(YEARS[:20], 390), "bars look as of minutes: 390 a day of a symbol"),
    ],
)  # fmt: skip
def test_other_bars_are_named(days, said):
    assert of(days).startswith(said)
    assert of(days, days).startswith(said)


def test_daily_bars_of_any_calendar_are_daily_whatever_is_missing_or_twice():
    for calendar in ("XNYS", "24/7", "XTAE", "XSTC"):
        assert of(sessions.between(calendar, D(2020, 1, 1), D(2023, 12, 31))) == ""
    assert of(YEARS[::2]) == of(YEARS[::3]) == ""  # an exchange on three days a week
    assert of(np.sort(np.concatenate([YEARS, YEARS[::4]]))) == ""  # a quarter of them twice
    assert of(YEARS[:3]) == of(YEARS[::500]) == of(np.array([], dtype="datetime64[D]")) == ""  # too few to say


@given(st.integers(0, 2**32 - 1), st.floats(0.3, 1.0))
@settings(max_examples=25, deadline=None)
def test_daily_bars_with_holes_at_random_are_daily(seed, fraction):
    there = np.random.default_rng(seed).random(len(YEARS)) < fraction
    assert of(YEARS[there], YEARS) == ""
