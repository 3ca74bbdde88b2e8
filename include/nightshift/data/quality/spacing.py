"""Are these daily bars at all? Weekly, monthly and hourly ones have the same columns, and every later question would miss the cause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from nightshift.nouns.quality import Expectation

if TYPE_CHECKING:
    import pyarrow as pa

DAILY = "daily bars"
FEWEST_GAPS = 8  # of fewer nothing is said
MOST_DAYS_APART = 5  # days between two bars of a symbol, in the middle: some exchanges traded on two or three days a week
KINDS = ((9, "weekly"), (45, "monthly"), (120, "quarterly"), (10_000, "yearly"))  # up to so many days apart
MOST_A_DAY = 1.5  # bars of one symbol and day
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
NEARLY_ALL, MOSTLY = 0.98, 0.6


def daily_bars(received: pa.Table) -> Expectation:
    """The expectation that the bars are daily, with what they look like where they are not."""
    codes = received["symbol"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    found = looks_like(codes, received["session"].to_numpy().astype("datetime64[D]"))
    return Expectation(
        name=DAILY, severity="critical", passed=not found, expected="one bar a symbol and session, which is what Nightshift needs",
        found=found or "daily bars", rows=(),
    )  # fmt: skip


def looks_like(symbol: np.ndarray, day: np.ndarray) -> str:
    """What bars look like that are not daily, rows sorted by symbol and day; empty for daily ones.

    >>> fridays = np.arange("2024-01-05", "2026-01-02", 7, dtype="datetime64[D]")
    >>> looks_like(np.zeros(len(fridays)), fridays)
    'bars look weekly: 52 a year, all on Fridays'
    >>> hours = np.repeat(np.arange("2024-01-01", "2024-01-12", dtype="datetime64[D]"), 7)
    >>> looks_like(np.zeros(len(hours)), hours)
    'bars look hourly: 7 a day of a symbol'
    """
    begins = np.ones(len(day), dtype=bool)  # of another symbol or day
    begins[1:] = (symbol[1:] != symbol[:-1]) | (day[1:] != day[:-1])
    days, of = day[begins], symbol[begins]
    gaps = np.diff(days).astype(int)[of[1:] == of[:-1]]
    if len(days) > FEWEST_GAPS and (a_day := len(day) / len(days)) > MOST_A_DAY:
        kind = "hourly" if a_day <= 24 else "as of minutes"
        return f"bars look {kind}: {a_day:.0f} a day of a symbol"
    apart = float(np.median(gaps)) if len(gaps) >= FEWEST_GAPS else 1.0
    if apart <= MOST_DAYS_APART:
        return ""
    kind = next(name for most, name in KINDS if apart <= most)
    return f"bars look {kind}: {365.25 / apart:.0f} a year{_weekdays(days) if kind == 'weekly' else _of_month(days)}"


def _weekdays(days: np.ndarray) -> str:
    counts = np.bincount((days.astype(int) + 3) % 7, minlength=7)  # day 0, 1970-01-01, was a Thursday
    name, share = WEEKDAYS[int(counts.argmax())], counts.max() / counts.sum()
    return f", all on {name}" if share >= NEARLY_ALL else f", most of them on {name}" if share >= MOSTLY else ""


def _of_month(days: np.ndarray) -> str:
    first = np.array([day.day for day in days.tolist()])
    last = np.array([(day + dt.timedelta(days=4)).month != day.month for day in days.tolist()])  # the last session may be a Friday
    if (first <= 4).mean() >= MOSTLY:
        return ", most of them on the first days of a month"
    return ", most of them on the last days of a month" if last.mean() >= MOSTLY else ""
