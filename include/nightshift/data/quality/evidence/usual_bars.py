"""A fall by a small ratio on a bar that is a usual one in everything else: of shares given, or of news that nobody traded.

A bonus of 11:10 moves a price as news does. What tells them apart is the rest of the bar: news is traded, makes a wide day, moves others,
is partly given back, and lands near a ratio by chance. `usual_bar` measures how far a bar is from a usual one, in deviations that actions
planted in half of the S&P 500 had, against how rare news of that size is in this market. Its limits are those of genuine gaps there.
"""

from __future__ import annotations

import numpy as np

from nightshift.data.quality.evidence.gaps import JUMP, Gaps

# Deviations of what an action's bar has: turnover, range, distance from the ratio in usual nights, what the bar gave back in usual days;
# and how much wider than LEAST_NIGHT the symbol's usual night is, in logarithms: chance is nearer to a ratio there.
TURNOVER, SPAN, OFF, BACK, NIGHT = 1.1, 0.7, 1.5, 1.2, 0.7
LEAST_NIGHT = 0.006
NEWS_A_YEAR, RARER = 0.2, 1.5  # a gap of a tenth a symbol and year is usual; larger news is rarer, and quiet still more so
QUIET_NEWS = 0.2  # share of this market's news that may be quiet before quiet says less
CERTAIN, SUSPECTED = -1.6, -4.7  # of the half that they were chosen with: above every genuine gap, and above all but seven
LEAST_OTHERS = 10  # symbols that night; with fewer nobody knows what the market did


def usual_bar(gaps: Gaps, off: np.ndarray) -> np.ndarray:
    """Of each gap that lies `off` a ratio: how much the bar speaks for an action, as a logarithm; minus infinity where it does not."""
    size = np.abs(gaps.overnight)
    with np.errstate(invalid="ignore"):  # a bar that stood still overnight has no reach
        back = np.maximum(size - gaps.reach * size, 0.0) / gaps.daily
    night = np.maximum(np.log(gaps.scale / LEAST_NIGHT), 0.0)
    deviations = (
        np.maximum(gaps.turnover, 0.0) / TURNOVER, np.maximum(gaps.span, 0.0) / SPAN, off / gaps.scale / OFF, back / BACK, night / NIGHT
    )  # fmt: skip
    unusual = sum(deviation**2 for deviation in deviations) / 2
    rare = -RARER * np.log(gaps.news_a_year / NEWS_A_YEAR)
    unsaid = np.maximum(np.log(np.maximum(1.0 - gaps.heavy, 1e-9) / QUIET_NEWS), 0.0)
    asked = (gaps.overnight < 0) & (size < JUMP) & (gaps.peers < gaps.crowd) & (gaps.others >= LEAST_OTHERS)
    told = asked & np.isfinite(unusual)
    return np.where(told, rare - np.where(told, unusual, 0.0) - unsaid, -np.inf)
