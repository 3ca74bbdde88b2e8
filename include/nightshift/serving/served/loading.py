"""From a release's folder to a model that answers: checksums, a first load in a throw-away process, then here, and a warm-up."""

from __future__ import annotations

import logging
import timeit
from dataclasses import replace

from nightshift.errors import ReleaseRefused
from nightshift.nouns.panel import Rows
from nightshift.nouns.release import Release, ReleaseColumns, ReleaseLabel
from nightshift.release import sample
from nightshift.release.deployment import first_load
from nightshift.release.score_differences import compared
from nightshift.serving.served.served_model import ServedModel
from nightshift.storage import store

QUICK_S = 0.0005  # to a thread and back takes a good third of it
LOG = logging.getLogger("nightshift.serving")


def loaded(market: str, version: str, address: str, since: str) -> ServedModel:
    """The release, after it answered its own sample as in training: first elsewhere, where a damaged file may crash, then here."""
    from nightshift import models

    folder = store.open_folder(address)  # every byte against its seal, before any native reader sees one
    _refuse_unless_equal(address, first_load(address).equal)
    model = ServedModel(
        market=market, version=version, address=address, since=since, fitted=models.load(folder / "model"),
        release=Release.read(folder), columns=ReleaseColumns.read(folder), label=ReleaseLabel.read(folder),
    )  # fmt: skip
    kept = sample.read(folder / sample.FILE)
    here = model.aside(model.fitted.predict, kept.rows).result()
    _refuse_unless_equal(address, compared(here, kept.score).equal)
    LOG.info("%s %s is loaded and warm", market, version)
    return replace(model, is_quick=model.answers_rows and model.aside(_row_seconds, model, kept.rows).result() <= QUICK_S)


def _row_seconds(model: ServedModel, rows: Rows) -> float:
    """What the answer for one row takes, now that the model is warm: the best of a few."""
    one = Rows(rows.panel, rows.symbol[:1], rows.session[:1])
    return min(timeit.repeat(lambda: model.fitted.predict(one), number=1, repeat=5))


def _refuse_unless_equal(address: str, equal: bool) -> None:
    if not equal:
        raise ReleaseRefused(
            expected=f"{address} to answer its own sample as in training",
            found="other scores",
            next_step="what answered before goes on; choose another version (nightshift history)",
        )
