"""A forest as plain arrays: what is saved, and how it is asked, without scikit-learn and without pickle."""

from __future__ import annotations

from dataclasses import dataclass, fields
from io import BytesIO
from typing import Any

import numpy as np

from nightshift.errors import Damaged

ROWS_AT_ONCE = 2_048


@dataclass(frozen=True, eq=False)
class Trees:
    """The nodes of all trees in one row of arrays. A leaf is its own child, so that every row may take `depth` steps."""

    roots: np.ndarray  # int32 (trees,)
    column: np.ndarray  # int32 (nodes,): the column a node splits on; 0 in a leaf
    threshold: np.ndarray  # float64 (nodes,): a value at most this goes left
    left: np.ndarray  # int32 (nodes,)
    right: np.ndarray  # int32 (nodes,)
    value: np.ndarray  # float64 (nodes,): P(1), or the mean return
    depth: int


def grown(tree: Any, *, probability: bool) -> Trees:
    """One tree of scikit-learn as arrays."""
    leaf, own = tree.children_left < 0, np.arange(tree.node_count)
    value = tree.value[:, 0, :]
    return Trees(
        roots=np.zeros(1, dtype=np.int32),
        column=np.where(leaf, 0, tree.feature).astype(np.int32),
        threshold=np.where(leaf, 0.0, tree.threshold),
        left=np.where(leaf, own, tree.children_left).astype(np.int32),
        right=np.where(leaf, own, tree.children_right).astype(np.int32),
        value=(value[:, 1] / value.sum(axis=1) if probability else value[:, 0]).astype(np.float64),
        depth=int(tree.max_depth),
    )


def together(forests: list[Trees]) -> Trees:
    """Several forests as one."""
    starts = np.cumsum([0, *(len(f.column) for f in forests)])[:-1].astype(np.int32)
    shifted = {
        name: np.concatenate([getattr(f, name) + at for f, at in zip(forests, starts, strict=True)]) for name in ("roots", "left", "right")
    }
    kept = {name: np.concatenate([getattr(f, name) for f in forests]) for name in ("column", "threshold", "value")}
    return Trees(**shifted, **kept, depth=max(f.depth for f in forests))


def predict(trees: Trees, table: np.ndarray) -> np.ndarray:
    """The mean over all trees of the leaf that each row falls into."""
    blocks = [_mean_leaf(trees, table[at : at + ROWS_AT_ONCE]) for at in range(0, len(table), ROWS_AT_ONCE)]
    return np.concatenate([*blocks, np.empty(0)])


def contributions(trees: Trees, table: np.ndarray) -> np.ndarray:
    """What each column's splits moved each row's score by, on its way from the roots to the leaves: (rows, columns)."""
    moved = np.zeros(table.shape)
    row = np.arange(len(table))[:, None]
    node = np.broadcast_to(trees.roots, (len(table), len(trees.roots)))
    for _ in range(trees.depth):
        child = _step(trees, table, node)
        np.add.at(moved, (np.broadcast_to(row, node.shape), trees.column[node]), trees.value[child] - trees.value[node])
        node = child
    return moved / len(trees.roots)


def to_bytes(trees: Trees) -> bytes:
    """The arrays as `.npz`."""
    held = BytesIO()
    np.savez_compressed(held, allow_pickle=False, **{f.name: np.asarray(getattr(trees, f.name)) for f in fields(Trees)})
    return held.getvalue()


def from_bytes(data: bytes) -> Trees:
    """The trees that `to_bytes` wrote; indices that would lead out of the arrays, or round in circles, are refused."""
    with np.load(BytesIO(data), allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    trees = Trees(**{**arrays, "depth": int(arrays["depth"])})
    own, last = np.arange(len(trees.column)), len(trees.column)
    for child in (trees.left, trees.right):
        if child.shape != own.shape or not ((child >= own) & (child < last)).all():
            raise Damaged(
                expected="a forest whose nodes lead forward",
                found="a node that leads back or out",
                next_step="restore the model from a copy",
            )
    return trees


def _mean_leaf(trees: Trees, table: np.ndarray) -> np.ndarray:
    node = np.broadcast_to(trees.roots, (len(table), len(trees.roots)))
    for _ in range(trees.depth):
        node = _step(trees, table, node)
    return trees.value[node].mean(axis=1)


def _step(trees: Trees, table: np.ndarray, node: np.ndarray) -> np.ndarray:
    value = np.take_along_axis(table, trees.column[node], axis=1)
    return np.where(value <= trees.threshold[node], trees.left[node], trees.right[node])
