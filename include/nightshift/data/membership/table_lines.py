"""A small table of text, line by line, from CSV or Parquet; each line knows where it stands."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nightshift.errors import ConfigError


@dataclass(frozen=True)
class Line:
    """One line's cells by column, and where it stands."""

    place: str
    cells: dict[str, str]


def lines_of(file: Path, columns: Sequence[str]) -> list[Line]:
    """The lines of a file that has these columns; others are not read."""
    if not file.is_file():
        raise ConfigError(
            expected=f"a CSV or Parquet file with {', '.join(columns)}", found=f"no file {file}",
            next_step="correct its path under `universe:`; a relative one is of the project",
        )  # fmt: skip
    rows = list(_of_parquet(file) if file.suffix == ".parquet" else _of_csv(file))
    header = rows[0][1] if rows else []
    _refuse_header(file, columns, header)
    places = [header.index(name) for name in columns]
    lines = []
    for place, row in rows[1:]:
        if any(row):
            cells = [row[at] if at < len(row) else "" for at in places]
            lines.append(Line(place, dict(zip(columns, cells, strict=True))))
    return lines


def _refuse_header(file: Path, columns: Sequence[str], header: Sequence[str]) -> None:
    missing = [name for name in columns if name not in header]
    if missing:
        near = {name: difflib.get_close_matches(name, header, n=1, cutoff=0.5) for name in missing}
        meant = "; ".join(f"was {near[name][0]!r} meant for {name!r}?" for name in missing if near[name])
        there = ", ".join(header) or "nothing"
        raise ConfigError(
            expected=f"the columns {', '.join(columns)} in {file}", found=f"line 1: {there}; no {', '.join(missing)}",
            next_step=meant or "name the columns in the first line",
        )  # fmt: skip


def _of_csv(file: Path) -> Iterator[tuple[str, list[str]]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text)
        for row in reader:
            yield f"line {reader.line_num}", [cell.strip() for cell in row]


def _of_parquet(file: Path) -> Iterator[tuple[str, list[str]]]:
    import pyarrow.parquet as pq

    table = pq.read_table(file, partitioning=None)
    yield "row 0", table.column_names
    for number, row in enumerate(table.to_pylist(), 1):
        yield f"row {number}", [_text(value) for value in row.values()]


def _text(value: Any) -> str:
    """As a CSV file would have it.

    >>> import datetime as dt
    >>> _text(dt.datetime(2026, 11, 20)), _text(None), _text(-0.25)
    ('2026-11-20', '', '-0.25')
    """
    if value is None:
        return ""
    return value.isoformat()[:10] if hasattr(value, "isoformat") else str(value).strip()
