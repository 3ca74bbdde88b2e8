"""One night's leak hunt: every step of the chain from bars to what a model is fitted on."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data import bar_blocks, columns, labels, quality
from nightshift.data.quality.cleaning import Cleaned, clean
from nightshift.data.quality.evidence.market_moves import MarketMoves
from nightshift.data.quality.finding import Trading
from nightshift.errors import LeakFound
from nightshift.models import FAMILIES, Context
from nightshift.nouns.leak_hunt import LeakHunt
from nightshift.nouns.quality import QualityAccount
from nightshift.proof.sentinel import history, hunted_cleaning, hunted_columns, hunted_labels, hunted_preparations
from nightshift.proof.sentinel.comparing import Finding
from nightshift.proof.sentinel.history import History
from nightshift.storage import store
from nightshift.storage.night import Night

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.nouns.panel import Panel

CLEANED_SYMBOLS = 8  # whose rows are cleaned again; half of them of those of whom something was dropped
OFFENCES_KEPT = 20


def hunt(night: Night, folder: Path) -> None:
    """Write the night's `LeakHunt`."""
    began = time.perf_counter()
    seed = int(store.fingerprint([night.address])[:8], 16)
    random = np.random.default_rng(seed)
    where = night.columns
    panel = columns.load_panel(where, verified=False)  # not compared with its seal: what it must be is computed here
    bars = history.read(
        store.path(night.stage("check")) / "bars.parquet", panel.symbols, panel.sessions, bar_blocks.members(quality.blocks_of(night))
    )
    found = _cleaning(night, random) + _columns(panel, bars, random) + _label(night, panel, bars, random)
    found += _preparations(night, where, panel, random)
    LeakHunt(
        clean=not found.offences, seed=seed, seconds=time.perf_counter() - began, columns=len(panel.names),
        looks=found.looks, offences=found.offences[:OFFENCES_KEPT],
    ).write(folder)  # fmt: skip


def refuse_unless_clean(night: Night) -> None:
    """Raise `LeakFound`, naming who knew the future, where and when, unless the hunt came back with nothing."""
    hunted = night.read(LeakHunt, "leak_hunt")
    if hunted.clean:
        return
    first, others = hunted.offences[0], len({(one.step, one.name) for one in hunted.offences}) - 1
    raise LeakFound(
        expected=f"the past to stay bit for bit what it is in market {night.market.market}, whatever follows",
        found=first.sentence + (f"; {others} more know it too" if others else ""),
        next_step=f"let {first.step} {first.name} look back only, or leave it out of the market file; nothing was trained",
    )


def _cleaning(night: Night, random: np.random.Generator) -> Finding:
    known = QualityAccount.read(store.path(night.stage("check")))
    judged = random.permutation(sorted({example.symbol for example in known.examples})).tolist()
    rows = _received(store.path(night.snapshot) / "bars.parquet", judged, random)

    market = MarketMoves.read(store.path(night.stage("check")))  # of all symbols: only each one's own bars have another future
    trading, first = Trading.of(night.market), night.market.first_session

    def again(table: pa.Table) -> Cleaned:
        return clean(table, night.market.calendar, night.session, night.as_of, first, trading=trading, market=market)

    return hunted_cleaning.hunt(hunted_cleaning.received(rows), again, random)


def _received(file: Path, judged: list[str], random: np.random.Generator) -> pa.Table:
    """Rows of a few symbols, half of them from among the judged: of two groups of rows, for a large file is not read whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = pq.ParquetFile(file, read_dictionary=["symbol"])
    at = rows.schema_arrow.names.index("symbol")
    spans = [rows.metadata.row_group(group).column(at).statistics for group in range(rows.num_row_groups)]
    of_judged = [group for group, span in enumerate(spans) if judged and span.min <= judged[0] <= span.max]
    read = rows.read_row_groups(sorted({*of_judged[:1], int(random.integers(rows.num_row_groups))}))
    names = read["symbol"].unify_dictionaries().combine_chunks()
    there = random.permutation(sorted(names.unique().to_pylist())).tolist()
    chosen = list(dict.fromkeys([*[name for name in judged if name in there][: CLEANED_SYMBOLS // 2], *there]))[:CLEANED_SYMBOLS]
    mask = np.isin(np.array(names.dictionary.to_pylist(), dtype=object), chosen)[names.indices.to_numpy(zero_copy_only=False)]
    left = read.filter(pa.array(mask))
    return left.set_column(at, "symbol", left["symbol"].cast(pa.string())).combine_chunks()


def _columns(panel: Panel, bars: History, random: np.random.Generator) -> Finding:
    made = hunted_columns.Made(bars, [columns.COLUMNS[name] for name in panel.names], panel.values)
    return hunted_columns.hunt(made, random)


def _label(night: Night, panel: Panel, bars: History, random: np.random.Generator) -> Finding:
    choice = night.market.label
    return hunted_labels.hunt(bars, choice.kind, panel.label, panel.label_reach, lambda other: labels.label(other, choice)[0], random)


def _preparations(night: Night, where: str, panel: Panel, random: np.random.Generator) -> Finding:
    context = Context(night.market.label.task, night.market.execution.seed, night.market.execution.threads)
    families = [(FAMILIES[name], night.params(name)) for name in night.families]
    return hunted_preparations.hunt(panel, columns.load_split(where), families, context, random)
