"""From a release's folder to a model that answers: checksums, a first load in a throw-away process, then here, and a warm-up."""

from __future__ import annotations

import logging
import timeit
from typing import Any

from nightshift.errors import ReleaseRefused
from nightshift.nouns.panel import Rows
from nightshift.nouns.release import Release, ReleaseColumns, ReleaseLabel
from nightshift.nouns.scores import Scores
from nightshift.release import sample
from nightshift.release.deployment import first_load
from nightshift.release.score_differences import compared
from nightshift.serving.served_model import QUICK_S, ServedModel
from nightshift.storage import store

LOG = logging.getLogger("nightshift.serving")


def loaded(market: str, version: str, address: str, since: str, known: set[str]) -> ServedModel:
    """The release, after it answered its own sample as in training: first elsewhere, where a damaged file may crash, then here.

    `known` are the seals of what answered elsewhere before: the same bytes are not asked there twice, and new ones join.
    """
    from nightshift import models

    folder = store.open_folder(address)  # every byte against its seal, before any native reader sees one
    seal = store.sha256_of(folder / store.SEAL)
    if seal not in known:
        _refuse_unless_equal(address, first_load(address).equal)
        known.add(seal)
    fitted, kept = models.load(folder / "model"), sample.read(folder / sample.FILE)
    _refuse_unless_equal(address, compared(fitted.predict(kept.rows), kept.score).equal)
    model = ServedModel(
        market=market, version=version, address=address, since=since, fitted=fitted, release=Release.read(folder),
        columns=ReleaseColumns.read(folder), label=ReleaseLabel.read(folder), is_quick=_seconds_a_row(fitted, kept) < QUICK_S,
    )  # fmt: skip
    LOG.info("%s %s is loaded and warm", market, version)
    return model


def _seconds_a_row(fitted: Any, kept: Scores) -> float:
    """The quickest of a few: what it takes when nobody else is busy."""
    one = Rows(kept.rows.panel, kept.rows.symbol[:1], kept.rows.session[:1])
    return min(timeit.repeat(lambda: fitted.predict(one), number=1, repeat=5))


def _refuse_unless_equal(address: str, equal: bool) -> None:
    if not equal:
        raise ReleaseRefused(
            expected=f"{address} to answer its own sample as in training",
            found="other scores",
            next_step="what answered before goes on; choose another version (nightshift history)",
        )
