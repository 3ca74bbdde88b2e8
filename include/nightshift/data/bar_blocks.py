"""Clean bars in blocks of sessions that nights share: a night that is a session longer writes its last block alone."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import numpy as np

from nightshift.nouns.bars import FIELDS, Bars
from nightshift.nouns.dataset import BarBlocks
from nightshift.storage import addresses, store

BLOCK_SESSIONS = 64  # rows of 64 bytes × 64 sessions fill whole pages of memory, whatever a row holds


def ends_of(n_sessions: int) -> list[tuple[int, int]]:
    """First session and the one after the last of every block.

    >>> ends_of(130)
    [(0, 64), (64, 128), (128, 130)]
    """
    return list(pairwise([*range(0, n_sessions, BLOCK_SESSIONS), n_sessions]))


def keep(market: str, bars: Bars) -> BarBlocks:
    """Write the blocks that no earlier night wrote, and say where all of them lie."""
    digests, blocks = _digests(bars), []
    for first, stop in ends_of(len(bars.sessions)):
        where = addresses.bar_block(market, fingerprint_of(bars.symbols, digests[first:stop]))
        blocks.append(store.write(where, lambda folder, first=first, stop=stop: _fill(folder, bars, first, stop)))  # type: ignore[misc]
    return BarBlocks(
        symbols=bars.symbols, sessions=tuple(map(str, bars.sessions)), digests=tuple(digests), blocks=tuple(blocks)
    )  # fmt: skip


def load(record: BarBlocks, first_block: int = 0) -> Bars:
    """The bars from a block on, each block verified against its seal."""
    parts = [np.load(store.open_folder(where) / "bars.npy", mmap_mode="r", allow_pickle=False) for where in record.blocks[first_block:]]
    days = np.array(record.sessions[first_block * BLOCK_SESSIONS :], dtype="datetime64[D]")
    arrays = {}
    for place, name in enumerate(FIELDS):
        arrays[name] = np.concatenate([np.empty((len(record.symbols), 0)), *(part[place] for part in parts)], axis=1)
        arrays[name].flags.writeable = False
    return Bars(record.symbols, days, **arrays)


def fingerprint_of(symbols: tuple[str, ...], digests: list[str]) -> str:
    """What these sessions of these symbols are called."""
    return store.fingerprint([symbols, digests])[:16]


def _digests(bars: Bars) -> list[str]:
    """sha256 of every session's date and bars."""
    by_session = np.ascontiguousarray(np.stack([getattr(bars, name) for name in FIELDS]).transpose(2, 0, 1))
    days = bars.sessions.astype("<i8")
    return [hashlib.sha256(days[at].tobytes() + of_session.data).hexdigest()[:16] for at, of_session in enumerate(by_session)]


def _fill(folder: Path, bars: Bars, first: int, stop: int) -> None:
    np.save(folder / "bars.npy", np.stack([getattr(bars, name)[:, first:stop] for name in FIELDS]), allow_pickle=False)
