"""The files of a folder as they were read before, where their bytes are the same or only longer; every doubt is read wholly."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nightshift import sessions
from nightshift.data.sources.reading.bar_file import PARQUET, BarFile
from nightshift.data.sources.reading.folder_files import FolderFiles
from nightshift.data.sources.reading.keeping import file_pack
from nightshift.data.sources.reading.keeping.appended_lines import is_like, plain_lines, rows_of
from nightshift.data.sources.reading.keeping.file_pack import ReadFile
from nightshift.data.sources.reading.opened import BY_PATH_BYTES
from nightshift.data.sources.reading.reading_files import vendor_table
from nightshift.data.sources.reading.recognised import VendorTable
from nightshift.data.sources.reading.settled import Settled
from nightshift.storage import store

if TYPE_CHECKING:
    import pyarrow as pa

WORTH_BYTES = 1 << 20  # less text is read in no time, and a pack would cost more
RENEWED_FRACTION = 0.02  # of the bytes; so many are read again every night before a new pack is written


class UnchangedFiles:
    """A reader of files that remembers: what it has read before it takes from the pack, and `put_away` writes the next one."""

    def __init__(self, key: str, settled: Settled, calendar: str, files: dict[BarFile, str]) -> None:
        self._key, self._settled, self._calendar = key, settled, calendar
        self._names = files
        self._before = file_pack.packed(key) if files else {}
        self._now = dict[str, ReadFile]()
        self._old = set[str]()  # those in the pack whose rows are still right
        self._grow()

    def read(self, file: BarFile) -> VendorTable:
        """The file's rows with its form, as `vendor_table` gives them."""
        name = self._names.get(file)
        if name is None:
            return vendor_table(file, self._settled, self._calendar)
        if name in self._now:
            return VendorTable(replace(self._now[name].form, file=file.label), self._now[name].rows)
        raw, written = file.path.read_bytes(), _written(file)
        table = vendor_table(file, self._settled, self._calendar)
        if _is_simple(table.rows) and _written(file) == written and file.path.read_bytes() == raw:
            self._now[name] = ReadFile(hashlib.sha256(raw).hexdigest(), len(raw), plain_lines(raw, table.form), table.form, table.rows)
        return table

    def put_away(self) -> None:
        """Keep what was read for the next time; a pack that has most of it stays, for to write one costs more than to read a little."""
        packed = sum(self._before[name].n_bytes for name in self._old)
        every = sum(one.n_bytes for one in self._now.values())
        if every - packed > RENEWED_FRACTION * every:
            file_pack.put_away(self._key, {name: self._now[name] for name in sorted(self._now)})

    def _grow(self) -> None:
        """Take what is the same; where lines were added, read those of all files that are written alike at once."""
        longer = defaultdict[tuple, list[tuple[str, ReadFile, bytes]]](list)
        for file, name in self._names.items():
            before = self._before.get(name)
            if before is None or file.path.stat().st_size < before.n_bytes:
                continue
            raw = memoryview(file.path.read_bytes())
            digest = hashlib.sha256(raw[: before.n_bytes])
            if digest.hexdigest() != before.sha256:
                continue
            if len(raw) == before.n_bytes:
                self._old.add(name)
                self._now[name] = before
            elif before.lines and len(raw) <= BY_PATH_BYTES and is_like(before.lines, more := bytes(raw[before.n_bytes :])):
                digest.update(more)
                longer[before.lines, before.rows.schema].append((name, replace(before, sha256=digest.hexdigest(), n_bytes=len(raw)), more))
        for (lines, schema), files in longer.items():
            grown = _longer(lines, schema, files)
            self._now.update(grown)
            self._old.update(grown)


def unchanged_in(
    files: FolderFiles, wanted: Sequence[BarFile], settled: Settled, calendar: str, symbols: tuple[str, ...]
) -> UnchangedFiles:
    """What was read before of the files that are wanted; a small folder, archives and Parquet are always read."""
    able = {
        file: files.name_of(file)
        for file in wanted
        if file.member is None and file.ending not in PARQUET and file.path.stat().st_size <= BY_PATH_BYTES
    }
    worth = sum(file.path.stat().st_size for file in able) >= WORTH_BYTES
    facts = [str(files.place.resolve()), settled.model_dump(mode="json"), calendar, sessions.facts_of(calendar), symbols]
    key = store.fingerprint(facts)[:16]
    return UnchangedFiles(key, settled, calendar, able if worth else {})


def _longer(lines: tuple[str, ...], schema: pa.Schema, files: list[tuple[str, ReadFile, bytes]]) -> dict[str, ReadFile]:
    import pyarrow as pa

    added = rows_of(lines, [more for _, _, more in files], schema)
    if added is None:
        return {}
    return {name: replace(one, rows=pa.concat_tables([one.rows, rows])) for (name, one, _), rows in zip(files, added, strict=True)}


def _is_simple(rows: pa.Table) -> bool:
    """Days, numbers and a symbol; what a file says itself of when its bars were seen is text of many kinds, and read again."""
    import pyarrow as pa

    types = {"session": pa.date32(), "symbol": pa.string()}
    return all(field.type == types.get(field.name, pa.float64()) for field in rows.schema)


def _written(file: BarFile) -> tuple[int, int]:
    there = file.path.stat()
    return there.st_size, there.st_mtime_ns
