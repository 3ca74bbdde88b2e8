"""Which calendar a name means, and that calendar opened: once a process, and again when its file has changed.

What reads a calendar file costs a quarter of a second to import: only who names one pays for it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from nightshift.errors import ConfigError
from nightshift.sessions import calendar_folder, library
from nightshift.sessions.exchange_names import of_library, refused
from nightshift.sessions.opened import Opened


def check_calendar(name: str) -> None:
    """Raise `ConfigError` for a name that no calendar has, or a file that is no calendar; nothing is opened."""
    from nightshift.sessions import calendar_file

    for file in _chain(name):
        calendar_file.read(file)


def facts_of(name: str) -> dict[str, dict]:
    """What the files say that a calendar is made of, by file; nothing for one of the library, whose version says it."""
    from nightshift.sessions import calendar_file

    return {file.stem: calendar_file.read(file).model_dump(mode="json", exclude={"title", "also", "sources"}) for file in _chain(name)}


def opened(name: str) -> Opened:
    """The calendar of this name, of the library or of a file; the nearest names in the refusal of one that is neither."""
    chain = _chain(name)
    if not chain:
        return _of_library(library.canonical(name))
    return _of_files(tuple((file, file.stat().st_mtime_ns) for file in chain))


def _chain(name: str) -> list[Path]:
    """The file of a calendar, the file of its base, and so on; the last one's base is of the library, or none."""
    chain: list[Path] = []
    while name and not of_library(name):
        file = calendar_folder.file_of(name)
        if file is None:
            where = f" as `base` in {chain[-1]}" if chain else ""
            raise refused(name, calendar_folder.file_names(), where)
        if file in chain:
            raise ConfigError(expected=f"a `base` of its own in {file}", found=f"{name}, whose base it is", next_step="correct one of them")
        from nightshift.sessions import calendar_file

        chain.append(file)
        name = calendar_file.read(file).base
    return chain


@cache
def _of_library(name: str) -> Opened:
    first, last = library.known_span(name)
    sessions, closes = library.schedule(name, first, last)
    return Opened(name, sessions, closes, last, library.regular(name))


@cache
def _of_files(chain: tuple[tuple[Path, int], ...]) -> Opened:
    from nightshift.sessions import calendar_file, own_calendar

    file, further = chain[0][0], chain[1:]
    described = calendar_file.read(file)
    base = _of_files(further) if further else _of_library(library.canonical(described.base)) if described.base else None
    return own_calendar.opened_from(described, base, str(file))
