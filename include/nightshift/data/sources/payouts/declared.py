"""Which payouts of a vendor's columns `adj_factor` does not know, by the vendor's own numbers and what the price did that day.

A dividend in the column is a fact that bars do not show: 1 % is lost in a usual day. It is believed unless it is out of all proportion
(pence for pounds: a hundredth is tried) or the price plainly did something else. What the factor has more than the column is left to the
price (`quality.evidence.factor_steps`), for capital gains may be in it that a column leaves out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

LEAST, LEAST_SHARE = 0.004, 0.1  # of a logarithm, and of the payout: what the factor lacks
LARGEST = 0.10  # of the price: a larger dividend has to be in the price
HUNDREDTHS = (0.001, 0.10)  # dividends that a hundredth of the column's is one of
AGAINST = 4.0  # usual days by which the price is rather where the factor says
TINY, LIKE, WITHIN, EARLIER = 0.002, 3.0, 2.0, 8  # a hundredth of earlier dividends, times or by; usual days; how many
DAYS, LEAST_DAY = 60, 0.002


class Declared(NamedTuple):
    """Rows sorted by symbol and day, with positive closes and factors; NaN where a column says nothing."""

    symbol: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    volume: np.ndarray
    factor: np.ndarray
    dividend: np.ndarray
    split: np.ndarray  # new shares for an old one; 0 or 1: none


class Payout(NamedTuple):
    """At this row the factor lacks a payout: by so much, as a logarithm, the factor before it is too large."""

    place: int
    lacks: float


def lacking(rows: Declared) -> list[Payout]:
    """Every payout that the factor does not know and the price does not contradict, in the order of the rows."""
    with np.errstate(invalid="ignore", divide="ignore"):
        paid, split = rows.dividend > 0, (rows.split > 0) & (rows.split != 1)
        at = 1 + np.flatnonzero((paid | split)[1:] & (rows.symbol[1:] == rows.symbol[:-1]))
        if not len(at):
            return []
        before = rows.closes[at - 1]
        opened, closed = np.log(rows.opens[at] / before), np.log(rows.closes[at] / before)
        step = np.log(rows.factor[at] / rows.factor[at - 1])
        usual = _usual_day(rows, at)
        of_split = np.where(split[at], np.log(np.where(split[at], rows.split[at], 1.0)), 0.0)
        in_price = np.abs(opened + of_split) < 0.5 * np.abs(of_split)  # raw prices: the factor has to know it
        shares = np.where(split[at] & ~in_price, rows.split[at], 1.0)
        share = _share_of_price(np.where(paid[at], rows.dividend[at], 0.0) / before, (opened, closed, step), shares)
        share = _hundredfold(rows, at, share, (opened, closed, usual))
        expected = -np.log1p(-share) + np.where(in_price, of_split, 0.0)
        lacks = expected - step
        against = [np.abs(move + expected) - np.abs(move + step) > AGAINST * usual for move in (opened, closed)]
        contradicted = against[0] & against[1] & (rows.volume[at] > 0)
        wrong = (lacks > np.maximum(LEAST, LEAST_SHARE * expected)) & (step > -LEAST) & ~contradicted
    return [Payout(int(place), float(by)) for place, by in zip(at[wrong], lacks[wrong], strict=True)]


def _share_of_price(share: np.ndarray, moves: tuple[np.ndarray, np.ndarray, np.ndarray], shares: np.ndarray) -> np.ndarray:
    """The dividend as a share of the price before; 0 for one that cannot be."""
    opened, closed, step = moves
    after_split = share / shares
    share = np.where(np.abs(-np.log1p(-np.minimum(after_split, 0.9)) - step) < LEAST, after_split, share)
    whole = -np.log1p(-np.minimum(share, 0.99))
    shown = (share < 1) & (np.abs(opened + whole) < np.abs(opened + step)) & (np.abs(closed + whole) < np.abs(closed + step))
    hundredth = np.where((share / 100 >= HUNDREDTHS[0]) & (share / 100 <= HUNDREDTHS[1]), share / 100, 0.0)
    return np.where((share <= LARGEST) | shown, share, hundredth)


def _hundredfold(rows: Declared, at: np.ndarray, share: np.ndarray, moves: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
    """A dividend that is a hundredth of the symbol's earlier ones, where the price fell by the whole: the whole."""
    opened, closed, usual = moves
    found = share.copy()
    for number in np.flatnonzero((share > 0) & (share < TINY)):
        own = np.flatnonzero((rows.symbol[at[:number]] == rows.symbol[at[number]]) & (share[:number] >= TINY))[-EARLIER:]
        whole = 100 * share[number]
        if not len(own) or not 1 / LIKE <= 100 * rows.dividend[at[number]] / np.median(rows.dividend[at[own]]) <= LIKE:
            continue
        fell = max(abs(opened[number] + whole), abs(closed[number] + whole)) <= WITHIN * usual[number]
        if fell and whole >= WITHIN * usual[number]:
            found[number] = whole
    return found


def _usual_day(rows: Declared, at: np.ndarray) -> np.ndarray:
    """1.48 × the median distance between a close and the one before, over up to 60 days before."""
    move = np.full(len(rows.closes), np.nan)
    move[1:] = np.where(rows.symbol[1:] == rows.symbol[:-1], np.abs(np.log(rows.closes[1:] / rows.closes[:-1])), np.nan)
    usual = np.full(len(at), LEAST_DAY)
    for number, place in enumerate(at):
        days = move[max(place - DAYS, 0) : place]
        days = days[(rows.symbol[max(place - DAYS, 0) : place] == rows.symbol[place]) & np.isfinite(days)]
        if len(days):
            usual[number] = max(1.4826 * float(np.median(days)), LEAST_DAY)
    return usual
