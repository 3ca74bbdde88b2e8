"""Columns in blocks of sessions: a block's address says all bars until its end, so whoever has the same bars has the same block.

Only blocks that nobody has made yet are computed; they go on from the block before, to the last bit what the whole history gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nightshift.data import bar_blocks
from nightshift.data.bar_blocks import BLOCK_SESSIONS, ends_of
from nightshift.data.columns.column import Column
from nightshift.data.columns.going_on import WINDOW_BARS, go_on, nothing_before, reaches_back
from nightshift.data.columns.storing.value_files import VALUES, carried_by, facts_of, fill, values_of
from nightshift.nouns.bars import Bars
from nightshift.nouns.dataset import BarBlocks
from nightshift.storage import addresses, fingerprints, store

_BLOCKS_AT_ONCE = 32  # so that a long history does not have to fit into memory
_NIGHTS_BACK = 10  # a block that was begun longer ago is computed from its first session


def made(market: str, bars: BarBlocks, columns: Sequence[Column]) -> list[str]:
    """The addresses of the blocks, after those that are missing were computed."""
    chain = _chain(bars, [column.name for column in columns])
    ends = ends_of(len(bars.sessions))
    addressed = [_address(market, bars, chain[place], first, stop) for place, (first, stop) in enumerate(ends)]
    missing = next((place for place, where in enumerate(addressed) if not store.exists(where)), len(addressed))
    for first in range(missing, len(addressed), _BLOCKS_AT_ONCE):
        begun = _begun(market, bars, chain[first], *ends[first]) if first == missing else None
        before = begun or (addressed[first - 1] if first else None)
        carried = carried_by(before) if before else nothing_before(len(bars.symbols))
        _make(bars, columns, addressed[first : first + _BLOCKS_AT_ONCE], first, Begun(carried, begun))
    return addressed


def without(market: str, bars: BarBlocks, whole: Sequence[str], columns: Sequence[Column], places: list[int]) -> list[str]:
    """The addresses of blocks of some columns only, after those that are missing were copied out of the blocks of all."""
    chain = _chain(bars, [columns[place].name for place in places])
    addressed = []
    for at, (first, stop) in enumerate(ends_of(len(bars.sessions))):
        addressed.append(_address(market, bars, chain[at], first, stop))
        if not store.exists(addressed[-1]):
            store.open_file(whole[at], VALUES)
            values = values_of([whole[at]], len(bars.symbols), len(columns))[:, :, places]
            there, held = facts_of([whole[at]]).present, carried_by(whole[at])
            store.write(addressed[-1], lambda folder, of=values, there=there, held=held: fill(folder, of, there, held))  # type: ignore[misc]
    return addressed


@dataclass(frozen=True, eq=False)
class Begun:
    """What a stretch goes on from: what averages held, and the block of an earlier night that holds the beginning of its first."""

    carried: dict[str, np.ndarray]
    where: str | None

    def values(self, n_symbols: int, n_columns: int) -> np.ndarray:
        """The sessions of that block; none where there is no such block."""
        if self.where is None:
            return np.empty((n_symbols, 0, n_columns), dtype=np.float32)
        store.open_file(self.where, VALUES)
        return values_of([self.where], n_symbols, n_columns)


def _chain(bars: BarBlocks, names: list[str]) -> list[str]:
    """For every block what its address begins with: all that was before it, the columns and their code."""
    keys = [store.fingerprint([bars.symbols, names, fingerprints.of(fingerprints.PANEL)])]
    for first, stop in ends_of(len(bars.sessions)):
        keys.append(store.fingerprint([keys[-1], bars.digests[first:stop]]))
    return keys


def _address(market: str, bars: BarBlocks, before: str, first: int, stop: int) -> str:
    return addresses.value_block(market, store.fingerprint([before, bars.digests[first:stop]])[:16])


def _begun(market: str, bars: BarBlocks, before: str, first: int, stop: int) -> str | None:
    """The longest block that an earlier night made of the beginning of this one."""
    shorter = (_address(market, bars, before, first, end) for end in range(stop - 1, max(first, stop - _NIGHTS_BACK - 1), -1))
    return next((where for where in shorter if store.exists(where)), None)


def _make(bars: BarBlocks, columns: Sequence[Column], addressed: Sequence[str], first: int, begun: Begun) -> None:
    """Compute neighbouring blocks in one go and write each."""
    ends = ends_of(len(bars.sessions))[first : first + len(addressed)]
    old = begun.values(len(bars.symbols), len(columns))
    start, stop = ends[0][0], ends[-1][1]
    n_new = stop - start - old.shape[1]
    stretch = _with_enough_before(bars, first, stop, n_new, begun.carried)
    near = _only_enough_before(stretch, n_new, begun.carried)
    computed = go_on(near, columns, [end - stop + n_new for _, end in ends], begun.carried, n_new)
    values = np.concatenate([old, computed.values], axis=1) if old.shape[1] else computed.values
    present = stretch.eligible[:, len(stretch.sessions) - (stop - start) :]
    for where, (begin, end), held in zip(addressed, ends, computed.carries, strict=True):
        span = slice(begin - start, end - start)
        of_block, there = values[:, span], present[:, span]
        store.write(where, lambda folder, of=of_block, there=there, held=held: fill(folder, of, there, held))  # type: ignore[misc]


def _with_enough_before(bars: BarBlocks, first: int, stop: int, n_new: int, carried: dict[str, np.ndarray]) -> Bars:
    """The bars of a stretch, with as many blocks before it as its windows reach back over."""
    back = min(first, 1)
    while True:
        until = bars.model_copy(update={"sessions": bars.sessions[:stop], "blocks": bars.blocks[: -(-stop // BLOCK_SESSIONS)]})
        stretch = bar_blocks.load(until, first - back)
        if back == first or reaches_back(stretch, n_new, carried):
            return stretch
        back = min(2 * back, first)


def _only_enough_before(bars: Bars, n_new: int, carried: dict[str, np.ndarray]) -> Bars:
    """No more sessions than the windows reach back over: what is computed on the others is thrown away."""
    for n_before in range(WINDOW_BARS, len(bars.sessions) - n_new, 8):
        near = bars.last(n_new + n_before)
        if reaches_back(near, n_new, carried):
            return near
    return bars
