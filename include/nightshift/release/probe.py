"""What a throw-away process does with a release: checksums, then the first load, then questions. Called through `isolation.call`.

A damaged native file can abort or hang the process that loads it, so no other process ever loads a release first.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

import numpy as np

from nightshift.nouns.bars import Bars
from nightshift.nouns.live_parity import Compared
from nightshift.nouns.panel import Panel, Rows, rows_of
from nightshift.nouns.record import Facts
from nightshift.nouns.release import FirstLoad, Parity, Release, ReleaseColumns, ReleaseLabel
from nightshift.nouns.scores import Scores
from nightshift.release import sample
from nightshift.release.score_differences import compared
from nightshift.release.signals import live_rows
from nightshift.release.signals.answering import answer, chosen_columns
from nightshift.release.signals.live_history import need_of
from nightshift.release.signals.parity import live_parity
from nightshift.storage import store
from nightshift.storage.night import Night, night_of

SINGLE_QUERIES = 30


def first_load(release: str) -> Facts:
    """Load a release and ask it its own sample: a `FirstLoad`."""
    folder = store.open_folder(release)
    fitted, load_seconds = _loaded(folder)
    return FirstLoad(load_seconds=load_seconds, **dict(_sampled(fitted, folder))).model_dump(mode="json")


def parity(release: str, night: str, out: str = "") -> Facts:
    """A `Parity`: rebuild the night's columns from its bars, score them with the release, and compare both with what training wrote.

    Then the same of the last sessions with no more history than the release says that it needs; its signals go into the folder `out`.
    """
    from nightshift.data.quality import clean_bars

    opened, folder, bars = night_of(night), store.open_folder(release), clean_bars(night_of(night))
    fitted, load_seconds = _loaded(folder)
    made, columns = Release.read(folder), ReleaseColumns.read(folder)
    panel = rebuilt(bars, columns)
    trained = Scores.of_model(opened.folder("models", made.family), panel)
    signals = answer(fitted, made, columns, ReleaseLabel.read(folder), bars, opened.market)
    if out:
        signals.write(Path(out))
    return Parity(
        load_seconds=load_seconds,
        sample=_sampled(fitted, folder),
        columns_differ=tuple(columns_that_differ(opened, panel)),
        parts={part: compared(fitted.predict(cut.rows), cut.score) for part, cut in trained.parts.items()},
        live=live_parity(fitted, columns, bars, panel, need_of(fitted, columns, opened.market.costs)),
        latest=live_rows.latest(signals, live_rows.due(bars, columns)),
        **timed(fitted, trained.rows),
        peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    ).model_dump(mode="json")


def predict(release: str, night: str, first_session: str, out: str) -> Facts:
    """Score the night's rows from `first_session` on with a release, by the release's own columns, into the folder `out`."""
    from nightshift.data.quality import clean_bars

    folder = store.open_folder(release)
    fitted, _ = _loaded(folder)
    panel = rebuilt(clean_bars(night_of(night)), ReleaseColumns.read(folder))
    asked = np.flatnonzero(panel.sessions >= np.datetime64(first_session, "D"))
    rows = rows_of(panel, asked, labelled=False)
    Scores(rows, np.full(len(rows), "asked"), fitted.predict(rows) if len(rows) else np.empty(0)).write(Path(out))
    return {"rows": len(rows)}


def rebuilt(bars: Bars, columns: ReleaseColumns) -> Panel:
    """The release's columns of all sessions, computed here and now; outcomes are not needed to predict."""
    from nightshift.data.columns import compute

    values = compute(bars, chosen_columns(columns))
    return Panel(bars.symbols, bars.sessions, tuple(columns.names), values, np.full(bars.shape, np.nan), label_reach=0)


def columns_that_differ(night: Night, panel: Panel) -> list[str]:
    """Columns whose rebuilt values are not, bit for bit, those of the column store."""
    from nightshift.data.columns import load_panel

    kept = load_panel(night.columns)
    symbol = np.array([panel.symbols.index(name) for name in kept.symbols])
    session = np.searchsorted(panel.sessions, kept.sessions)
    again = panel.values[np.ix_(symbol, session)]
    place = {name: index for index, name in enumerate(panel.names)}
    return [
        name
        for index, name in enumerate(kept.names)
        if name not in place or not np.array_equal(kept.values[:, :, index], again[:, :, place[name]], equal_nan=True)
    ]


def timed(fitted: Any, rows: Rows) -> dict[str, Any]:
    """Milliseconds of single-row answers and rows a second of one whole batch, after a warm-up."""
    rows = Rows(rows.panel, rows.symbol[-5000:], rows.session[-5000:])
    fitted.predict(Rows(rows.panel, rows.symbol[:1], rows.session[:1]))
    single = [
        _seconds(fitted, Rows(rows.panel, rows.symbol[i : i + 1], rows.session[i : i + 1])) for i in range(min(SINGLE_QUERIES, len(rows)))
    ]
    batch = _seconds(fitted, rows)
    return {
        "single_row_p50_ms": float(np.percentile(single, 50)) * 1000,
        "single_row_p95_ms": float(np.percentile(single, 95)) * 1000,
        "batch_rows": len(rows),
        "batch_rows_per_second": len(rows) / batch,
    }


def _sampled(fitted: Any, folder: Path) -> Compared:
    kept = sample.read(folder / sample.FILE)
    return compared(fitted.predict(kept.rows), kept.score)


def _seconds(fitted: Any, rows: Rows) -> float:
    started = time.perf_counter()
    fitted.predict(rows)
    return max(time.perf_counter() - started, 1e-9)


def _loaded(folder: Path) -> tuple[Any, float]:
    from nightshift import models

    started = time.perf_counter()
    return models.load(folder / "model"), time.perf_counter() - started
