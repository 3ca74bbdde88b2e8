"""Membership on bars: who is left out altogether, the last bar of who was delisted, and who is a member of which session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nightshift.nouns.bars import Bars
from nightshift.nouns.universe_record import Delisting, UniverseRecord

if TYPE_CHECKING:
    import pyarrow as pa

# A price has to be positive. So little of one is nothing: a book that held it alone is ruined, and no ratio tells it from nothing.
LEFT_FRACTION = 1e-10


def used_rows(rows: pa.Table, universe: UniverseRecord | None) -> pa.Table:
    """Clean rows without those of who was never a member and those after a delisting, and with what a delisting paid.

    The final return is a bar of its own, on the first session of the market after the symbol's last: no range, no volume. Whoever
    held the symbol has it then, in labels and in a backtest; whoever learns from bars does not, for it is no member any more.
    """
    if universe is None or not len(rows):
        return rows
    import pyarrow as pa

    symbol, session = _keys(rows)
    ever = universe.ever_members
    left = np.ones(len(rows), dtype=bool) if ever is None else np.isin(symbol, sorted(ever))
    gone = {one.symbol: one for one in universe.delistings or ()}
    for one in gone.values():
        left &= ~((symbol == one.symbol) & (session > np.datetime64(one.session, "D")))
    if not left.all():
        rows = rows.filter(pa.array(left)).combine_chunks()
    last = _last_bars(rows, gone)
    if not last:
        return rows
    both = pa.concat_tables([rows, pa.Table.from_pylist(last, schema=rows.schema)])
    return both.sort_by([("symbol", "ascending"), ("session", "ascending")]).combine_chunks()


def with_members(bars: Bars, universe: UniverseRecord | None) -> Bars:
    """The bars with who is a member of which session."""
    if universe is None:
        return bars
    place = {symbol: row for row, symbol in enumerate(bars.symbols)}
    member = np.full(bars.shape, universe.members is None)
    for span in universe.members or ():
        if span.symbol in place:
            until = np.datetime64(span.last or "9999-12-31", "D")
            member[place[span.symbol]] |= (bars.sessions >= np.datetime64(span.first, "D")) & (bars.sessions <= until)
    for one in universe.delistings or ():
        if one.symbol in place:
            member[place[one.symbol]] &= bars.sessions <= np.datetime64(one.session, "D")
    return replace(bars, member=member)


def members_on(symbols: Sequence[str], universe: UniverseRecord | None, session: dt.date) -> np.ndarray:
    """True for each of these symbols that belongs to the market on a session."""
    if universe is None:
        return np.ones(len(symbols), dtype=bool)
    gone = {one.symbol for one in universe.delistings or () if one.session < session}
    spans = universe.members
    there = None if spans is None else {one.symbol for one in spans if one.first <= session and (one.last is None or session <= one.last)}
    return np.array([symbol not in gone and (there is None or symbol in there) for symbol in symbols], dtype=bool)


def _keys(rows: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    return np.array(rows["symbol"].to_pylist(), dtype=object).astype(str), rows["session"].to_numpy().astype("datetime64[D]")


def _last_bars(rows: pa.Table, gone: dict[str, Delisting]) -> list[dict[str, Any]]:
    """What each delisting paid, as a bar; none yet of those after which the market had no session."""
    if not gone or not len(rows):
        return []
    symbol, session = _keys(rows)
    days = np.unique(session)
    bars = []
    for one in gone.values():
        own, after = np.flatnonzero(symbol == one.symbol), int(np.searchsorted(days, np.datetime64(one.session, "D"), side="right"))
        if len(own) and after < len(days):
            before = rows.slice(int(own[-1]), 1).to_pylist()[0]
            price = before["close"] * max(1.0 + one.final_return_fraction, LEFT_FRACTION)
            seen = rows["observed_at"][int(np.flatnonzero(session == days[after])[0])].as_py()
            prices = dict.fromkeys(("open", "high", "low", "close"), price)
            bars.append({**before, **prices, "volume": 0.0, "session": days[after].item(), "observed_at": seen})
    return bars
