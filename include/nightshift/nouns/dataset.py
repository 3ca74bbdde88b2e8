"""What lies in the column store, and which of it a night uses."""

from __future__ import annotations

from typing import ClassVar

from nightshift.config import Label
from nightshift.nouns.record import Facts, Noun, Record


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


def _from_1(facts: Facts) -> Facts:
    """Schema 1 had values, labels and the parts beside it."""
    return {**facts, "value_blocks": [], "row_blocks": []}


class PanelRecord(Record):
    """What a night's column store is put together from; in schema 1 values, labels and parts lay beside it."""

    FILE: ClassVar[str] = "panel.json"
    SCHEMA: ClassVar[int] = 2
    UPGRADES: ClassVar = {1: _from_1}

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
    value_blocks: tuple[str, ...]  # addresses, in the order of the sessions; none in a store of schema 1
    row_blocks: tuple[str, ...]


class ColumnsRecord(Record):
    """Where the night's columns lie."""

    FILE: ClassVar[str] = "columns.json"

    store: str  # the address of the panel


class BarBlocks(Record):
    """The night's clean bars: where they lie, and what they are session by session."""

    FILE: ClassVar[str] = "bars.json"

    symbols: tuple[str, ...]
    sessions: tuple[str, ...]
    digests: tuple[str, ...]  # of every session's bars
    blocks: tuple[str, ...]  # addresses
