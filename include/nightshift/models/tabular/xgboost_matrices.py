"""XGBoost's binned matrices: in memory, or as pages in a folder that is removed with the matrix."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nightshift.models.batches import batch_bytes, batches
from nightshift.models.family import Context
from nightshift.nouns.panel import Rows

if TYPE_CHECKING:
    from types import TracebackType

    from xgboost import DataIter, DMatrix


def gathered(rows: Rows, weight: np.ndarray | None, like: DMatrix | None, max_bin: int, context: Context) -> DMatrix:
    """The binned matrix in memory, with the bins of `like` where there is one."""
    import xgboost

    names = list(rows.panel.names)
    return xgboost.QuantileDMatrix(
        rows.table, rows.label, weight=weight, ref=like, nthread=context.threads, max_bin=max_bin, feature_names=names
    )


def paged(rows: Rows, weight: np.ndarray | None, like: DMatrix | None, max_bin: int, context: Context) -> DMatrix:
    """The binned matrix on disk: beside the checkpoints, else where temporary files go. The bins are those of the table as a whole."""
    import xgboost

    if context.checkpoints is not None:
        context.checkpoints.mkdir(parents=True, exist_ok=True)
    pages = Path(tempfile.mkdtemp(prefix="pages-", dir=context.checkpoints))
    with ExitStack() as when_it_fails:  # the folder goes, the error stays
        when_it_fails.callback(shutil.rmtree, pages, ignore_errors=True)
        source = _data_iterator(rows, weight, batch_bytes(context), pages)
        try:
            matrix = xgboost.ExtMemQuantileDMatrix(source, nthread=context.threads, max_bin=max_bin, ref=like)
        except _Stopped as stopped:
            raise stopped.by from None
        when_it_fails.pop_all()
    weakref.finalize(matrix, shutil.rmtree, pages, ignore_errors=True)
    return matrix


class _Stopped(Exception):
    """Ctrl-C or a task's time-out came while rows were read. XGBoost keeps only ordinary exceptions for us and takes others for the
    end of the rows: the model would have learned from a part of them."""

    def __init__(self, by: BaseException) -> None:
        self.by = by
        super().__init__(str(by))


def _passed_on(kind: type[BaseException] | None, raised: BaseException | None, where: TracebackType | None) -> None:  # noqa: ARG001
    if raised is not None and not isinstance(raised, Exception):
        raise _Stopped(raised)


def _data_iterator(rows: Rows, weight: np.ndarray | None, limit_bytes: int, pages: Path) -> DataIter:
    import xgboost

    class Batches(xgboost.DataIter):
        def __init__(self) -> None:
            super().__init__(cache_prefix=str(pages / "page"))
            self.reset()

        def reset(self) -> None:
            self.left, self.done = batches(rows, limit_bytes), 0

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
