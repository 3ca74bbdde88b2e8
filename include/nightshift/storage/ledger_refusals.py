"""What the ledger does not take. Asked inside the transaction that would write it, so that nobody writes in between."""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.errors import FenceRefused, ReleaseRefused
from nightshift.nouns.ledger_entry import Change, LedgerEntry
from nightshift.storage.ledger_lineage import live_among, retracted_among


def refuse_unless_live(change: Change, expected: str | None, served: LedgerEntry | None) -> None:
    """Compare-and-set: what was decided was decided against this version."""
    version = served.version if served else None
    if version != expected:
        judged = "run the night again: it is judged against what is served now"
        raise ReleaseRefused(
            expected=f"{change.market} to serve {expected or 'nothing'} as when this was decided",
            found=f"{version or 'nothing'}",
            next_step=judged if change.kind == "promote" else "look, then ask again",
        )


def refuse_older(change: Change, of_market: Sequence[LedgerEntry]) -> None:
    """The fence: what is promoted, and not forced by a person, is never of an older session than what is live."""
    served = live_among(of_market)
    if change.kind == "promote" and served is not None and change.session < served.session:
        raise FenceRefused(
            expected=f"a session not before {served.session}, which version {served.version}, the live one, was made from",
            found=f"a night of {change.session}",
            next_step="run tonight's night; to serve an older version use nightshift rollback",
        )


def refuse_retracted(change: Change, of_market: Sequence[LedgerEntry]) -> None:
    """Whoever asks, and however."""
    said = retracted_among(of_market).get(change.version)
    if said is not None:
        raise ReleaseRefused(
            expected=f"a version of {change.market} that may serve",
            found=f"{change.version}, retracted by {said.who}: {said.why}",
            next_step="choose another version (nightshift history); what was retracted never serves again",
        )
