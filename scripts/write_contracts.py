"""Writes docs/contracts.md from the records themselves: which file a stage leaves, its schema number, and what every key means."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

from nightshift.nouns.every_record import RECORDS
from nightshift.nouns.record import Noun, Record

PAGE = Path(__file__).resolve().parents[1] / "docs" / "contracts.md"
_FIELD = re.compile(r"^    (?P<name>[a-z]\w*): (?P<kind>[^=#]+?)(?: = [^#]*?)?(?:  # (?:noqa: \w+ - )?(?P<says>.*))?$")
_OPENING = """# Contracts between the rooms
Written by `make contracts` from `include/nightshift/nouns/`; a test fails when the two disagree.

What travels between stages are addresses: short strings below the store's home (`storage/addresses.py` spells them, `storage/store.py`
seals, verifies and opens the folders). What lies in a folder is one of the records below, each the only place that spells its file's name:
`Record.read(folder)` refuses unknown and missing keys, `UPGRADES` says how an older schema number becomes the next, `record.write(folder)`
writes it. Tables beside them are Parquet; arrays in memory are symbols × sessions (`nouns/bars.py`, `nouns/panel.py`).
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = sorted({part for record in RECORDS for part in _parts(record)}, key=lambda part: (part.__name__, part.__module__))
    records = [_section(record, f"## `{record.FILE}`: {record.__name__}, schema {record.SCHEMA}") for record in RECORDS]
    return "\n".join([_OPENING, *records, "# Parts of records\n", *[_section(part, f"## {part.__name__}") for part in parts]])


def _section(kind: type[Noun], title: str) -> str:
    says = inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]
    rows = [f"| `{name}` | {annotation} | {meaning} |" for name, annotation, meaning in _fields(kind)]
    return "\n".join([title, says, "", "| key | kind | says |", "|---|---|---|", *rows, ""])


def _fields(kind: type[Noun]) -> list[tuple[str, str, str]]:
    written = [base for base in reversed(kind.__mro__) if inspect.isclass(base) and issubclass(base, Noun) and base not in {Noun, Record}]
    lines = [line for base in written for line in inspect.getsource(base).splitlines()]
    found = [match for line in lines if (match := _FIELD.match(line)) and match["name"] in kind.model_fields]
    return [(m["name"], m["kind"].strip().replace("|", "or"), (m["says"] or "").strip()) for m in found]


def _parts(kind: type[Noun]) -> set[type[Noun]]:
    """Every noun of ours that a record's keys are made of."""
    words = {word for _, annotation, _ in _fields(kind) for word in re.findall(r"\w+", annotation)}
    modules = [sys.modules[base.__module__] for base in kind.__mro__ if base.__module__.startswith("nightshift.nouns")]
    named = {found for word in words for module in modules if _is_part(found := getattr(module, word, None))}
    return named.union(*(_parts(part) for part in named))


def _is_part(found: object) -> bool:
    return inspect.isclass(found) and issubclass(found, Noun) and not issubclass(found, Record) and found is not Noun


if __name__ == "__main__":
    PAGE.write_text(page())
    print(f"wrote {PAGE}")
