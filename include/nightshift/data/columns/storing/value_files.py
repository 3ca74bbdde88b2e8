"""The files of a block of columns: values as they are mapped, facts that spare reading them, and what averages go on from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nightshift.storage import store
from nightshift.storage.joined_files import joined

VALUES, THERE, EXTREMES, CARRIES = "values.f32", "there.npy", "extremes.npy", "carries.npz"
_ROW_FLOATS = 16  # a session's values are padded to 64 bytes


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known of the columns of a panel without reading them."""

    present: np.ndarray  # bool (symbols, sessions): a member with a bar
    usable: np.ndarray  # bool (symbols, sessions): every column is known
    extremes: np.ndarray  # float32 (2, sessions, columns): least and most of all symbols, NaN where none is known


def values_of(addressed: Sequence[str], n_symbols: int, n_columns: int) -> np.ndarray:
    """float32 (symbols, sessions, columns) over all blocks, mapped: nothing is read before it is used."""
    row = _floats(n_symbols, n_columns)
    flat = joined([store.path(where) / VALUES for where in addressed]).view(np.float32)
    by_session = flat.reshape(-1, row)[:, : n_symbols * n_columns]
    strides = (n_columns * flat.itemsize, by_session.strides[0], flat.itemsize)
    shape = (n_symbols, len(by_session), n_columns)
    return np.lib.stride_tricks.as_strided(by_session, shape, strides, writeable=False)


def facts_of(addressed: Sequence[str]) -> Facts:
    """Of every session: who has a bar, whose columns are all known, and each column's least and most."""
    there, extremes = (
        np.concatenate([np.load(store.open_file(where, name), allow_pickle=False) for where in addressed], axis=1)
        for name in (THERE, EXTREMES)
    )
    return Facts(there > 0, there > 1, extremes)


def carried_by(where: str) -> dict[str, np.ndarray]:
    """What averages hold at the end of the block at an address."""
    with np.load(store.open_file(where, CARRIES), allow_pickle=False) as held:
        return dict(held)


def fill(folder: Path, values: np.ndarray, present: np.ndarray, held: dict[str, np.ndarray]) -> None:
    """Write the files of one block."""
    n_symbols, n_sessions, n_columns = values.shape
    padded = np.zeros((n_sessions, _floats(n_symbols, n_columns)), dtype=np.float32)
    padded[:, : n_symbols * n_columns] = values.transpose(1, 0, 2).reshape(n_sessions, -1)
    padded.tofile(folder / VALUES)
    extremes = np.stack([reduce(values, axis=0) for reduce in (np.fmin.reduce, np.fmax.reduce)])
    np.save(folder / THERE, present.astype(np.uint8) + np.isfinite(values).all(axis=2), allow_pickle=False)
    np.save(folder / EXTREMES, extremes, allow_pickle=False)
    np.savez(folder / CARRIES, **held)  # type: ignore[arg-type]


def _floats(n_symbols: int, n_columns: int) -> int:
    return -(-n_symbols * n_columns // _ROW_FLOATS) * _ROW_FLOATS
