"""Values of rows as a network answers them, one a sample or one a symbol of the sample's session, and back."""

from __future__ import annotations

import numpy as np

from nightshift.errors import DataRefused
from nightshift.models.neural.sequence_windows import Layout
from nightshift.nouns.panel import Rows


def laid_out(rows: Rows, values: np.ndarray, layout: Layout, symbols: tuple[str, ...]) -> np.ndarray:
    """One value a row as the network answers: (samples, 1), or (sessions, symbols) with NaN where there is no row."""
    if layout != "cross_section":
        return values[:, None]
    sessions, sample = np.unique(rows.session, return_inverse=True)
    out = np.full((len(sessions), len(symbols)), np.nan)
    out[sample, _columns_of(rows, symbols)] = values
    return out


def picked(rows: Rows, answers: np.ndarray, layout: Layout, symbols: tuple[str, ...]) -> np.ndarray:
    """The network's answers as one value a row: the reverse of `laid_out`."""
    if layout != "cross_section":
        return answers[:, 0]
    _, sample = np.unique(rows.session, return_inverse=True)
    return answers[sample, _columns_of(rows, symbols)]


def _columns_of(rows: Rows, symbols: tuple[str, ...]) -> np.ndarray:
    index = {symbol: place for place, symbol in enumerate(symbols)}
    place = np.array([index.get(symbol, -1) for symbol in rows.panel.symbols])[rows.symbol]
    if (place < 0).any():
        stranger = rows.panel.symbols[rows.symbol[int(np.argmin(place))]]
        raise DataRefused(
            expected=f"only the {len(symbols)} symbols that the network was trained on",
            found=stranger,
            next_step="train again with the symbol in the market, or leave it out",
        )
    return place
