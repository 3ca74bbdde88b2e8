"""A market's policy through the assay: its cases, its record, and whether the record decides what may run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from nightshift.config import Market
from nightshift.gates.assayed import NIGHTS, SEQUENCES, out_of_bounds, policy_of
from nightshift.nouns.assay_record import AssayRecord, Level
from nightshift.running.assay.cases import CASES
from nightshift.running.assay.evidence_level import Size, lived_through
from nightshift.running.assay.line_level import LINE, lived_and_compared
from nightshift.running.assay.window_evidence import not_asked
from nightshift.storage import addresses, fingerprints, store


def assay(market: Market, on: dt.date, size: Size, levels: Sequence[Level] = ("evidence",), line: Size = LINE) -> AssayRecord:
    """The record of the market's policy; it is kept, and decides what may run, when it is long enough to decide."""
    results = lived_through(market, tuple(CASES.values()), size) if "evidence" in levels else ()
    results = (*results, *lived_and_compared(market, line)) if "line" in levels else results
    record = AssayRecord(
        market=market.market, policy=policy_of(market), code=fingerprints.of(fingerprints.JUDGING), assayed_on=on.isoformat(),
        not_asked=not_asked(market), cases=results, out_of_bounds=out_of_bounds(results),
    )  # fmt: skip
    if decides(size, levels):
        store.write(addresses.assay(market.market, store.fingerprint(record.facts())[:16]), record.write)
    return record


def decides(size: Size, levels: Sequence[Level]) -> bool:
    """True for an assay that is long enough: a shorter one shows, and refuses nobody."""
    return "evidence" in levels and size.sequences >= SEQUENCES and size.nights >= NIGHTS
