"""One sealed pack of rows a question to a folder: a table for each set of columns, and an index of the files they are of."""

from __future__ import annotations

import logging
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift.data.sources.reading.recognised import Form
from nightshift.errors import Damaged
from nightshift.storage import addresses, fingerprints, store

if TYPE_CHECKING:
    import pyarrow as pa

LOG = logging.getLogger("nightshift")
PACKS = 8  # of all markets; the oldest go, and what they held is read again
READING = fingerprints.Made(("data/sources/reading", "data/sources/folder.py", "sessions"), ("exchange-calendars", "numpy", "pyarrow"))


@dataclass(frozen=True, eq=False)  # eq=False: a table has no single truth value
class ReadFile:
    """A file as it was read: the bytes, by their sha256, and the rows they gave."""

    sha256: str
    n_bytes: int
    lines: tuple[str, ...]  # our names of its cells, where a plain line may be added without a look at the others; else none
    form: Form  # of a pack without its file: many share one
    rows: pa.Table


def packed(key: str) -> dict[str, ReadFile]:
    """The files of the newest pack, by name; none where there is none, or where other code read them."""
    for where in sorted(store.children(addresses.file_packs(key)), key=_age)[:1]:
        try:
            return _opened(store.open_folder(where))
        except (Damaged, OSError, ValueError, KeyError, TypeError) as damage:  # pa.ArrowInvalid is a ValueError
            LOG.warning("the pack of files read before (%s) is damaged, and every file is read anew: %s", where, damage)
            shutil.rmtree(store.path(where), ignore_errors=True)
    return {}


def put_away(key: str, files: dict[str, ReadFile]) -> None:
    """Write the pack whole, then remove what it replaces and what is beyond the limit; without room there is none."""
    index, tables = _index(files)
    name = store.fingerprint([index, [(one.sha256, at) for at, one in files.items()]])[:16]
    try:
        store.sweep(addresses.file_packs(key))
        where = store.write(addresses.file_pack(key, name), lambda folder: _fill(folder, index, tables))
        for other in store.children(addresses.file_packs(key)):
            if other != where:
                shutil.rmtree(store.path(other), ignore_errors=True)
        for old in sorted(store.path(addresses.file_packs()).iterdir(), key=lambda place: -place.stat().st_mtime_ns)[PACKS:]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        LOG.warning("files that were read are not kept for the next night: %s", error)


def _age(where: str) -> float:
    return -store.path(where).stat().st_mtime_ns


def _index(files: dict[str, ReadFile]) -> tuple[dict[str, Any], list[pa.Table]]:
    """Forms that many files share are written once; rows of the same columns lie in one table."""
    import pyarrow as pa

    forms, groups, entries = dict[Form, int](), dict[tuple[str, ...], list[pa.Table]](), list[dict[str, Any]]()
    for name, one in files.items():
        form, columns = replace(one.form, file="") if one.form.file else one.form, tuple(one.rows.column_names)
        groups.setdefault(columns, []).append(one.rows)
        entries.append(
            {"name": name, "sha256": one.sha256, "n_bytes": one.n_bytes, "lines": one.lines, "rows": len(one.rows),
             "form": forms.setdefault(form, len(forms)), "table": list(groups).index(columns)}
        )  # fmt: skip
    index = {"reading": fingerprints.of(READING), "forms": [asdict(form) for form in forms], "files": entries}
    return index, [pa.concat_tables(rows) for rows in groups.values()]


def _fill(folder: Path, index: dict[str, Any], tables: list[pa.Table]) -> None:
    from pyarrow import feather

    store.write_json(folder / "index.json", index)
    for at, table in enumerate(tables):
        feather.write_feather(table.combine_chunks(), folder / f"{at}.arrow", compression="uncompressed", chunksize=max(len(table), 1))


def _opened(folder: Path) -> dict[str, ReadFile]:
    from pyarrow import feather

    index = store.read_json(folder / "index.json")
    if index["reading"] != fingerprints.of(READING):
        return {}
    forms = [Form(**{**facts, **_tuples(facts)}) for facts in index["forms"]]
    tables = [feather.read_table(folder / f"{at}.arrow", memory_map=False) for at in range(len(list(folder.glob("*.arrow"))))]
    begin, files = [0] * len(tables), dict[str, ReadFile]()
    for one in index["files"]:
        at, n_rows = one["table"], one["rows"]
        rows = tables[at].slice(begin[at], n_rows)
        files[one["name"]] = ReadFile(one["sha256"], one["n_bytes"], tuple(one["lines"]), forms[one["form"]], rows)
        begin[at] += n_rows
    return files


def _tuples(facts: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    lists = {name: tuple(facts[name]) for name in ("unused", "notes", "doubts")}
    return {**lists, "columns": tuple((ours, theirs) for ours, theirs in facts["columns"])}
