"""Where calendar files lie: those shipped with Nightshift, and a market's own, which win over them."""

from __future__ import annotations

import os
from pathlib import Path

from nightshift.project import PROJECT
from nightshift.sessions.exchange_names import of_library

SHIPPED = PROJECT / "include" / "calendars"


def calendars_folder() -> Path:
    """Where a user's calendar files lie: NIGHTSHIFT_CALENDARS, else include/calendars."""
    return Path(os.environ.get("NIGHTSHIFT_CALENDARS") or SHIPPED)


def files() -> dict[str, Path]:
    """Every calendar file by the name it is called by; one's own hides a shipped one of the same name."""
    return {file.stem: file for folder in (SHIPPED, calendars_folder()) for file in sorted(folder.glob("*.yaml"))}


def file_of(name: str) -> Path | None:
    """The file of a calendar by its name, or by another name that it says it has; none for a calendar of the library."""
    if of_library(name):
        return None
    from nightshift.sessions import calendar_file

    there = files()
    return there.get(name) or next((file for file in there.values() if name in calendar_file.read(file).also), None)


def file_names() -> dict[str, str]:
    """Every calendar that is a file, and what it is for; other names that it has, too."""
    from nightshift.sessions import calendar_file

    described = {name: calendar_file.read(file) for name, file in files().items()}
    return {name: ", ".join((one.title, *one.also)) for name, one in described.items()}
