"""What a throw-away process does for a night's signals: load what is served, answer for the next session, and answer last time's again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from nightshift.config import Market
from nightshift.errors import NightshiftError
from nightshift.nouns.dataset import BarBlocks
from nightshift.nouns.record import Facts
from nightshift.nouns.release import Release, ReleaseColumns, ReleaseLabel
from nightshift.nouns.signals import Signals
from nightshift.nouns.signals_record import Recheck, SignalsRecord
from nightshift.release.signals import rechecking
from nightshift.release.signals.answering import answer
from nightshift.release.signals.live_history import need_of, read_live
from nightshift.storage import store
from nightshift.storage.night import night_of


def signals(release: str, night: str, out: str, earlier: str) -> Facts:
    """Signals of a release, from a checked night's bars, into the folder `out`; and what those at `earlier` would be now, if any."""
    from nightshift.data.quality import blocks_of

    opened = night_of(night)
    blocks = blocks_of(opened)
    said(release, blocks, opened.market).write(Path(out))
    return {"recheck": again(earlier, blocks).model_dump(mode="json") if earlier else None}


def said(release: str, blocks: BarBlocks, market: Market, until: dt.date | None = None) -> Signals:
    """What a release says of the newest session, or of an earlier one as if no later bar were known."""
    from nightshift import models

    folder = store.open_folder(release)
    fitted, columns = models.load(folder / "model"), ReleaseColumns.read(folder)
    bars = read_live(blocks, need_of(fitted, columns, market.costs), until)
    return answer(fitted, Release.read(folder), columns, ReleaseLabel.read(folder), bars, market)


def again(earlier: str, blocks: BarBlocks) -> Recheck:
    """The signals at an address beside the same release's answer for their session from the bars of now."""
    folder = store.open_folder(earlier)
    record, then = SignalsRecord.read(folder), Signals.read(folder)
    assert then is not None  # only served signals are asked again
    try:
        now = said(record.release, blocks, night_of(record.night).market, record.session)
        return rechecking.recheck(record, then, now, blocks)
    except NightshiftError as failure:  # e.g. that release is gone: tonight's signals do not depend on it
        return rechecking.impossible(record, then, str(failure))
