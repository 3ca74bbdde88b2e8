"""One line of the ledger."""

from __future__ import annotations

from typing import Literal

from nightshift.nouns.record import Noun
from nightshift.nouns.verdict_record import Check

Kind = Literal["promote", "rollback", "force", "refuse", "retract"]


class Evidence(Noun):
    """On what a release was let in: its model, the verdict's words and checks, and the bytes that were tested.

    A ledger is never rewritten, and its lines have no schema number: what a later version adds here has a default.
    """

    family: str = ""
    headline: str = ""
    checks: tuple[Check, ...] = ()
    snapshot: str = ""
    staged: str = ""
    manifest_sha256: str = ""


class Change(Noun):
    """A line before it is written: what becomes live, of which data, by whose word; `session` and `as_of` are the data's."""

    market: str
    kind: Kind
    version: str
    release: str
    night: str
    session: str
    as_of: str
    who: str
    why: str
    evidence: Evidence = Evidence()


class LedgerEntry(Change):
    """A line as it was written: when it became true, over which version, chained to the line before."""

    previous_version: str | None  # what was live before it
    at: str
    previous_hash: str
    hash: str

    @property
    def serves(self) -> bool:
        """True when its version is what the market serves from then on."""
        return self.kind in {"promote", "rollback", "force"}

    @property
    def released(self) -> bool:
        """True when it put a new release in, by the gate or by force."""
        return self.kind in {"promote", "force"}
