"""What a gap is, on its own night: an action with its ratio, another unit, or a move of the market's own; certain, or only suspected.

For and against an action stand how near the gap is to a ratio of small whole numbers, how it was traded, the day's range, how often
this market moves as far on news, and who else moved that night: each as what it says under either, in logarithms of odds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nightshift.data.quality.evidence.gaps import JUMP, LEAST_GAP, Gaps
from nightshift.data.quality.evidence.ratios import nearest_ratio, nearest_unit
from nightshift.data.quality.evidence.usual_bars import CERTAIN as USUAL
from nightshift.data.quality.evidence.usual_bars import SUSPECTED as NEARLY_USUAL
from nightshift.data.quality.evidence.usual_bars import usual_bar

# Logarithms of odds, by the size of a gap from which they hold: small gaps are what news makes, and a large one is not made by less.
SIZES, CERTAIN, SUSPECTED = np.array([math.log(1.28), JUMP]), np.array([2.5, 2.0, 0.5]), np.array([-2.0, -3.0, -3.0])
HUGE = math.log(20)  # no market moves a price as far in a night
AT_A_RATIO = 0.06  # farther from every ratio, a gap has none: a spin-off
UNIT_TOLERANCE = math.log(1.6)  # beside a factor of a hundred a night's own move is small
ALIKE = math.log(6)  # a volume within this is the usual one
AWAY = 5  # sessions without a traded bar, after which news has gathered and nothing but another unit is certain
REACH = 0.4  # of a gap that the day's prices may not have given back: an action moves all of them
# actions that a vendor forgets, a year of one symbol: of one ratio, of one that adds few shares, and of none (a spin-off)
RATIO_A_YEAR, SMALL_A_YEAR, OTHER_A_YEAR = 0.01, 0.002, 0.01
SMALL = math.log(1.28)
ACTION_TRADED, ERROR_TRADED = (0.8, 1.2), (0.3, 1.2)  # deviations of an action's turnover, of an error's volume: mean and spread
NEWS_SIZES, NEWS_TRADED = (0.1, 0.5, 1.5), (3.5, 6.0, 9.0)  # deviations of turnover that news of a size makes, with a spread of 1.5
FLOOR = 0.005  # of any density: nothing is impossible
BEYOND_LIMIT = 0.01  # a logarithm over the market's own limit: prices are rounded


@dataclass(frozen=True, eq=False)
class Certainty:
    """One entry a gap."""

    certain: np.ndarray
    suspected: np.ndarray
    price_ratio: np.ndarray  # what the gap made of the price; NaN where it is not certain, or of another unit
    shares: np.ndarray  # the number of shares changed with it
    exponent: np.ndarray  # of ten, where the price is in another unit


def certainty_of(gaps: Gaps, limit_move_fraction: float | None = None) -> Certainty:
    """Each gap by what is known of it."""
    exponent = _units(gaps)
    unit = exponent != 0
    ratio, off = nearest_ratio(gaps.overnight)
    at_ratio = (off <= AT_A_RATIO) & (off <= 0.25 * np.abs(gaps.overnight))
    odds, usual = _odds(gaps, off, at_ratio), np.where(at_ratio, usual_bar(gaps, off), -np.inf)
    size = np.searchsorted(SIZES, np.abs(gaps.overnight), side="right")
    whole_bar = gaps.reach >= REACH
    impossible = _impossible(gaps, at_ratio, limit_move_fraction)
    action = ~unit & whole_bar & ((((odds >= CERTAIN[size]) | (usual >= USUAL)) & (gaps.sessions <= AWAY)) | impossible)
    price_ratio = np.where(action, np.where(at_ratio, ratio, np.exp(gaps.overnight)), np.nan)
    far_within_a_day = (np.abs(gaps.whole) >= JUMP) & ~(gaps.turnover > NEWS_TRADED[0])
    suspected = ~unit & ~action & ((whole_bar & ((odds >= SUSPECTED[size]) | (usual >= NEARLY_USUAL))) | far_within_a_day)
    return Certainty(unit | action, suspected, price_ratio, action & _shares_changed(gaps, at_ratio), exponent)


def _units(gaps: Gaps) -> np.ndarray:
    """The exponent of ten by which all prices of the bar are off at the usual volume; 0: they are not."""
    exponent, off = nearest_unit(gaps.overnight)
    ratio_off = nearest_ratio(gaps.overnight)[1]
    by_shares = np.abs(gaps.shares_ratio)
    by_turnover = np.abs(gaps.shares_ratio + gaps.whole)  # at the price before: the last weeks' may have been in another unit
    usual_volume = ~(by_shares > by_turnover) & ~(by_shares > ALIKE)  # also where no volume tells
    far_up = (gaps.overnight > 0) & (by_shares > ALIKE) & (by_turnover > ALIKE)
    hundreds = (np.abs(exponent) >= 2) & (off <= UNIT_TOLERANCE) & (usual_volume | far_up)
    tens = (np.abs(exponent) == 1) & (off <= np.maximum(0.12, 4 * gaps.scale)) & usual_volume
    told_apart = np.isfinite(by_shares) | gaps.untraded
    split = ~told_apart & (ratio_off < off - 0.02)  # 1:25 rather than a hundredth that fell by four
    return np.where((hundreds | (tens & told_apart)) & (gaps.reach >= REACH) & ~split, exponent, 0)


def _odds(gaps: Gaps, off: np.ndarray, at_ratio: np.ndarray) -> np.ndarray:
    """Logarithm of the odds of an action against news."""
    size = np.abs(gaps.overnight)
    # an action of a ratio lies around it by twice a usual night, news anywhere, ever rarer with size
    near = np.where(size < SMALL, SMALL_A_YEAR, RATIO_A_YEAR) * _normal(off, 0.0, 2.0 * gaps.scale)
    free = np.where(gaps.overnight < 0, OTHER_A_YEAR / 0.3 * np.exp(-size / 0.3), 0.1 * OTHER_A_YEAR / 0.3 * np.exp(-size / 0.3))
    news = 3.0 * gaps.news_a_year / np.maximum(size, LEAST_GAP)
    where = np.log((np.where(at_ratio, near, 0.0) + free) / news)
    market = np.where((gaps.peers >= gaps.crowd) & (size < math.log(8)), -8.0, 0.0)
    return where + _traded(gaps, size) + _within(gaps, size) + market


def _traded(gaps: Gaps, size: np.ndarray) -> np.ndarray:
    """News is traded, the more so the farther it moves a price; after an action turnover is the usual, after an error the volume is."""
    news = np.interp(size, NEWS_SIZES, NEWS_TRADED)
    by_news = _normal(np.minimum(gaps.turnover, news), news, 1.5) + FLOOR
    told = np.log((np.fmax(_as_action(gaps), _as_error(gaps)) + FLOOR * (gaps.turnover > -3)) / by_news)
    told = np.where(told > 0, told * gaps.heavy, told)  # usual turnover says little where news is not traded either
    # an untraded bar cannot be news, and where nothing tells nothing is said
    return np.where(np.isfinite(told), told, np.where(gaps.untraded & (size >= JUMP), 4.0, 0.0))


def _as_action(gaps: Gaps) -> np.ndarray:
    return _normal(gaps.turnover, *ACTION_TRADED)


def _as_error(gaps: Gaps) -> np.ndarray:
    return 0.2 * _normal(gaps.shares, *ERROR_TRADED)


def _within(gaps: Gaps, size: np.ndarray) -> np.ndarray:
    """After news the day is wide, and goes on; large actions are uncertain days as well."""
    width = _normal(gaps.span, 0.25, 0.5) + FLOOR, _normal(gaps.span, 1.1, 0.5) + FLOOR
    later = np.abs(gaps.whole - gaps.overnight) / gaps.daily
    stayed = _normal(later, 0.0, 1.2) + FLOOR, _normal(later, 0.0, 3.0) + FLOOR
    told = np.nan_to_num(np.log(width[0] / width[1]), nan=0.0) + np.nan_to_num(np.log(stayed[0] / stayed[1]), nan=0.0)
    return np.where(size >= JUMP, np.clip(told, -1.5, 1.5), np.clip(told, -4.0, 3.0))


def _impossible(gaps: Gaps, at_ratio: np.ndarray, limit_move_fraction: float | None) -> np.ndarray:
    """Gaps that no market makes whatever is traded: up twenty times, far without a trade, or beyond the exchange's own limit."""
    up = (gaps.overnight >= HUGE) | (gaps.untraded & (np.abs(gaps.overnight) >= JUMP))
    if limit_move_fraction is None:
        return up
    most = np.where(gaps.overnight > 0, math.log1p(limit_move_fraction), -math.log1p(-min(limit_move_fraction, 0.99))) + BEYOND_LIMIT
    beyond = (np.abs(gaps.overnight) > most) & (gaps.sessions == 1)
    return up | (beyond & (at_ratio | (np.abs(gaps.overnight) > 2 * most)))


def _shares_changed(gaps: Gaps, at_ratio: np.ndarray) -> np.ndarray:
    """Where the turnover stayed rather than the shares, there are others of them; a small ratio says so by itself."""
    by_turnover = _as_action(gaps) >= _as_error(gaps)
    small = np.abs(gaps.overnight) < JUMP
    return np.where(small | ~np.isfinite(gaps.turnover_ratio), at_ratio, by_turnover)


def _normal(value: np.ndarray, mean: np.ndarray | float, spread: np.ndarray | float) -> np.ndarray:
    return np.exp(-0.5 * ((value - mean) / spread) ** 2) / (spread * math.sqrt(2 * math.pi))
