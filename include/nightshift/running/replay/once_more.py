"""What the process of a replay does: the line, from an opened night to its verdict."""

from __future__ import annotations

from nightshift.running import line
from nightshift.storage.night import night_of


def make_again(opened: str) -> str:
    """The address of the verdict that the night comes to."""
    return line.judged(night_of(opened), how="process")
