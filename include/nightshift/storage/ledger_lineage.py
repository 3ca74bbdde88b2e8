"""What a market's entries come to: which version is live, and which ones it would go back to, one after another.

A promotion goes on top of what was live when it came. A rollback goes back down to its version, so that what was left is not what
a second rollback returns to; a version that is not below is a step of its own. A retracted version is taken out wherever it lies,
and so is one that was passed over because it is damaged: that one may serve again by name, once it is mended.
"""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.nouns.ledger_entry import LedgerEntry


def lineage(entries: Sequence[LedgerEntry]) -> tuple[str, ...]:
    """The versions to go back to, the oldest first, and at the end the live one; empty where nothing is live."""
    below: list[str] = []
    for entry in entries:
        if entry.kind in {"retract", "refuse"}:
            below = [version for version in below if version != entry.version]
        elif entry.serves and entry.version in below:
            below = below[: below.index(entry.version) + 1]
        elif entry.serves:
            below.append(entry.version)
    return tuple(below)


def live_among(entries: Sequence[LedgerEntry]) -> LedgerEntry | None:
    """The entry by which the live version went live last, or None."""
    below = lineage(entries)
    return next((entry for entry in reversed(entries) if entry.serves and entry.version == below[-1]), None) if below else None


def previous_among(entries: Sequence[LedgerEntry]) -> str | None:
    """The version that was live before the live one came, and may serve again, or None."""
    below = lineage(entries)
    return below[-2] if len(below) > 1 else None


def retracted_among(entries: Sequence[LedgerEntry]) -> dict[str, LedgerEntry]:
    """By version: the entry that says never again."""
    return {entry.version: entry for entry in entries if entry.kind == "retract"}
