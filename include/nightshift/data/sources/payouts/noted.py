"""What the reader mended in `adj_factor`, written with the table it is in: the account of the night names it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.sources.payouts.declared import Declared, lacking

if TYPE_CHECKING:
    import pyarrow as pa

PAYOUTS = b"nightshift.payouts"  # among the metadata of a table's schema
Notes = dict[str, dict[str, float]]  # symbol -> session -> what the factor lacked, as a logarithm


def with_payouts(bars: pa.Table, dividend: np.ndarray, split: np.ndarray) -> pa.Table:
    """Bars whose factor knows every payout of the vendor's columns, with a note of those that it did not know."""
    import pyarrow as pa

    codes = bars["symbol"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    opens, closes, volume, factor = (bars[name].to_numpy() for name in ("open", "close", "volume", "adj_factor"))
    day = bars["session"].to_numpy()
    order = np.lexsort((day, codes))
    with np.errstate(invalid="ignore"):
        there = order[np.logical_and.reduce([values[order] > 0 for values in (opens, closes, factor)])]
    payouts = lacking(Declared(codes[there], opens[there], closes[there], volume[there], factor[there], dividend[there], split[there]))
    if not payouts:
        return bars
    notes: Notes = defaultdict(dict)
    lacks = np.zeros(len(bars))
    for one in payouts:
        place = int(there[one.place])
        notes[str(bars["symbol"][place])][str(day[place])] = one.lacks
        lacks[place] = one.lacks
    factor = factor.copy()
    factor[order] *= np.exp(-_of_later(lacks[order], codes[order]))
    at = bars.column_names.index("adj_factor")
    return with_notes(bars.set_column(at, bars.schema.field("adj_factor"), pa.array(factor)), notes)


def _of_later(lacks: np.ndarray, symbol: np.ndarray) -> np.ndarray:
    """At each row the sum over its symbol's later ones."""
    total = np.concatenate([[0.0], np.cumsum(lacks)])
    ends = np.searchsorted(symbol, symbol, side="right")
    return total[ends] - total[1:]


def noted(bars: pa.Table) -> Notes:
    """The payouts that the factor of these bars had lacked."""
    said = (bars.schema.metadata or {}).get(PAYOUTS)
    return json.loads(said) if said else {}


def with_notes(bars: pa.Table, notes: Mapping[str, Mapping[str, float]]) -> pa.Table:
    """The bars with these notes, and nothing else beside them."""
    return bars.replace_schema_metadata({PAYOUTS: json.dumps(notes, sort_keys=True)} if notes else None)


def joined(tables: Iterable[pa.Table]) -> Notes:
    """The notes of all of these; of one payout, the later table's."""
    notes: Notes = defaultdict(dict)
    for table in tables:
        for symbol, sessions in noted(table).items():
            notes[symbol] |= sessions
    return notes
