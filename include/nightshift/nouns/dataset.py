"""What lies in the column store, and which of it a night uses."""

from __future__ import annotations

from typing import ClassVar

from nightshift.config import Label
from nightshift.nouns.record import Noun, Record


class SplitRecord(Noun):
    """First session and the one after the last of each part, as indices; twice 0 where a part is empty."""

    gap_sessions: int
    parts: dict[str, tuple[int, int]]  # train, validate, test, latest


class PartRows(Noun):
    """Where the rows of one part went."""

    rows: int
    without_bar: int
    warming_up: int
    column_unknown: int
    label_unknown: int
    usable: int  # with every column and the label


class PanelRecord(Record):
    """Beside it lie values, labels and the parts as tables."""

    FILE: ClassVar[str] = "panel.json"

    market: str
    snapshot: str
    symbols: tuple[str, ...]
    sessions: tuple[str, ...]
    names: tuple[str, ...]
    dtype: str
    label: Label
    label_reach: int
    split: SplitRecord
    warmup_sessions: dict[str, int]
    left_out: dict[str, str]  # column -> why
    rows: dict[str, PartRows]  # by part


class ColumnsRecord(Record):
    """Where the night's columns lie."""

    FILE: ClassVar[str] = "columns.json"

    store: str  # the address of the panel
