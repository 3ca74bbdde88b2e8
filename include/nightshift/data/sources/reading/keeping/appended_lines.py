"""Lines added to a file that was read: their rows, where nothing else in the file could be read otherwise because of them."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from nightshift.data.sources.reading.opened import HEAD_BYTES, HEAD_LINES
from nightshift.data.sources.reading.recognised import Form
from nightshift.data.sources.reading.text_form import HEAD_ROWS

if TYPE_CHECKING:
    import pyarrow as pa

_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_DECIDES = re.compile(rb"\d\.(?:\d{1,2}|\d{4,})[,\n]")  # 1.23 is no thousand
_NUMBER = rb"\d{1,15}(?:\.\d{1,15})?"
_SIMPLEST = {
    "encoding": "utf-8", "delimiter": ",", "decimal_mark": ".", "thousands_mark": None, "date_order": "year_first",
    "symbol_from": "file name", "unused": (),
}  # fmt: skip


def plain_lines(raw: bytes, form: Form) -> tuple[str, ...]:
    """Our names of the cells of a line, for a file so simple that a like line can be added; else none.

    The head alone decides how such a file is written: a header, then ISO days and numbers with a decimal point.
    """
    head, header, rest = raw[:HEAD_BYTES], *raw.partition(b"\n")[::2]
    if len(raw) <= HEAD_BYTES or head.count(b"\n") < HEAD_LINES or not raw.endswith(b"\n"):
        return ()
    if any(getattr(form, name) != value for name, value in _SIMPLEST.items()) or form.ending not in {".csv", ".txt"}:
        return ()
    ours = {theirs: name for name, theirs in form.columns}
    names = header.decode("utf-8").split(",")
    if sorted(ours) != sorted(names) or len(ours) != len(form.columns) or not _ISO.fullmatch(form.date_example):
        return ()
    sample = b"\n".join(rest[:HEAD_BYTES].split(b"\n")[: HEAD_ROWS - 1]) + b"\n"
    return tuple(ours[name] for name in names) if not rest.translate(None, b"0123456789.,-\n") and _DECIDES.search(sample) else ()


def is_like(lines: tuple[str, ...], more: bytes) -> bool:
    """Whether what was added is lines of a day and plain numbers, each whole.

    >>> is_like(("session", "close"), b"2024-01-02,1.5\\n"), is_like(("session", "close"), b"2024-01-02,1,5\\n")
    (True, False)
    """
    line = b",".join(rb"\d{4}-\d\d-\d\d" if name == "session" else _NUMBER for name in lines) + rb"\n"
    return re.fullmatch(rb"(?:" + line + rb")+", more) is not None


def rows_of(lines: tuple[str, ...], texts: list[bytes], like: pa.Schema) -> list[pa.Table] | None:
    """The rows of each text, all read at once; none where one has a day that no calendar has."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    types = {name: pa.date32() if name == "session" else pa.float64() for name in lines}
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(b"".join(texts)), read_options=arrow_csv.ReadOptions(column_names=list(lines), use_threads=False),
            convert_options=arrow_csv.ConvertOptions(column_types=types),
        )  # fmt: skip
    except pa.ArrowInvalid:
        return None
    table, begin, tables = table.select(like.names).cast(like), 0, []
    for text in texts:
        tables.append(table.slice(begin, text.count(b"\n")))
        begin += text.count(b"\n")
    return tables
