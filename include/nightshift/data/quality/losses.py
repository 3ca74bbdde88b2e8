"""What was lost, by reason: how many rows, how many of those that the night is judged on, and of which symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nightshift.data import splits
from nightshift.data.quality.cleaning import Cleaned
from nightshift.data.quality.used_history import BEFORE
from nightshift.data.reasons import REASONS
from nightshift.errors import ConfigError
from nightshift.nouns.data_account import Lost, SymbolOut, Worst
from nightshift.nouns.quality import Account

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.storage.night import Night

WORST_SYMBOLS = 5


def lost(received: pa.Table, cleaned: Cleaned, night: Night) -> tuple[Lost, ...]:
    """One a reason, what costs most first: rows of the test part, then rows of any."""
    from_test, account, quality = test_from(cleaned.rows, night), cleaned.account, night.market.quality
    days = received["session"].to_numpy().astype("datetime64[D]")
    out = []
    for became, counts in (("dropped", account.dropped), ("repaired", account.repaired)):
        for name, n in counts.items():
            reason, places = REASONS[name], cleaned.dropped.get(name) if became == "dropped" else None
            known = places is not None and from_test is not None
            words = cleaned.history.words if name == BEFORE else reason.words
            facts = {
                "reason": name, "words": words, "became": became, "rows": n, "fraction": n / max(len(received), 1),
                "test_rows": int((days[places] >= from_test).sum()) if known else None,
                "limit_fraction": reason.limit(quality) if reason.of == "rows" else None,
                "key": reason.key, "worst": worst(received, places) or _worst_mended(name, account),
            }  # fmt: skip
            out.append(Lost.model_validate(facts))
    return tuple(sorted(out, key=lambda one: (-(one.test_rows or 0), -one.rows, one.reason)))


def worst(received: pa.Table, places: np.ndarray | None) -> tuple[Worst, ...]:
    """The symbols with the most of these rows."""
    import pyarrow.compute as pc

    if places is None or not len(places):
        return ()
    counts = pc.value_counts(received["symbol"].take(places)).to_pylist()
    first = sorted(counts, key=lambda one: (-one["counts"], one["values"]))[:WORST_SYMBOLS]
    return tuple(Worst(symbol=one["values"], rows=one["counts"]) for one in first)


def _worst_mended(reason: str, account: Account) -> tuple[Worst, ...]:
    """The symbols with the most rows on another scale now."""
    rows: dict[str, int] = {}
    for one in account.mended:
        rows[one.symbol] = rows.get(one.symbol, 0) + one.rows * (one.reason == reason)
    first = sorted(((symbol, n) for symbol, n in rows.items() if n), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Worst(symbol=symbol, rows=n) for symbol, n in first[:WORST_SYMBOLS])


def left_out(received: pa.Table, cleaned: Cleaned) -> tuple[SymbolOut, ...]:
    """Symbols that are out on evidence, then those of which no row is clean, each with the reason of most of its rows."""
    certain = {one.symbol: f"{one.value} ({one.reason}, {one.rows:,} rows)" for one in cleaned.account.left_out}
    gone = sorted({*received["symbol"].unique().to_pylist()} - {*cleaned.rows["symbol"].unique().to_pylist(), *certain})
    known = tuple(SymbolOut(symbol=name, why=why) for name, why in certain.items())
    if not gone:
        return known
    symbol = np.array(received["symbol"].to_pylist(), dtype=object)
    by_reason = {reason: symbol[places] for reason, places in cleaned.dropped.items() if len(places)}
    words = {name: REASONS[_most(by_reason, name)].words for name in gone}
    return (*known, *(SymbolOut(symbol=name, why=f"every row is out, most of them {why}") for name, why in words.items()))


def _most(by_reason: dict[str, np.ndarray], symbol: str) -> str:
    """The reason for which most rows of this symbol are out."""
    counts = {reason: int((symbols == symbol).sum()) for reason, symbols in by_reason.items()}
    return max(counts, key=counts.__getitem__)


def test_from(rows: pa.Table, night: Night) -> np.datetime64 | None:
    """The first session that the night is judged on; none where the history is too short to be split."""
    days = np.unique(rows["session"].to_numpy().astype("datetime64[D]"))
    try:
        parts = splits.ordered(len(days), night.market.split, night.market.label.reach_sessions)
    except ConfigError:
        return None
    first: np.datetime64 = days[parts.test[0]]
    return first
