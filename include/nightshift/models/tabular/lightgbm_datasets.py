"""LightGBM's binned data sets: from a gathered table, or read in batches and held as one byte a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nightshift.models.batches import batch_bytes, budget_bytes, in_batches, part
from nightshift.models.family import Context
from nightshift.nouns.panel import Rows

if TYPE_CHECKING:
    from lightgbm import Dataset, Sequence

SAMPLE_ROWS = (5_000, 200_000)  # to place the bins: as many as the budget affords, within these
SAMPLE_COPIES = 4  # of the sample in float64: its rows, their table, its columns, and the bins being placed


def sampled_rows(train: Rows, context: Context) -> int:
    """How many rows LightGBM may look at to place its bins."""
    row_bytes = 8 * SAMPLE_COPIES * max(len(train.panel.names), 1)
    return int(np.clip(budget_bytes(context) // row_bytes, *SAMPLE_ROWS))


def gathered(rows: Rows, weight: np.ndarray | None, like: Dataset | None, **how: Any) -> Dataset:
    """A dataset of the whole table, with the bins of `like` where there is one."""
    import lightgbm

    return lightgbm.Dataset(rows.table, rows.label, weight=weight, reference=like, **how)


def batched(rows: Rows, weight: np.ndarray | None, like: Dataset | None, context: Context, **how: Any) -> Dataset:
    """A dataset that reads its rows in batches, also when it goes on from a checkpoint."""
    import lightgbm

    class Batched(lightgbm.Dataset):
        def _set_init_score_by_predictor(self, predictor: Any, data: Any, used_indices: Any) -> Dataset:
            if predictor is None:  # LightGBM itself can only score whole tables
                return super()._set_init_score_by_predictor(predictor, data, used_indices)
            return self.set_init_score(in_batches(lambda batch: predictor.predict(batch.table, raw_score=True), rows))

    return Batched(_sequence(rows, batch_bytes(context)), rows.label, weight=weight, reference=like, **how)


def _sequence(rows: Rows, limit_bytes: int) -> Sequence:
    import lightgbm

    class Lazy(lightgbm.Sequence):
        batch_size = max(limit_bytes // (8 * max(len(rows.panel.names), 1)), 1)

        def __getitem__(self, index: Any) -> np.ndarray:
            if isinstance(index, slice):
                return part(rows, index.start, index.stop).table.astype(np.float64)
            return part(rows, index, index + 1).table[0].astype(np.float64)

        def __len__(self) -> int:
            return len(rows)

    return Lazy()
