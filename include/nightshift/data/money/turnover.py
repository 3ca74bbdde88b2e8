"""How much a day is traded, and how much money fits into it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

RECENT_SESSIONS = 60
THIN_QUANTILE = 0.25  # three of four symbols are traded more than this
HELD_FRACTION = 0.5  # of the symbols a direction model calls up on an average day; each gets the same weight


@dataclass(frozen=True)
class Turnover:
    """Turnover of a day in the unit of the prices: of the median symbol, of a thin one, of all; NaN without volumes."""

    symbols: int
    of_median_symbol: float
    of_thin_symbol: float
    of_all: float

    def fitting_capital(self, volume_fraction: float) -> float:
        """The most money of which an equal share for each symbol held is at most this fraction of a thin symbol's day.

        >>> Turnover(symbols=100, of_median_symbol=9e6, of_thin_symbol=2e6, of_all=1e9).fitting_capital(0.05)
        5000000.0
        """
        return volume_fraction * self.of_thin_symbol * max(self.symbols * HELD_FRACTION, 1.0)


def turnover_of(bars: pa.Table) -> Turnover:
    """Medians of close × volume over the last sessions: rows of `BAR_ROW`; split or not, a day's turnover is the same."""
    symbol = bars["symbol"].combine_chunks().dictionary_encode()
    codes = symbol.indices.to_numpy(zero_copy_only=False)
    session = bars["session"].to_numpy().astype("datetime64[D]")
    recent = session >= np.unique(session)[-RECENT_SESSIONS:][0]
    traded = bars["close"].to_numpy() * bars["volume"].to_numpy()
    good = recent & np.isfinite(traded) & (traded > 0)
    order = np.argsort(codes[good], kind="stable")
    starts = np.unique(codes[good][order], return_index=True)[1]
    medians = np.array([np.median(part) for part in np.split(traded[good][order], starts[1:])] if len(starts) else [math.nan])
    n = int(np.isfinite(medians).sum())
    return Turnover(n, float(np.median(medians)), float(np.quantile(medians, THIN_QUANTILE)), float(medians.sum()))


def round_down(amount: float) -> float:
    """The next lower 1, 2 or 5 with zeros behind it.

    >>> round_down(7_340_000.0), round_down(1_999.0), round_down(0.07)
    (5000000.0, 1000.0, 0.05)
    """
    power = 10.0 ** math.floor(math.log10(amount))
    return max(step for step in (1.0, 2.0, 5.0) if step * power <= amount * (1 + 1e-12)) * power


def round_up(amount: float) -> float:
    """The next higher 1, 2 or 5 with zeros behind it.

    >>> round_up(7_340_000.0), round_up(1_999.0), round_up(2_000.0)
    (10000000.0, 2000.0, 2000.0)
    """
    down = round_down(amount)
    return down if amount <= down else next(step for step in (2.0 * down, 2.5 * down) if round_down(step) == step)


def in_words(amount: float) -> str:
    """An amount as people say it.

    >>> in_words(1_300_000_000.0), in_words(50_000.0), in_words(250.0)
    ('1.3 billion', '50 thousand', '250')
    """
    for size, word in ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"), (1e3, " thousand"), (1.0, "")):
        if amount >= size:
            return f"{amount / size:.3g}{word}"
    return f"{amount:.3g}"
