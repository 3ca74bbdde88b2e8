"""Signals as files that others read: one table as Parquet and CSV, record and rows as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from nightshift.config import Costs
from nightshift.nouns.record import finite_or_none
from nightshift.nouns.signals import NUMBERS, Signals
from nightshift.nouns.signals_record import SignalCounts, SignalsRecord
from nightshift.proof.evaluation.targets import middle
from nightshift.storage import store

CSV, JSON = "signals.csv", "signals.json"


def write(record: SignalsRecord, said: Signals | None, folder: Path) -> None:
    """Write the record, and where there are signals their table in three forms."""
    record.write(folder)
    store.write_json(folder / JSON, as_facts(record, said))
    if said is None:
        return
    import pyarrow.csv
    import pyarrow.parquet as pq

    table = said.table(str(record.version), record.expires_at)
    pq.write_table(table, folder / Signals.FILE, compression="zstd")
    pyarrow.csv.write_csv(table, folder / CSV)


def as_facts(record: SignalsRecord, said: Signals | None) -> dict[str, Any]:
    """The record and every row, as JSON holds them."""
    return {**record.facts(), "signals": rows(said) if said else []}


def rows(said: Signals) -> list[dict[str, Any]]:
    """A mapping a symbol; none for a number that is not known."""
    columns = {name: getattr(said, name).tolist() for name in NUMBERS}
    return [
        {"symbol": symbol, **{name: finite_or_none(values[row]) for name, values in columns.items()}}
        for row, symbol in enumerate(said.symbols)
    ]


def counts(said: Signals, capital: float) -> SignalCounts:
    """The signals in a few numbers."""
    cost_bps = float(said.cost_bps.sum())
    return SignalCounts(
        symbols=len(said.symbols),
        answered=int(said.answered.sum()),
        long=int((said.position > 0).sum()),
        short=int((said.position < 0).sum()),
        gross_fraction=float(np.abs(said.position).sum()),
        net_fraction=float(said.position.sum()),
        turnover_fraction=float(np.abs(said.position - said.previous_position).sum()),
        cost_bps=cost_bps,
        cost_amount=cost_bps / 1e4 * capital,
    )


def strategy(costs: Costs, task: str) -> str:
    """How scores become positions, in words.

    >>> strategy(Costs(), "classification"), strategy(Costs(style="top_k", top_k=3), "regression")
    ('long_flat, scores above 0.5', 'top_k, the 3 best scores')
    """
    if costs.style == "top_k":
        return f"top_k, the {costs.top_k} best scores"
    held = f", held {costs.holding_sessions} sessions" if costs.style == "event" else ""
    return f"{costs.style}, scores above {middle(task, costs):g}{held}"
