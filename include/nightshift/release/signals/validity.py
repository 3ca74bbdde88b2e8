"""May anybody act on these signals at an instant? What is loud about them: expired, or of a release that is served no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.nouns.signals_record import SignalsRecord
from nightshift.release.signals.taken_back import taken_back
from nightshift.storage.ledger_lineage import live_among


def doubts(record: SignalsRecord, at: dt.datetime, known: Sequence[LedgerEntry]) -> tuple[tuple[str, str], ...]:
    """Pairs of a word and its sentence; nothing about signals that are good. `known` is what the ledger says of the market."""
    said, version = [], record.version
    live = live_among(known)
    back = taken_back(known).get(version or "")
    if record.counts is None:
        said.append(("NO SIGNALS", record.why_none))
    if back:
        said.append(("TAKEN BACK", f"version {version}, which gave them, was taken back ({back})"))
    elif version is not None and (live is None or live.version != version):
        said.append(("NOT SERVED", f"version {version}, which gave them, is not served any more: {_since(live)}"))
    if record.counts is not None and record.is_expired(at):
        said.append(("EXPIRED", f"they were good until {record.expires_at:%Y-%m-%d %H:%M} UTC, for the session {record.for_session}"))
    return tuple(said)


def _since(live: LedgerEntry | None) -> str:
    if live is None:
        return "nothing is"
    return f"{live.version} is since {live.at[:16].replace('T', ' ')} UTC ({live.kind} by {live.who}: {live.why})"
