"""A release that is to serve again: whether it can, and what the ledger is told."""

from __future__ import annotations

from nightshift.errors import NightshiftError, ReleaseRefused
from nightshift.nouns.ledger_entry import Change, LedgerEntry
from nightshift.release import deployment
from nightshift.storage import store


def refuse_unless_whole(target: LedgerEntry) -> None:
    """Its bytes against their seal, and its own sample asked again in a throw-away process."""
    try:
        store.open_folder(target.release)
        compared = deployment.first_load(target.release)
    except NightshiftError as failure:
        raise ReleaseRefused(
            expected=f"version {target.version} whole and able to answer",
            found=f"{failure.found} (expected {failure.expected})".replace(f"{store.home()}/", ""),
            next_step="what is served stays; choose another version (nightshift history), or restore the folder from a copy",
        ) from failure
    if not compared.equal:
        raise ReleaseRefused(
            expected=f"version {target.version} to answer as in training",
            found=f"a difference of {compared.largest_difference} on its sample",
            next_step="what is served stays; choose another version (nightshift history)",
        )


def again(target: LedgerEntry, who: str, why: str) -> Change:
    """The entry by which it is live again."""
    return Change(
        market=target.market,
        kind="rollback",
        version=target.version,
        release=target.release,
        night=target.night,
        session=target.session,
        as_of=target.as_of,
        who=who or "unnamed",
        why=why,
        evidence=target.evidence,
    )
