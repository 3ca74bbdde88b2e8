"""Where an axis has its ticks: round numbers, or the first sessions of months and years."""

from __future__ import annotations

import math
from collections.abc import Sequence

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def round_ticks(least: float, most: float, wanted: int = 5) -> list[float]:
    """About `wanted` round numbers from `least` to `most`.

    >>> round_ticks(-0.07, 0.21)
    [-0.05, 0.0, 0.05, 0.1, 0.15, 0.2]
    """
    if not (math.isfinite(least) and math.isfinite(most)) or most <= least:
        return [least]
    size = 10.0 ** (math.floor(math.log10(most - least)) - 1)
    steps = [size * factor for factor in (1, 2, 2.5, 5, 10, 20, 25, 50, 100)]
    step = min(steps, key=lambda one: abs((most - least) / one - wanted))
    first = math.ceil(least / step - 1e-9)
    last = math.floor(most / step + 1e-9)
    return [round(i * step, 12) + 0.0 for i in range(first, last + 1)]


def session_ticks(sessions: Sequence[str], wanted: int = 8) -> list[tuple[int, str]]:
    """(index, words) of the first session of every 1st, 2nd, 3rd, 6th or 12th month, the year where it turns; days on short spans.

    >>> session_ticks(["2026-01-29", "2026-01-30", "2026-02-02", "2026-03-02"])
    [(0, 'Jan 2026'), (2, 'Feb'), (3, 'Mar')]
    >>> session_ticks(["2026-01-29", "2026-01-30", "2026-02-02"])
    [(0, '29 Jan'), (1, '30 Jan'), (2, '2 Feb')]
    """
    if sessions and len({session[:7] for session in sessions}) <= 2:
        return _day_ticks(sessions, wanted)
    starts = [0] + [i for i in range(1, len(sessions)) if sessions[i][:7] != sessions[i - 1][:7]]
    every = next((n for n in (1, 2, 3, 6, 12, 24, 60) if len(starts) / n <= wanted), 120)
    ticks, year = [], ""
    for i in starts if sessions else []:
        date = sessions[i]
        if (int(date[:4]) * 12 + int(date[5:7]) - 1) % every:
            continue
        ticks.append((i, MONTHS[int(date[5:7]) - 1] + (f" {date[:4]}" if date[:4] != year else "")))
        year = date[:4]
    return ticks


def _day_ticks(sessions: Sequence[str], wanted: int) -> list[tuple[int, str]]:
    every = -(-len(sessions) // wanted)
    return [(i, f"{int(day[8:10])} {MONTHS[int(day[5:7]) - 1]}") for i, day in enumerate(sessions) if i % every == 0]


def span(values: Sequence[float | None], least: float | None, most: float | None) -> tuple[float, float]:
    """From the lowest to the highest value, at least from `least` to `most`, with a little air; never empty.

    >>> span([1.0, 1.0], None, None)
    (0.5, 1.5)
    """
    known = [v for v in values if v is not None]
    low = min([*known, *([] if least is None else [least])], default=0.0)
    high = max([*known, *([] if most is None else [most])], default=1.0)
    if high - low < 1e-12:
        half = abs(low) * 0.5 or 0.5
        return low - half, high + half
    air = (high - low) * 0.04
    return (low if low == least else low - air), (high if high == most else high + air)
