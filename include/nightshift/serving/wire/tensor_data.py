"""The contents of tensors: numbers and strings, out of JSON or out of bytes. What is wrong is named by its place."""

from __future__ import annotations

from typing import Any

import numpy as np

from nightshift.serving.problems import Problem

NUMBERS: dict[str, np.dtype[Any]] = {
    "FP16": np.dtype("<f2"), "FP32": np.dtype("<f4"), "FP64": np.dtype("<f8"), "INT8": np.dtype("i1"), "INT16": np.dtype("<i2"),
    "INT32": np.dtype("<i4"), "INT64": np.dtype("<i8"), "UINT8": np.dtype("u1"), "UINT16": np.dtype("<u2"), "UINT32": np.dtype("<u4"),
    "UINT64": np.dtype("<u8"),
}  # fmt: skip


def numbers(datatype: str, data: Any, where: str) -> np.ndarray:
    """All numbers of a tensor in their order."""
    if isinstance(data, bytes):
        kind = NUMBERS[datatype]
        if len(data) % kind.itemsize:
            raise Problem(400, f"expected whole numbers of {kind.itemsize} bytes; found {len(data)} bytes", f"{where}.data")
        return np.frombuffer(data, kind)
    flat = _flat(data, where)
    try:
        return np.array(flat, dtype=np.float64)
    except OverflowError:
        raise Problem(422, "expected finite numbers; found an integer beyond FP64", f"{where}.data") from None


def _flat(data: list[Any], where: str) -> list[Any]:
    """The numbers of lists in lists, in their order; lists have to hold lists of one length, or numbers.

    Types are looked at before NumPy is asked: for one long string it would make room for as many of that length.
    """
    while list in (kinds := set(map(type, data))):
        if len(kinds) > 1 or len({len(part) for part in data}) > 1:
            raise Problem(400, "expected rows of equal length; found others", f"{where}.data")
        data = [value for part in data for value in part]
    if not kinds <= {int, float}:
        raise Problem(400, "expected numbers; found something else among them", f"{where}.data")
    return data


def strings(data: Any, where: str) -> tuple[str, ...]:
    """As the JSON has them, or each behind its length in four bytes."""
    if not isinstance(data, bytes):
        if not all(isinstance(name, str) for name in data):
            raise Problem(400, "expected strings; found something else among them", f"{where}.data")
        return tuple(data)
    names, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "little")
        text = data[at + 4 : at + 4 + length]
        if len(text) != length:
            raise Problem(400, "expected each string behind its length in four bytes; found fewer bytes", f"{where}.data")
        names.append(text.decode("utf-8", "replace"))
        at += 4 + length
    return tuple(names)
