"""What the served models said: of every night the one score a symbol that was acted upon, before its outcome was known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nightshift.nouns import scores
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.night_roles import CHAMPION
from nightshift.nouns.release import Release
from nightshift.storage import addresses, ledger, store
from nightshift.storage.night import Night, night_of


@dataclass(frozen=True, eq=False)
class Said:
    """The scores that one version gave for one session, acted upon when the next one opened."""

    session: dt.date
    version: str
    night: str  # where they were written down
    symbols: tuple[str, ...]
    score: np.ndarray


def nights_until(market: str, as_of: dt.datetime) -> list[Night]:
    """The last evaluated night of every session, of those opened for an instant not after `as_of`; oldest first."""
    opened = [night_of(where) for where in addresses.opened_nights(market)]
    known = sorted((night for night in opened if night.as_of <= as_of), key=lambda night: (night.session, night.as_of))
    return list({night.session: night for night in known if store.exists(night.stage("evaluation"))}.values())


def said_by(nights: Sequence[Night]) -> list[Said]:
    """What was said in each night by the version that is served after it; nights without one say nothing.

    Where a night kept no score of its last session, the next night that asked the same version about it is believed:
    a release is immutable, so it says the same again unless the vendor has revised that session's bars.
    """
    told = (_said(night, nights[i + 1 :]) for i, night in enumerate(nights))
    return [one for one in told if one is not None]


def _said(night: Night, later: Sequence[Night]) -> Said | None:
    made = ledger.promotion_of(night.address)
    version = made.version if made else champion_version(night)
    if not version:
        return None
    if made:  # the night's own release answers from this night on
        family = Release.read(store.path(made.release)).family
        symbols, score = scores.said(night.folder("models", family), night.session, family)
    else:
        symbols, score = scores.said(night.folder("evaluation"), night.session, CHAMPION)
    if len(symbols):
        return Said(night.session, version, night.address, symbols, score)
    for again in (one for one in later if champion_version(one) == version):
        symbols, score = scores.said(again.folder("evaluation"), night.session, CHAMPION)
        if len(symbols):
            return Said(night.session, version, again.address, symbols, score)
    return None


def champion_version(night: Night) -> str | None:
    """The version that was the champion when the night was judged."""
    return night.read(Evaluation, "evaluation").champion_version
