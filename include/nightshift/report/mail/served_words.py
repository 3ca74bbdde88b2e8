"""What is served after something broke: a fact of the ledger, not a guess from the task's name."""

from __future__ import annotations

import datetime as dt

from nightshift.nouns.ledger_entry import LedgerEntry


def served_words(market: str, live: LedgerEntry | None, began: dt.datetime | None) -> str:
    """One sentence; `began`: when the run did, where that is known.

    >>> served_words("demo", None, None)
    'demo serves nothing, and nothing was released.'
    """
    if live is None:
        return f"{market} serves nothing, and nothing was released."
    since = dt.datetime.fromisoformat(live.at)
    if began is None:
        return f"Version {live.version} is served, since {since:%Y-%m-%d %H:%M} UTC."
    if since >= began:
        return f"Version {live.version} is served: it went live at {since:%Y-%m-%d %H:%M} UTC, after this run had begun."
    return f"What was served before is still served: version {live.version}, since {since:%Y-%m-%d}; nothing was changed."
