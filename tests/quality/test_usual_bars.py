"""A fall by a small ratio: certain on a bar that is usual in everything else, never where anything else of it says news."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.data.quality.evidence.certainty import certainty_of
from nightshift.data.quality.evidence.gaps import Gaps
from nightshift.data.quality.evidence.usual_bars import CERTAIN, SUSPECTED, usual_bar

QUIET = {
    "overnight": np.log(10 / 11), "whole": np.log(10 / 11), "reach": 0.95, "scale": 0.005, "daily": 0.012, "turnover": 0.1, "shares": 0.2,
    "turnover_ratio": 0.05, "shares_ratio": 0.1, "span": 0.0, "untraded": False, "sessions": 1, "peers": 0, "crowd": 5, "others": 500,
    "news_a_year": 0.2, "heavy": 0.85,
}  # fmt: skip


def gap(**other: float) -> Gaps:
    """One bonus of 11:10 on a quiet day, but for what is other."""
    values = {"place": 1, "session": 1, **QUIET, **other}
    return Gaps(**{field.name: np.array([values[field.name]]) for field in fields(Gaps)})


def told(**other: float) -> float:
    return float(usual_bar(gap(**other), np.array([0.001]))[0])


def test_a_bonus_of_11_10_on_a_quiet_day_is_certain_with_its_ratio():
    certainty = certainty_of(gap())
    assert certainty.certain.all()
    assert certainty.shares.all()
    assert certainty.price_ratio[0] == pytest.approx(10 / 11)


@pytest.mark.parametrize(
    "other",
    [
        {"turnover": 3.5}, {"span": 1.3}, {"reach": 0.3}, {"scale": 0.04}, {"peers": 6}, {"others": 3}, {"turnover": np.nan},
        {"span": np.nan}, {"overnight": np.log(1.1)}, {"overnight": np.log(0.5)}, {"heavy": 0.0, "turnover": 1.0}, {"sessions": 9},
    ],
    ids=str,
)  # fmt: skip
def test_what_speaks_for_news_leaves_it_uncertain(other):
    assert told(**other) < CERTAIN or not certainty_of(gap(**other)).certain.any()


def test_amd_of_july_2015_is_shown_and_used():
    """A fall of 17.6 % on preliminary figures, at nearly the usual turnover, in a week of wide nights."""
    amd = gap(
        overnight=-0.193, whole=-0.174, reach=0.75, scale=0.0387, daily=0.0194, turnover=0.91, shares=1.13, span=0.515, news_a_year=0.04
    )
    assert not certainty_of(amd).certain.any()
    assert certainty_of(amd).suspected.all()


@given(st.sampled_from(["turnover", "span"]), st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.floats(0.4, 0.9))
def test_more_of_what_news_makes_never_speaks_for_an_action(name, first, second, reach):
    low, high = sorted((first, second))
    assert told(**{name: high}) <= told(**{name: low})
    assert told(**{name: high, "reach": reach}) < told(**{name: high})


def test_what_is_shown_lies_below_what_is_certain():
    assert SUSPECTED < CERTAIN
