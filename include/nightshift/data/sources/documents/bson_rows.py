"""Documents as MongoDB sends them, as columns: without an object for a document, a field or a number.

Documents that were written alike have their values at the same places. The first document of a kind says where; the bytes between
the values, which are types and names, show which others are of its kind. What has other types is left to the caller.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    import pyarrow as pa

_SIZE = struct.Struct("<i")
_DOUBLE, _STRING, _DATE, _NULL, _INT32, _INT64 = 0x01, 0x02, 0x09, 0x0A, 0x10, 0x12
_WIDTHS = {_DOUBLE: 8, _DATE: 8, _NULL: 0, _INT32: 4, _INT64: 8}
_NUMBERS = {_DOUBLE: "<f8", _INT32: "<i4", _INT64: "<i8"}
_WORD = 8
MOST_KINDS = 256  # beyond, documents are so unlike each other that nothing is won


@dataclass
class _Kind:
    """Where the values of one kind of document are, and which bytes all documents of the kind share."""

    values: dict[str, tuple[int, int, int]] = field(default_factory=dict)  # name -> BSON type, place, width
    shared: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))


def rows(array: bytes, schema: pa.Schema) -> pa.Table | None:
    """A BSON array of documents as a table; none where a document has anything but numbers, text, dates and nulls for these columns."""
    import pyarrow as pa

    starts = _starts(array)
    if not len(starts):
        return schema.empty_table()
    content = np.frombuffer(array + bytes(_WORD), dtype=np.uint8)
    sizes = sliding_window_view(content, 4)[starts].view("<i4").ravel()
    parts: list[tuple[np.ndarray, pa.Table]] = []
    for size in np.unique(sizes):
        left = np.flatnonzero(sizes == size)
        while len(left):
            kind = _kind(array, int(starts[left[0]]), int(size))
            if kind is None or len(parts) == MOST_KINDS:
                return None
            documents = sliding_window_view(content, -(-int(size) // _WORD) * _WORD)[starts[left]]  # whole words; what follows is not asked
            alike = _alike(documents, kind.shared)
            made = _columns(documents[alike], kind, schema)
            if made is None:
                return None
            parts.append((left[alike], made))
            left = left[~alike]
    order = np.argsort(np.concatenate([places for places, _ in parts]), kind="stable")
    return pa.concat_tables([made for _, made in parts]).take(pa.array(order))


def _alike(documents: np.ndarray, shared: np.ndarray) -> np.ndarray:
    """Which documents have the first one's bytes where these are shared, eight at a time."""
    mask = np.zeros(documents.shape[1], dtype=np.uint8)
    mask[: len(shared)][shared] = 0xFF
    words = documents.view(np.uint64)
    return ~((words ^ words[0]) & mask.view(np.uint64)).any(axis=1)


def _starts(array: bytes) -> np.ndarray:
    """Where each document of the array begins; its key, which is its number in decimal digits, is stepped over."""
    places: list[int] = []
    at, end, unpack = 4, len(array) - 1, _SIZE.unpack_from
    append, digits, limit = places.append, 1, 10
    for number in range(end):
        if at >= end:
            break
        if number == limit:
            digits, limit = digits + 1, limit * 10
        at += digits + 2
        append(at)
        at += unpack(array, at)[0]
    return np.array(places, dtype=np.int64)


def _kind(array: bytes, start: int, size: int) -> _Kind | None:
    """The kind of the document at this place."""
    kind, at, end = _Kind(shared=np.ones(size, dtype=bool)), start + 4, start + size - 1
    while at < end:
        name_end = array.index(0, at + 1)
        code, value = array[at], name_end + 1
        width = _SIZE.unpack_from(array, value)[0] - 1 if code == _STRING else _WIDTHS.get(code)
        if width is None:
            return None
        value += 4 if code == _STRING else 0  # the length stays a shared byte: texts of one kind are equally long
        kind.values[array[at + 1 : name_end].decode()] = (code, value - start, width)
        kind.shared[value - start : value - start + width] = False
        at = value + width + (code == _STRING)
    return kind


def _columns(documents: np.ndarray, kind: _Kind, schema: pa.Schema) -> pa.Table | None:
    import pyarrow as pa

    arrays = []
    for column in schema:
        code, place, width = kind.values.get(column.name, (_NULL, 0, 0))
        made = _array(np.ascontiguousarray(documents[:, place : place + width]), code, column.type)
        if made is None:
            return None
        arrays.append(made)
    return pa.table(arrays, schema=schema)


def _array(content: np.ndarray, code: int, wanted: pa.DataType) -> pa.Array | None:
    """The values of one field; none where their type is not what the column holds."""
    import pyarrow as pa

    if code == _NULL:
        return pa.nulls(len(content), wanted)
    if pa.types.is_string(wanted) and code == _STRING and content.shape[1]:
        fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(content.shape[1]), len(content), [None, pa.py_buffer(content)])
        return fixed.cast(pa.binary()).cast(pa.string())
    if pa.types.is_timestamp(wanted) and code == _DATE:
        return pa.array(content.view("<i8").ravel()).cast(wanted)
    if pa.types.is_floating(wanted) and code in _NUMBERS:
        return pa.array(content.view(_NUMBERS[code]).ravel().astype(np.float64))
    return None
