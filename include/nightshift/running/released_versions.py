"""What people do with released versions: the registry beside the ledger first, then MLflow, which follows and never stops it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nightshift.nouns.release_note import ReleaseNote
    from nightshift.release.registry import Deletion


def note(market: str, version: str, text: str, who: str, at: dt.datetime) -> ReleaseNote:
    """Add a remark to a version's changelog; MLflow is told of it with the next promotion or night."""
    from nightshift.release import registry

    return registry.note(market, version, text, who, at=at)


def delete(market: str, version: str, who: str, why: str, at: dt.datetime) -> tuple[Deletion, str]:
    """Delete a version's folder, and its version in MLflow; why MLflow did not take it, or nothing."""
    from nightshift import tracking
    from nightshift.release import registry

    gone = registry.delete(market, version, who, why, at=at)
    return gone, tracking.follow(market)
