"""One file of bars as `BAR_ROW`; what cannot be read is named by file, line and column."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.data.sources.reading import NOTHING_SETTLED, BarFile, Settled, bars_of, vendor_table
from nightshift.data.sources.source import ASSUMED_DELAY_MINUTES

if TYPE_CHECKING:
    import pyarrow as pa


def read(file: Path, calendar: str, delay_minutes: int = ASSUMED_DELAY_MINUTES, settled: Settled = NOTHING_SETTLED) -> pa.Table:
    """One file's bars."""
    place = BarFile(file)
    return bars_of(place, vendor_table(place, settled, calendar), calendar, delay_minutes)
