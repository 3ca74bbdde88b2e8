"""One night's leak hunt: every step of the chain from bars to what a model is fitted on."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data import columns, labels, quality
from nightshift.data.quality.cleaning import Cleaned, clean
from nightshift.errors import LeakFound
from nightshift.models import FAMILIES, Context
from nightshift.nouns.leak_hunt import LeakHunt
from nightshift.nouns.quality import QualityAccount
from nightshift.sentinel import hunted_cleaning, hunted_columns, hunted_labels, hunted_preparations
from nightshift.sentinel.comparing import Finding
from nightshift.storage import store
from nightshift.storage.night import Night

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.nouns.bars import Bars
    from nightshift.nouns.panel import Panel

CLEANED_SYMBOLS = 12  # whose rows are cleaned again; half of them of those of whom something was dropped
OFFENCES_KEPT = 20


def hunt(night: Night, folder: Path) -> None:
    """Write the night's `LeakHunt`."""
    began = time.perf_counter()
    seed = int(store.fingerprint([night.address])[:8], 16)
    random = np.random.default_rng(seed)
    where = night.columns
    panel, bars = (
        columns.load_panel(where, verified=False),
        quality.clean_bars(night, verified=False),
    )  # what they must be is found out here
    found = _cleaning(night, panel.symbols, random) + _columns(panel, bars, random) + _label(night, panel, bars, random)
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


def _cleaning(night: Night, symbols: tuple[str, ...], random: np.random.Generator) -> Finding:
    import pyarrow as pa
    import pyarrow.parquet as pq

    known = QualityAccount.read(store.path(night.stage("check")))
    file = store.path(night.snapshot) / "bars.parquet"
    judged = sorted({example.symbol for example in known.examples})
    chosen = [*random.permutation(judged).tolist()[: CLEANED_SYMBOLS // 2], *random.permutation(symbols).tolist()[:CLEANED_SYMBOLS]]
    chosen = list(dict.fromkeys(chosen))[:CLEANED_SYMBOLS]
    everyone = pq.read_table(file, read_dictionary=["symbol"], partitioning=None)
    names = everyone["symbol"].combine_chunks()
    mask = np.isin(np.array(names.dictionary.to_pylist(), dtype=object), chosen)[names.indices.to_numpy(zero_copy_only=False)]
    rows = everyone.filter(pa.array(mask))
    rows = rows.set_column(rows.column_names.index("symbol"), "symbol", rows["symbol"].cast(pa.string())).combine_chunks()

    def again(table: pa.Table) -> Cleaned:
        return clean(table, night.market.calendar, night.session, night.as_of)

    return hunted_cleaning.hunt(hunted_cleaning.received(rows), again, random)


def _columns(panel: Panel, bars: Bars, random: np.random.Generator) -> Finding:
    made = hunted_columns.Made(bars, [columns.COLUMNS[name] for name in panel.names], panel.values)
    return hunted_columns.hunt(made, random)


def _label(night: Night, panel: Panel, bars: Bars, random: np.random.Generator) -> Finding:
    choice = night.market.label
    return hunted_labels.hunt(bars, choice.kind, panel.label, panel.label_reach, lambda other: labels.label(other, choice)[0], random)


def _preparations(night: Night, where: str, panel: Panel, random: np.random.Generator) -> Finding:
    context = Context(night.market.label.task, night.market.execution.seed, night.market.execution.threads)
    families = [(FAMILIES[name], night.params(name)) for name in night.families]
    return hunted_preparations.hunt(panel, columns.load_split(where), families, context, random)
