"""Drop or mend isolated defects, and account for every row: nothing leaves or changes without a reason that is counted.

A bar is judged by what was known on its own night, so tonight's clean bars up to a session are those of that session's night. What is
learned later is listed as a revision: a scale that an action changed, a tick that came back, a symbol whose bars are of other days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.quality.accounting import account_of, actions_of
from nightshift.data.quality.defects import PRICES, Rows, arrays_of, impossible, repeated, unknown_then, unsigned, widened
from nightshift.data.quality.evidence.market_moves import MarketMoves
from nightshift.data.quality.evidence.payouts_mended import REASON, payouts_mended
from nightshift.data.quality.finding import Found, Trading, find
from nightshift.data.quality.used_history import BEFORE, History, history_of
from nightshift.nouns.quality import Account, Example, NamedRow

if TYPE_CHECKING:
    import pyarrow as pa


AS_USUAL = Trading()


@dataclass(frozen=True, eq=False)
class Cleaned:
    """The rows that are left, the account of those that are not, and the actions nobody adjusted for, which are mended in them."""

    rows: pa.Table
    account: Account
    actions: tuple[NamedRow, ...]
    dropped: dict[str, np.ndarray]  # by its first reason, the places of the rows received that are not left
    market: MarketMoves  # that every symbol was held against
    history: History


def clean(
    received: pa.Table, calendar: str, last_session: dt.date, as_of: dt.datetime, first_session: dt.date | None = None,
    *, trading: Trading = AS_USUAL, market: MarketMoves | None = None,
) -> Cleaned:  # fmt: skip
    """Rows sorted by symbol and session → the rows a model may learn from.

    `market` is what each symbol is held against: the market of these rows, unless they are only some of its symbols.
    """
    rows, signs = unsigned(arrays_of(received))
    history = history_of(rows, calendar, first_session)
    dropped = {**unknown_then(rows, history, last_session, as_of), **repeated(rows), **impossible(rows)}
    kept = _left(dropped)
    repaired, changes = widened(rows, kept)
    rows = replace(rows, values={**rows.values, **changes})
    found = find(rows, kept, trading, market)
    dropped |= {reason: _at(kept, here) for reason, here in found.dropped.items()}
    left = _left(dropped)
    mended = {reason: _at(kept, here) for reason, here in found.repaired.items()}
    mended["factor_not_in_price"] |= signs
    payouts, mended[REASON] = payouts_mended(received, last_session)
    repaired = {reason: here & left for reason, here in (repaired | mended).items()}
    first = _by_first_reason(dropped)
    account = _with_history(account_of(received, first, repaired, found, np.flatnonzero(kept), payouts), history)
    return Cleaned(_table(received, rows, found, kept, left), account, actions_of(account), first, found.market, history)


def _left(dropped: dict[str, np.ndarray]) -> np.ndarray:
    return ~np.logical_or.reduce(list(dropped.values()))


def _at(kept: np.ndarray, here: np.ndarray) -> np.ndarray:
    """True at these of the rows kept, among all."""
    out = np.zeros(len(kept), dtype=bool)
    out[kept] = here
    return out


def _table(received: pa.Table, rows: Rows, found: Found, kept: np.ndarray, left: np.ndarray) -> pa.Table:
    """The rows left, on one scale; a column that nothing was done to is the received one."""
    import pyarrow as pa

    table = received
    for name in (*PRICES, "adj_factor"):
        values = rows.values[name].copy()
        values[kept] *= found.scales.factor if name == "adj_factor" else found.scales.prices
        if not np.array_equal(values[left], received[name].to_numpy()[left]):
            table = table.set_column(table.column_names.index(name), name, pa.array(values))
    return table if left.all() else table.filter(pa.array(left)).combine_chunks()


def _by_first_reason(dropped: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Each row is dropped for its first reason only, so that the counts add up."""
    first, gone = {}, np.zeros(len(next(iter(dropped.values()))), dtype=bool)
    for reason, here in dropped.items():
        first[reason] = np.flatnonzero(here & ~gone)
        gone |= here
    return first


def _with_history(account: Account, history: History) -> Account:
    """The account, and what is to be said of where the history begins."""
    said = history.sentences(account.dropped.get(BEFORE, 0))
    begins = [Example(reason=reason, symbol="", session=str(history.first), value=value) for reason, value in said.items()]
    return account.model_copy(update={"examples": (*account.examples, *begins)}) if begins else account
