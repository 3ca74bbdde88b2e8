"""Several files as one array: laid side by side in memory, read where they are touched, copied nowhere."""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
import weakref
from collections.abc import Sequence
from pathlib import Path

import numpy as np

_FIXED = 0x10  # MAP_FIXED, the same number on Linux and macOS
_FAILED = ctypes.c_void_p(-1).value


def joined(files: Sequence[Path]) -> np.ndarray:
    """The bytes of these files one after the other, read-only.

    Mapped, where every file but the last fills whole pages of memory; elsewhere read.
    """
    sizes = [file.stat().st_size for file in files]
    if sum(sizes) == 0 or sys.platform == "win32" or any(size % mmap.PAGESIZE for size in sizes[:-1]):
        whole = np.concatenate([np.empty(0, np.uint8), *(np.fromfile(file, np.uint8) for file in files)])
    else:
        whole = _mapped(files, sizes)
    whole.flags.writeable = False
    return whole


def _mapped(files: Sequence[Path], sizes: Sequence[int]) -> np.ndarray:
    """One stretch of addresses is reserved, then each file is put in its place."""
    system = _system()
    start, total = _at(system, None, sum(sizes), mmap.PROT_READ, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1), sum(sizes)
    block = (ctypes.c_uint8 * total).from_address(start)
    weakref.finalize(block, system.munmap, start, total)
    place = start
    for file, size in zip(files, sizes, strict=True):
        with file.open("rb") as handle:
            if size:
                _at(system, place, size, mmap.PROT_READ, mmap.MAP_SHARED | _FIXED, handle.fileno())
        place += size
    return np.frombuffer(memoryview(block), dtype=np.uint8)


def _system() -> ctypes.CDLL:
    system = ctypes.CDLL(None, use_errno=True)
    system.mmap.restype = ctypes.c_void_p
    system.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int64]
    system.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    return system


def _at(system: ctypes.CDLL, place: int | None, size: int, protection: int, flags: int, handle: int) -> int:
    address = system.mmap(place, size, protection, flags, handle, 0)
    if address is None or address == _FAILED:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return int(address)
