"""What people add to a changelog: one sealed folder a note, so that none is ever lost, changed or written by halves."""

from __future__ import annotations

import datetime as dt

from nightshift.errors import ConfigError
from nightshift.nouns.release_note import ReleaseNote
from nightshift.release.versions import numbers
from nightshift.storage import addresses, store

_LONGEST = 2000


def note(market: str, version: str, text: str, who: str, *, at: dt.datetime) -> ReleaseNote:
    """Add a remark to a version's changelog; the very same remark at the same instant is there once."""
    words = " ".join(text.split())
    if not words or len(words) > _LONGEST:
        raise ConfigError(expected=f"a note of 1 to {_LONGEST} characters", found=f"{len(words)}", next_step="say it with --text")
    if numbers(version) is None:
        raise ConfigError(expected="a version like 1.0.3", found=repr(version), next_step="nightshift versions lists them")
    written = ReleaseNote(version=version, text=words, who=who.strip() or "unnamed", at=at)
    name = f"{written.at:%Y%m%dT%H%M%S.%fZ}-{store.fingerprint(written.facts())[:8]}"  # names sort as they were written
    store.write(addresses.release_note(market, version, name), written.write)
    return written


def notes(market: str, version: str) -> tuple[ReleaseNote, ...]:
    """The remarks on a version, oldest first."""
    places = store.children(addresses.release_notes(market, version))
    return tuple(ReleaseNote.read(store.open_folder(where)) for where in places)
