"""The account of a cleaning, in words: what was dropped, mended, left out and shown, and what earlier nights judged otherwise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.quality.finding import Found
from nightshift.nouns.bars import FIELDS
from nightshift.nouns.quality import Account, Example, LeftOut, Mended, NamedRow, Revision, Suspicion

if TYPE_CHECKING:
    import pyarrow as pa

EXAMPLES_PER_REASON = 10
SUSPICIONS_LISTED = 50


def account_of(
    received: pa.Table, first: dict[str, np.ndarray], repaired: dict[str, np.ndarray], found: Found, kept: np.ndarray,
    payouts: list[Mended],
) -> Account:  # fmt: skip
    """Places of `first` and `repaired` count the rows received, those of what was found the rows kept, whose places these are."""
    names = _Names(received, kept)
    mended, left_out = [*_mended(found, names), *payouts], _left_out(found, names)
    in_mended = {one.reason for one in mended} | {one.reason for one in left_out}
    plain = {reason: np.flatnonzero(here) for reason, here in repaired.items()}
    examples = [
        example for reason, rows in (first | plain).items() if reason not in in_mended for example in _examples(reason, rows, received)
    ]
    examples += [
        Example(reason=one.reason, symbol=one.symbol, session=one.session, value=one.value)
        for listed in (mended, left_out)
        for one in listed
    ]
    suspected = _suspected(found, names)
    return Account(
        rows_in=len(received), rows_out=len(received) - sum(len(places) for places in first.values()),
        dropped=_counts(first), repaired=_counts(plain), examples=examples, revised=_revised(found, names),
        mended=mended, left_out=left_out, suspected=suspected[:SUSPICIONS_LISTED], suspicions=len(suspected),
    )  # fmt: skip


def actions_of(account: Account) -> tuple[NamedRow, ...]:
    """The actions nobody adjusted for, by name."""
    return tuple(
        NamedRow(symbol=one.symbol, session=one.session, value=one.value) for one in account.mended if one.reason == "unadjusted_action"
    )


class _Names:
    """Symbols and sessions by place among the rows kept."""

    def __init__(self, received: pa.Table, kept: np.ndarray) -> None:
        self._symbols, self._sessions, self._kept = received["symbol"], received["session"], kept

    def symbol(self, place: int) -> str:
        return str(self._symbols[int(self._kept[place])])

    def session(self, place: int) -> str:
        return str(self._sessions[int(self._kept[place])])


def _mended(found: Found, names: _Names) -> list[Mended]:
    rows, told = found.prices, []
    for step in found.scales.mended:
        ratio = step.price_ratio if not step.exponent else 10.0**step.exponent
        gap = math.exp(rows.overnight[step.place]) * ratio  # as it came: the rows are on one scale already
        opened, later = f"opened at {gap:.3f} of the close before", int(rows.ends[step.place]) - step.place
        if step.exponent:
            value, before = f"opened at {gap:.4g} times the close before: in another unit, {ratio:g} times", 0
        else:
            by = f"volume ÷ {ratio:.4g}" if step.shares else "volume as it is"
            value, before = f"{opened}; its bars before: prices × {ratio:.4g}, {by}", step.place - int(rows.begins[step.place])
        told.append(
            Mended(
                symbol=names.symbol(step.place), session=names.session(step.place), value=value,
                reason="other_unit" if step.exponent else "unadjusted_action",
                price_factor=1.0 if step.shares else (1.0 / ratio if step.exponent else ratio), adj_factor=ratio if step.shares else 1.0,
                rows=before or later,
            )
        )  # fmt: skip
    for one in found.steps:
        value = f"adj_factor steps by {abs(math.log(one.by)):.1%} more than the price; before it × {one.by:.4g}"
        at = names.symbol(one.place), names.session(one.place)
        n_rows = one.place - int(rows.begins[one.place])
        told.append(
            Mended(symbol=at[0], session=at[1], value=value, reason="factor_not_in_price", price_factor=1.0, adj_factor=one.by, rows=n_rows)
        )
    return told


def _left_out(found: Found, names: _Names) -> list[LeftOut]:
    return [
        LeftOut(
            symbol=names.symbol(one.first), session=names.session(one.since), value=one.value, reason=one.reason, rows=one.stop - one.first
        )
        for one in found.left_out
    ]


def _suspected(found: Found, names: _Names) -> list[Suspicion]:
    """The largest move first."""
    told = []
    order = np.argsort(-np.abs(found.judged.moves), kind="stable")
    for at in order.tolist():
        place, move = int(found.judged.suspected[at]), float(np.expm1(found.judged.moves[at]))
        value = f"{move:+.1%} against the market, and not traded like news: used as it is"
        told.append(Suspicion(symbol=names.symbol(place), session=names.session(place), value=value, move_fraction=move))
    return told


def _revised(found: Found, names: _Names) -> list[Revision]:
    begins, ends = found.prices.begins, found.prices.ends

    def revision(first: int, stop: int, since: int, reason: str, **kind: float) -> Revision:
        return Revision(
            symbol=names.symbol(first), first="" if first == begins[first] else names.session(first),
            session="" if stop == ends[first] else names.session(stop), since=names.session(since), rows=stop - first,
            reason=reason, gone=not kind, **kind,
        )  # fmt: skip

    told = [
        revision(one.first, one.stop, one.since, "unadjusted_action", price_factor=one.prices, adj_factor=one.factor)
        for one in found.scales.rescaled
        if one.stop > one.first
    ]
    told += [
        revision(int(begins[one.place]), one.place, one.since, "factor_not_in_price", price_factor=1.0, adj_factor=one.by)
        for one in found.steps
    ]
    return told + [revision(*one) for one in found.gone]


def _counts(rows: dict[str, np.ndarray]) -> dict[str, int]:
    return {reason: len(places) for reason, places in rows.items() if len(places)}


def _examples(reason: str, rows: np.ndarray, received: pa.Table) -> list[Example]:
    def told(row: dict) -> str:
        return " ".join(f"{name} {'missing' if row[name] is None else format(row[name], '.6g')}" for name in FIELDS)

    first = received.take(rows[:EXAMPLES_PER_REASON]).to_pylist()
    return [Example(reason=reason, symbol=row["symbol"], session=str(row["session"]), value=told(row)) for row in first]
