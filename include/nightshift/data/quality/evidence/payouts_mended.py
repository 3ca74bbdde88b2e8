"""What the reader mended by a vendor's own dividends and splits, as the account of a night names it: a line a symbol."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.sources.payouts import noted
from nightshift.nouns.quality import Mended

if TYPE_CHECKING:
    import pyarrow as pa

REASON = "payout_not_in_factor"


def payouts_mended(received: pa.Table, last_session: dt.date) -> tuple[list[Mended], np.ndarray]:
    """Of each symbol what its factor had lacked up to a session, and True at the rows that were rescaled for it."""
    import pyarrow.compute as pc

    mended, here = list[Mended](), np.zeros(len(received), dtype=bool)
    for symbol, sessions in noted(received).items():
        known = {session: lacks for session, lacks in sessions.items() if session <= str(last_session)}
        if not known:
            continue
        newest, largest = max(known), max(known, key=lambda session: known[session])
        rows = pc.and_(pc.equal(received["symbol"], symbol), pc.less(received["session"], dt.date.fromisoformat(newest)))
        before = rows.to_numpy()
        here |= before
        mended.append(
            Mended(
                symbol=symbol, session=newest, reason=REASON, price_factor=1.0, adj_factor=math.exp(-sum(known.values())),
                value=_words(len(known), largest, known[largest]), rows=int(before.sum()),
            )
        )  # fmt: skip
    return mended, here


def _words(count: int, largest: str, lacks: float) -> str:
    """What the vendor's columns had, and the factor had not.

    >>> _words(1, "2023-06-02", 0.038)
    "adj_factor lacked 1 payout of the vendor's columns (2023-06-02: 3.7% of the price); before it × 0.9627"
    """
    many = f"{count} payouts of the vendor's columns (the largest " if count > 1 else "1 payout of the vendor's columns ("
    each = "each" if count > 1 else "it"
    return f"adj_factor lacked {many}{largest}: {-math.expm1(-lacks):.1%} of the price); before {each} × {math.exp(-lacks):.4g}"
