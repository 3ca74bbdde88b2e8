"""What a rollback or a retraction came to, as a task hands it on: all that its mail says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nightshift.nouns.ledger_entry import LedgerEntry
    from nightshift.release import Retracted


def rollback(entry: LedgerEntry) -> dict[str, Any]:
    """Which version is served again, in place of which, and by whose word."""
    return {"version": entry.version, "retracted": None, "passed_over": [], **_word(entry)}


def retraction(version: str, done: Retracted) -> dict[str, Any]:
    """Which version is served instead, which could not, and by whose word."""
    over = [f"{one.version}: {one.why}" for one in done.passed_over]
    return {"version": done.serves, "retracted": version, "passed_over": over, **_word(done.entry)}


def _word(entry: LedgerEntry) -> dict[str, Any]:
    return {"left": entry.previous_version, "at": entry.at, "who": entry.who, "why": entry.why}
