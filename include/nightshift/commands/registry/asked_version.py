"""A version as a person names one: every one that the ledger knows, deleted ones too."""

from __future__ import annotations

from collections.abc import Iterable

from nightshift.commands.values import Known


def released(market: str) -> Iterable[str]:
    """The versions that were ever released."""
    from nightshift.storage import ledger

    return [entry.version for entry in ledger.entries(market) if entry.released]


RELEASED = Known("version", released)
