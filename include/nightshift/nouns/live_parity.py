"""What a release answers beside what was answered before: value for value, and fed with no more history than it needs."""

from __future__ import annotations

from nightshift.nouns.record import Noun, Number


class Compared(Noun):
    """Two score vectors, value for value."""

    rows: int
    equal: bool
    bit_equal_rows: int
    largest_difference: Number  # none: not a number


class LiveParity(Noun):
    """A release fed with no more history than it says that it needs, each of the last sessions as on its own evening."""

    sessions: tuple[str, ...]
    history_sessions: int  # the most that was read for one of them
    warmup_bars: int  # a symbol, before the first session whose columns are read
    columns_differ: dict[str, str]  # column -> where it is furthest from the whole history's
    scores: Compared  # with those on the whole history
