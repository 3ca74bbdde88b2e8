"""Marking a release as never to serve again. Where it is the live one, the same write serves the version that was live before it came.

One transaction: the retraction, an entry for each version below that is damaged and passed over, and the rollback that follows.
Killed after it, `settling` finishes from the ledger alone, and so does whoever asks again. Where no earlier version may serve, the
market serves nothing, and its next night is judged as a first one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from nightshift.config import Market, known
from nightshift.errors import ReleaseRefused
from nightshift.nouns.ledger_entry import Change, Kind, LedgerEntry
from nightshift.release import settling
from nightshift.release.served_again import again, refuse_unless_whole
from nightshift.release.signals import publishing
from nightshift.storage import ledger
from nightshift.storage.ledger_lineage import lineage, live_among, retracted_among


@dataclass(frozen=True)
class Retraction:
    """What a retraction would come to."""

    gone: Change
    was_live: bool
    serves: str | None  # what is live after it; none: nothing
    passed_over: tuple[Change, ...]  # damaged ones that cannot take over, each with why, newest first
    was_cut_off: bool = False  # it is in the ledger already, and what follows from it is not done


@dataclass(frozen=True)
class Retracted:
    """What a retraction came to."""

    entry: LedgerEntry  # as whoever retracted it first wrote it
    was_live: bool
    serves: str | None
    passed_over: tuple[LedgerEntry, ...]
    was_cut_off: bool


def retract(market: Market, version: str, who: str, why: str, *, at: dt.datetime | None = None) -> Retracted:
    """The version never serves again; refused without a reason, and where it is retracted already and nothing is left to do."""
    name = market.market
    planned = would_retract(market, version, who, why)
    if not planned.was_cut_off:
        seen = version if planned.was_live else planned.serves
        ledger.append_all(_changes(planned), at=at or dt.datetime.now(dt.UTC), expected_live=seen)
    settling.settle(name)
    entries = ledger.entries(name)
    said, *passed_over = _written(entries, version)
    return Retracted(said, planned.was_live, _version(live_among(entries)), tuple(passed_over), planned.was_cut_off)


def would_retract(market: Market, version: str, who: str, why: str) -> Retraction:
    """What a retraction would come to, or what is left to do of one that was cut off; refused as the retraction would be."""
    name = market.market
    entries = ledger.entries(name)
    released = {entry.version: entry for entry in entries if entry.released}
    chosen = released[known(f"version of {name}", version, released)]
    if said := retracted_among(entries).get(version):
        _refuse_finished(market, said)
        return Retraction(
            said, said.previous_version == version, _version(live_among(entries)), tuple(_written(entries, version)[1:]), True
        )
    if not why.strip():
        raise ReleaseRefused(expected=f"why {version} is retracted", found="nothing", next_step="say why: the ledger keeps it")
    gone, live = _about(chosen, "retract", who, why), _version(live_among(entries))
    if live != version:
        return Retraction(gone, False, live, ())
    return _taken_over(gone, [released[below] for below in reversed(lineage(entries)[:-1])])


def _refuse_finished(market: Market, said: LedgerEntry) -> None:
    if settling.is_settled(market.market) and not publishing.owes(market):
        raise ReleaseRefused(
            expected=f"a version of {market.market} that is not retracted yet",
            found=f"{said.version}, retracted by {said.who} on {said.at[:10]}: {said.why}",
            next_step="nothing is to do: it never serves again",
        )


def _taken_over(gone: Change, below: Sequence[LedgerEntry]) -> Retraction:
    """By the newest below the live one that is whole; a damaged one is passed over, for what is retracted must go."""
    passed_over: list[Change] = []
    for entry in below:
        try:
            refuse_unless_whole(entry)
        except ReleaseRefused as failure:
            passed_over.append(_about(entry, "refuse", gone.who, f"it cannot take over from {gone.version}: {failure.found}"))
            continue
        return Retraction(gone, True, entry.version, tuple(passed_over))
    return Retraction(gone, True, None, tuple(passed_over))


def _changes(planned: Retraction) -> list[Change]:
    gone, serves = planned.gone, planned.serves
    before = ledger.promotion(gone.market, serves) if planned.was_live and serves else None
    return [gone, *planned.passed_over, *([again(before, gone.who, f"{gone.version} was retracted: {gone.why}")] if before else [])]


def _written(entries: Sequence[LedgerEntry], version: str) -> list[LedgerEntry]:
    """The entry that retracted a version, and those of what was passed over for it."""
    said = retracted_among(entries)[version]
    after = entries[entries.index(said) + 1 :]
    return [said, *takewhile(lambda entry: entry.kind == "refuse", after)]


def _version(live: LedgerEntry | None) -> str | None:
    return live.version if live else None


def _about(released: LedgerEntry, kind: Kind, who: str, why: str) -> Change:
    facts = {field: getattr(released, field) for field in Change.model_fields}
    return Change(**facts | {"kind": kind, "who": who or "unnamed", "why": why})
