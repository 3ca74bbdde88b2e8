"""A night that is one session longer against a night on the whole history: the columns stage and the reading of a folder, and equality.

    .venv/bin/python benchmarks/bench_incremental.py                 # 500 symbols × 1260 sessions
    .venv/bin/python benchmarks/bench_incremental.py --symbols 50

Processor time (user and system), because a machine may be shared. The whole history is computed in a home of its own, so that
nothing of the shorter one can be used again; then the values, labels, accounts and tables of both are compared bit by bit.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from nightshift import sessions
from nightshift.config import Market
from nightshift.data import columns, quality, snapshot, sources
from nightshift.data.sources import Query
from nightshift.data.sources.reading.keeping import unchanged_files
from nightshift.nouns.dataset import PanelRecord
from nightshift.nouns.options import Options
from nightshift.storage import store
from nightshift.storage.night import Night, night_of, open_night

R = TypeVar("R")
LAST = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
GOAL = 0.05


def market(n_symbols: int, n_sessions: int, **source: object) -> Market:
    """A market of so many symbols and sessions until the last night."""
    first = sessions.between("XNYS", dt.date(1960, 1, 1), LAST.date())[-n_sessions].item()
    simulated = {"kind": "simulated", "symbols": n_symbols, "first_session": first, "seed": 7}
    facts = {"market": "longer", "title": "Longer", "calendar": "XNYS", "source": source or simulated, "families": [{"name": "logistic"}]}
    return Market.model_validate(facts)


def checked(chosen: Market, as_of: dt.datetime) -> Night:
    """A night up to its clean bars."""
    night = night_of(open_night(chosen, as_of, snapshot.take(chosen, as_of), Options()))
    store.write(night.stage("check"), lambda folder: quality.check(night, folder))
    return night


def timed(work: Callable[[], R]) -> tuple[R, float]:
    """What the work returns, and the seconds of processor time that it took."""
    began = os.times()
    done = work()
    ended = os.times()
    return done, ended.user + ended.system - began.user - began.system


def at_home(home: Path) -> None:
    os.environ["NIGHTSHIFT_HOME"] = str(home)


def of_columns(chosen: Market, place: Path) -> float:
    """The share of the whole stage that one more session costs, after both were found equal."""
    before = LAST - dt.timedelta(days=1)
    at_home(place / "warm")
    columns.store_panel(checked(market(3, 300), LAST))
    at_home(place / "whole")
    night = checked(chosen, LAST)
    whole, whole_s = timed(lambda: columns.store_panel(night))
    expected = _facts(whole)
    at_home(place / "longer")
    columns.store_panel(checked(chosen, before))
    night = checked(chosen, LAST)
    longer, longer_s = timed(lambda: columns.store_panel(night))
    for name, fact in _facts(longer).items():
        assert fact == expected[name], f"{name} differs"
    share = longer_s / whole_s
    print(f"columns      whole {whole_s:6.2f} s   one session more {longer_s:6.3f} s   {share:6.1%}   the same {', '.join(expected)}")
    return longer_s / whole_s


def _facts(where: str) -> dict[str, object]:
    panel, record = columns.load_panel(where), PanelRecord.read(store.path(where))
    parts = [columns.open_part(where, part).to_table() for part in ("train", "validate", "test", "latest")]
    return {
        "address": where, "values": np.ascontiguousarray(panel.values).tobytes(), "label": panel.label.tobytes(),
        "rows by reason": record.rows, "left out": record.left_out, "split": record.split,
        "tables": [table.to_pandas().to_numpy().tolist() == [] or table.num_rows for table in parts],
    }  # fmt: skip


def of_reading(n_symbols: int, chosen: Market, place: Path) -> float:
    """The share of reading a whole folder that it costs after every file has grown by a line."""
    at_home(place / "reading")
    folder = place / "bars"
    folder.mkdir()
    query = Query(chosen.calendar, (), None, sessions.last_closed(chosen.calendar, LAST), LAST)
    rows = sources.fetch(chosen, query).to_pandas()
    lines = {}
    for symbol, of_symbol in rows.groupby("symbol"):
        text = of_symbol.drop(columns=["symbol", "observed_at", "adj_factor"]).to_csv(index=False).splitlines(keepends=True)
        lines[symbol] = text
        (folder / f"{symbol}.csv").write_text("".join(text[:-1]))
    files = market(n_symbols, 2, kind="folder", folder=str(folder))
    worth, unchanged_files.WORTH_BYTES = unchanged_files.WORTH_BYTES, 1 << 60
    first, whole_s = timed(lambda: sources.fetch(files, query))  # without a pack: neither read nor written
    unchanged_files.WORTH_BYTES = worth
    _, packing_s = timed(lambda: sources.fetch(files, query))
    _, same_s = timed(lambda: sources.fetch(files, query))
    few = list(lines)[: max(n_symbols // 100, 1)]
    for symbol in few:
        (folder / f"{symbol}.csv").write_text("".join(lines[symbol][:-2]))
    _, few_s = timed(lambda: sources.fetch(files, query))
    for symbol, text in lines.items():
        (folder / f"{symbol}.csv").write_text("".join(text))
    longer, longer_s = timed(lambda: sources.fetch(files, query))
    at_home(place / "reading-anew")
    assert longer.equals(sources.fetch(files, query)), "the folder is read otherwise"
    assert len(longer) == len(first) + n_symbols
    print(f"folder       whole {whole_s:6.2f} s   one line more    {longer_s:6.3f} s   {longer_s / whole_s:6.1%}   equal")
    print(f"             and a pack {packing_s:.2f} s; nothing new {same_s / whole_s:.1%}; {len(few)} files changed {few_s / whole_s:.1%}")
    return longer_s / whole_s


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--symbols", type=int, default=500)
    parser.add_argument("--sessions", type=int, default=1260)
    parser.add_argument("--only", choices=["columns", "folder"])
    asked = parser.parse_args()
    chosen = market(asked.symbols, asked.sessions)
    shares = {}
    with tempfile.TemporaryDirectory() as place:
        if asked.only != "folder":
            shares["columns"] = of_columns(chosen, Path(place))
        if asked.only != "columns":
            shares["folder"] = of_reading(asked.symbols, chosen, Path(place))
    missed = [name for name, share in shares.items() if share > GOAL]
    print(f"goal: {GOAL:.0%} of the whole: {'missed by ' + ', '.join(missed) if missed else 'reached'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
