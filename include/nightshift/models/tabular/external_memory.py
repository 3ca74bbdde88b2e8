"""Boosting on more rows than memory holds: a table is gathered from the mapped panel a few sessions at a time, never as a whole.

XGBoost keeps its binned pages in a folder that is removed with the matrix; LightGBM holds one byte a value in memory.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nightshift.models.family import Context
from nightshift.nouns.panel import Rows

if TYPE_CHECKING:
    from types import TracebackType

    from lightgbm import Dataset, Sequence
    from xgboost import DataIter, ExtMemQuantileDMatrix

MIB = 1 << 20
ASKED_BYTES = 32 * MIB  # of one batch when a model is asked, whatever the budget
SHARE_OF_A_BATCH = 8  # of the budget: a batch lives beside its copy inside the library and its binned page
LIGHTGBM_SAMPLE_ROWS = (5_000, 200_000)  # to place its bins: as many as the budget affords, within these
SAMPLE_COPIES = 4  # LightGBM's sample in float64: its rows, their table, its columns, and the bins being placed


def needed(train: Rows, validate: Rows, context: Context) -> bool:
    """Would the gathered tables take more than the budget? Without a budget: never."""
    budget = context.memory_budget_mib
    return budget is not None and table_bytes(train) + table_bytes(validate) > budget * MIB


def table_bytes(rows: Rows) -> int:
    """What `rows.table` would take."""
    return len(rows) * len(rows.panel.names) * rows.panel.values.itemsize


def batches(rows: Rows, batch_bytes: int) -> Iterator[Rows]:
    """The rows in order, cut between sessions where that is possible, so that no table is much larger than `batch_bytes`.

    >>> from nightshift.nouns.panel import Panel, rows_of
    >>> days = np.datetime64("2026-11-16") + np.arange(4)
    >>> panel = Panel(("A", "B"), days, ("c",), np.zeros((2, 4, 1), np.float32), np.zeros((2, 4)), 1)
    >>> [batch.session.tolist() for batch in batches(rows_of(panel, np.arange(4)), 20)]
    [[0, 0, 1, 1], [2, 2, 3, 3]]
    """
    limit = max(batch_bytes // max(table_bytes(rows) // max(len(rows), 1), 1), 1)
    start = 0
    while start < len(rows):
        end = min(start + limit, len(rows))
        if end < len(rows):
            cut = int(np.searchsorted(rows.session, rows.session[end]))
            end = cut if cut > start else end
        yield part(rows, start, end)
        start = end


def part(rows: Rows, start: int, end: int) -> Rows:
    """Rows `start` to `end`, still not gathered."""
    return replace(rows, symbol=rows.symbol[start:end], session=rows.session[start:end])


def in_batches(ask: Callable[[Rows], Any], rows: Rows) -> np.ndarray:
    """What `ask` says of each row, asked a bounded table at a time."""
    said = [np.asarray(ask(batch), dtype=np.float64) for batch in batches(rows, ASKED_BYTES)]
    return np.concatenate(said) if said else np.empty(0)


class _Stopped(Exception):
    """Ctrl-C or a task's time-out came while rows were read. XGBoost keeps only ordinary exceptions for us and takes others for the
    end of the rows: the model would have learned from a part of them."""

    def __init__(self, by: BaseException) -> None:
        self.by = by
        super().__init__(str(by))


def _passed_on(kind: type[BaseException] | None, raised: BaseException | None, where: TracebackType | None) -> None:  # noqa: ARG001
    if raised is not None and not isinstance(raised, Exception):
        raise _Stopped(raised)


def xgboost_matrix(
    rows: Rows, weight: np.ndarray | None, context: Context, max_bin: int, ref: ExtMemQuantileDMatrix | None = None
) -> ExtMemQuantileDMatrix:
    """The binned matrix on disk: beside the checkpoints, else where temporary files go. The bins are those of the table as a whole."""
    import xgboost

    if context.checkpoints is not None:
        context.checkpoints.mkdir(parents=True, exist_ok=True)
    pages = Path(tempfile.mkdtemp(prefix="pages-", dir=context.checkpoints))
    with ExitStack() as when_it_fails:  # the folder goes, the error stays
        when_it_fails.callback(shutil.rmtree, pages, ignore_errors=True)
        source = _data_iterator(rows, weight, _batch_bytes(context), pages)
        try:
            matrix = xgboost.ExtMemQuantileDMatrix(source, nthread=context.threads, max_bin=max_bin, ref=ref)
        except _Stopped as stopped:
            raise stopped.by from None
        when_it_fails.pop_all()
    weakref.finalize(matrix, shutil.rmtree, pages, ignore_errors=True)
    return matrix


def _data_iterator(rows: Rows, weight: np.ndarray | None, batch_bytes: int, pages: Path) -> DataIter:
    import xgboost

    class Batches(xgboost.DataIter):
        def __init__(self) -> None:
            super().__init__(cache_prefix=str(pages / "page"))
            self.reset()

        def reset(self) -> None:
            self.left, self.done = batches(rows, batch_bytes), 0

        def next(self, input_data: Callable[..., Any]) -> bool:
            with ExitStack() as leaving:
                leaving.push(_passed_on)
                batch = next(self.left, None)
                if batch is None:
                    return False
                end = self.done + len(batch)
                weights = {} if weight is None else {"weight": weight[self.done : end]}
                input_data(data=batch.table, label=batch.label, feature_names=list(rows.panel.names), **weights)
                self.done = end
            return True

    return Batches()


def lightgbm_sample(train: Rows, context: Context) -> dict[str, int]:
    """How many rows LightGBM may look at to place its bins."""
    row_bytes = 8 * SAMPLE_COPIES * max(len(train.panel.names), 1)
    afforded = (context.memory_budget_mib or 0) * MIB // row_bytes
    return {"bin_construct_sample_cnt": int(np.clip(afforded, *LIGHTGBM_SAMPLE_ROWS))}


def lightgbm_dataset(rows: Rows, weight: np.ndarray | None, context: Context, **how: Any) -> Dataset:
    """A dataset that reads its rows in batches, also when it goes on from a checkpoint."""
    import lightgbm

    class Batched(lightgbm.Dataset):
        def _set_init_score_by_predictor(self, predictor: Any, data: Any, used_indices: Any) -> Dataset:
            if predictor is None:  # LightGBM itself can only score whole tables
                return super()._set_init_score_by_predictor(predictor, data, used_indices)
            return self.set_init_score(in_batches(lambda batch: predictor.predict(batch.table, raw_score=True), rows))

    return Batched(_sequence(rows, _batch_bytes(context)), rows.label, weight=weight, **how)


def _sequence(rows: Rows, limit_bytes: int) -> Sequence:
    import lightgbm

    class Lazy(lightgbm.Sequence):
        batch_size = max(limit_bytes // (8 * max(len(rows.panel.names), 1)), 1)

        def __getitem__(self, index: Any) -> np.ndarray:
            if isinstance(index, slice):
                return part(rows, index.start, index.stop).table.astype(np.float64)
            return rows.panel.values[rows.symbol[index], rows.session[index]].astype(np.float64)

        def __len__(self) -> int:
            return len(rows)

    return Lazy()


def _batch_bytes(context: Context) -> int:
    return max((context.memory_budget_mib or 0) * MIB // SHARE_OF_A_BATCH, MIB // 4)
