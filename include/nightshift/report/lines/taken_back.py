"""What a person took back, in words: when, by whom, why, and what served instead; and what the ledger's kinds are called."""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.storage.ledger_lineage import live_among, retracted_among

DONE = {"promote": "promoted", "force": "forced in", "rollback": "served again", "retract": "retracted", "refuse": "passed over"}


def retractions(entries: Sequence[LedgerEntry]) -> dict[str, str]:
    """Of every version that was retracted: when, by whom, why, and what served instead.

    >>> promoted, gone = ({"kind": kind, "version": "1.0.0", "who": "ada", "why": "wrong bars"} for kind in ("promote", "retract"))
    >>> first = LedgerEntry.model_construct(**promoted, at="2026-11-19T22:00:00+00:00", previous_version=None)
    >>> last = LedgerEntry.model_construct(**gone, at="2026-11-20T09:00:00+00:00", previous_version="1.0.0")
    >>> retractions([first, last])
    {'1.0.0': 'on 2026-11-20 by ada because wrong bars; nothing was served instead'}
    """
    return {version: f"{_by(said)}; {_instead(said, entries)}" for version, said in retracted_among(entries).items()}


def told(entries: Sequence[LedgerEntry], about: Sequence[LedgerEntry]) -> tuple[str, ...]:
    """A sentence for each of these entries by which a version was retracted or passed over; `entries`: all of the market's."""
    gone = retractions(entries)
    said = {"retract": "{0.version} was retracted {1}", "refuse": "{0.version} was passed over: {0.why}"}
    return tuple(said[entry.kind].format(entry, gone.get(entry.version, "")) for entry in about if entry.kind in said)


def standing(entries: Sequence[LedgerEntry]) -> tuple[tuple[str, str], ...]:
    """What was taken back last, while what is served now follows from it: a word and its sentence each; nothing after a promotion."""
    live, last = live_among(entries), entries[-1] if entries else None
    if last is None or (live is not None and live.kind != "rollback"):
        return ()
    at = live.at if live else last.at
    by_this = [entry for entry in entries if entry.at == at]
    if gone := [entry for entry in by_this if entry.kind == "retract"]:
        over = [entry for entry in by_this if entry.kind == "refuse"]
        return (("RETRACTED", f"{gone[0].version} {retractions(entries)[gone[0].version]}"), *(("", one) for one in told(entries, over)))
    return (("rollback", f"from {live.previous_version or 'nothing'} {_by(live)}; {_instead(live, entries)}"),) if live else ()


def _by(said: LedgerEntry) -> str:
    why = f" because {said.why.rstrip('.')}" if said.why else ""
    return f"on {said.at[:10]} by {said.who}{why}"


def _instead(said: LedgerEntry, entries: Sequence[LedgerEntry]) -> str:
    if said.kind == "retract" and said.previous_version != said.version:
        return f"it was not live, {said.previous_version or 'nothing'} was"
    live = live_among([entry for entry in entries if entry.at <= said.at])  # by the same write
    return f"served again instead: {live.version}" if live else "nothing was served instead"
