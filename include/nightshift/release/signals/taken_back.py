"""Which versions a person took back: nobody may go on acting on what they said."""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.nouns.ledger_entry import LedgerEntry


def taken_back(known: Sequence[LedgerEntry]) -> dict[str, str]:
    """Versions that were rolled back from, or retracted, and serve no more; by whom and why.

    >>> sequence = [("promote", "1.0.0"), ("promote", "1.0.1"), ("rollback", "1.0.0"), ("promote", "1.0.2")]
    >>> taken_back([LedgerEntry.model_construct(kind=kind, version=version, who="ann", why="bad fills") for kind, version in sequence])
    {'1.0.1': 'rollback by ann: bad fills'}
    """
    out: dict[str, str] = {}
    live = ""
    for entry in known:
        says = f"{entry.kind} by {entry.who}: {entry.why}"
        if entry.kind == "retract":
            out[entry.version] = says
            live = "" if live == entry.version else live
        elif entry.serves:
            if entry.kind == "rollback" and live and live != entry.version:
                out[live] = says
            out.pop(entry.version, None)
            live = entry.version
    return out
