"""One line of the ledger."""

from __future__ import annotations

from typing import Any, Literal

from nightshift.nouns.record import Noun
from nightshift.nouns.verdict import Check

Kind = Literal["promote", "rollback", "force", "refuse"]


class Evidence(Noun):
    """On what a release was let in: its model, the verdict's words and checks, and the bytes that were tested."""

    family: str = ""
    headline: str = ""
    checks: tuple[Check, ...] = ()
    snapshot: str = ""
    staged: str = ""
    manifest_sha256: str = ""


class LedgerEntry(Noun):
    """One line as it was written: when it became true, of which data, by whose word, chained to the line before."""

    market: str
    kind: Kind
    version: str
    release: str
    night: str
    session: str
    as_of: str
    who: str
    why: str
    at: str
    evidence: Evidence
    previous_version: str | None
    previous_hash: str
    hash: str

    @property
    def released(self) -> bool:
        """True when it put a new release in, by the gate or by force."""
        return self.kind in {"promote", "force"}

    def told(self) -> dict[str, Any]:
        """What a person is told: all but evidence and hashes."""
        return self.model_dump(mode="json", exclude={"evidence", "previous_hash", "hash"})
