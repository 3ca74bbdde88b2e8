"""Which symbols a folder has, from when to when: how many came to the end, and how many did not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import datetime as dt

    import pyarrow as pa

ENDED_DAYS = 30  # a symbol without a bar for so long before the newest session has ended
LEAST_SESSIONS = 252  # of which a tenth, after the columns' warm-up, is just enough to be judged on
MANY_SYMBOLS = 20  # so many that some would have been delisted over the years


@dataclass(frozen=True)
class Universe:
    """Symbols and their spans."""

    rows: int
    symbols: int
    sessions: int
    first: dt.date
    last: dt.date
    ended: tuple[str, ...]  # no bar in the last month
    median_close: float  # of all bars, unadjusted

    @property
    def shortness(self) -> str:
        """What a history that is too short means; empty for a long one."""
        if self.sessions >= LEAST_SESSIONS:
            return ""
        return (
            f"{self.sessions} sessions: the first two months warm the columns up and a tenth is the test part, so a night needs about "
            f"{LEAST_SESSIONS} to learn and to be judged"
        )

    @property
    def survivorship(self) -> str:
        """What has to be known about who is in the folder."""
        years = (self.last - self.first).days / 365.25
        if self.ended:
            return f"{len(self.ended)} symbols end earlier (delisted, renamed or not fetched): {', '.join(self.ended[:5])}"
        if self.symbols >= MANY_SYMBOLS and years >= 1:
            return (
                f"every symbol lives until the end, which no {self.symbols} symbols do over {years:.0f} years: they were chosen with "
                "today's knowledge, and results look better than they were"
            )
        return "every symbol lives until the end"


def universe_of(bars: pa.Table) -> Universe:
    """What rows of `BAR_ROW`, sorted by symbol and session, say of their symbols."""
    symbol = bars["symbol"].combine_chunks().dictionary_encode()
    codes = symbol.indices.to_numpy(zero_copy_only=False)
    session = bars["session"].to_numpy().astype("datetime64[D]")
    final = np.append(np.flatnonzero(np.diff(codes)), len(codes) - 1)
    gone = final[session[final] < session.max() - ENDED_DAYS]
    close = bars["close"].to_numpy()
    good = close[np.isfinite(close)]
    return Universe(
        len(bars), len(final), len(np.unique(session)), session.min().item(), session.max().item(),
        tuple(symbol.dictionary[codes[at]].as_py() for at in gone), float(np.median(good)) if len(good) else math.nan,
    )  # fmt: skip
