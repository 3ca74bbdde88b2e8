"""What stays of a release that was deleted: that it was, by whose word, and which bytes went; its lines in the ledger stay as they are."""

from __future__ import annotations

from typing import ClassVar

from nightshift.nouns.record import Instant, Record


class DeletedRelease(Record):
    """Beside copies of the release's own records, so that lists and lineages still say what it was."""

    FILE: ClassVar[str] = "deleted.json"

    market: str
    version: str
    who: str
    why: str
    at: Instant
    manifest_sha256: str  # of the folder that went
    n_files: int
    n_bytes: int
