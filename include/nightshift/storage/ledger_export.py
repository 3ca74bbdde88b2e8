"""The ledger as JSON lines: an entry a line, and a last line with how many there are and the hash of the last one.

Whoever keeps that last line elsewhere can prove later that nothing before it was changed or cut off. A broken ledger is exported as
far as it can be read, and the last line says what is wrong with it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from nightshift.errors import NightshiftError
from nightshift.nouns.record import Facts
from nightshift.storage import ledger, ledger_file
from nightshift.storage.ledger_chain import BEGINNING, evidence


@dataclass(frozen=True)
class Export:
    """The lines of a market, or of all, and the end of the whole chain."""

    exported: tuple[Facts, ...]
    entries: int  # of the whole chain, as far as it can be read
    head: str  # hash of the last one
    broken: str  # what is wrong; empty: every link and the end are whole

    @property
    def end(self) -> Facts:
        """The last line."""
        return {"entries": self.entries, "exported": len(self.exported), "head": self.head, "broken": self.broken}

    @property
    def text(self) -> str:
        """All lines; a value that is no text, which nobody writes here, as its bytes in hex."""
        lines = (*self.exported, self.end)
        return "".join(json.dumps(line, default=lambda value: {"bytes": bytes(value).hex()}) + "\n" for line in lines)


def export(market: str = "") -> Export:
    """The entries of a market, or without one of all markets, as they are stored."""
    broken = _broken()
    known, unread = ledger_file.readable(ledger.file())
    chosen = tuple(row | {"evidence": evidence(row)} for row in known if market in {"", row["market"]})
    return Export(chosen, len(known), known[-1]["hash"] if known else BEGINNING, broken or unread)


def _broken() -> str:
    try:
        ledger.verify()
    except NightshiftError as failure:
        return str(failure)
    return ""
