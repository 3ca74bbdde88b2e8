"""Splits: which sessions may be learned from when which sessions are asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nightshift.data.splits.fold import Fold, Ordered
from nightshift.data.splits.forward import expanding, monte_carlo, rolling, walk_forward
from nightshift.data.splits.in_order import ordered
from nightshift.data.splits.purged import combinatorial_purged, paths, purged_k_fold, stratified_k_fold
from nightshift.data.splits.walked import blocks, matured

__all__ = ["SPLITTERS", "Fold", "Ordered", "blocks", "matured", "ordered", "paths"]

# Each is called as splitter(n_sessions, reach, **its own options) and yields folds of session indices.
SPLITTERS: dict[str, Callable[..., Iterator[Fold]]] = {
    splitter.__name__: splitter
    for splitter in (expanding, rolling, walk_forward, monte_carlo, purged_k_fold, combinatorial_purged, stratified_k_fold)
}
