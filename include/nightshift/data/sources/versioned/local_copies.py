"""Copies of remote data sets: one sealed folder a content, verified whenever it is read."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nightshift.errors import Damaged, SourceUnreachable
from nightshift.nouns.source_copy import SourceCopy
from nightshift.storage import addresses, store

LOG = logging.getLogger("nightshift")
FILES = "files"


def at(source: str, exactly: str) -> SourceCopy | None:
    """The copy of this content, after every byte was verified; a damaged one is removed, for it can only be read anew."""
    where = _address(source, exactly)
    if not store.exists(where):
        return None
    try:
        return SourceCopy.read(store.open_folder(where))
    except Damaged as damage:
        LOG.warning("the local copy of %s of %s is damaged and will be read anew: %s", exactly, source, damage.found)
        shutil.rmtree(store.path(where))
        return None


def of_source(source: str) -> list[SourceCopy]:
    """What copies there are of a data set, by revision; their bytes are verified when they are read."""
    copies = [SourceCopy.read(store.path(where)) for where in store.children(addresses.source_copies(_key(source)))]
    return sorted(copies, key=lambda copy: (copy.revision, copy.exactly))


def files_of(copy: SourceCopy) -> Path:
    """The folder of the copied files."""
    return store.path(_address(copy.source, copy.exactly)) / FILES


@contextmanager
def fetched(source: str) -> Iterator[Path]:
    """An empty folder to download into, beside the copies; what is not put away from it is removed."""
    place = store.path(addresses.source_copies(_key(source)))
    store.sweep(addresses.source_copies(_key(source)))
    place.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".tmp-{os.getpid()}-", dir=place))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_away(copy: SourceCopy, folder: Path) -> SourceCopy:
    """Seal what was downloaded as this copy; an older copy of the same content gives way to the newer stamps."""
    where = _address(copy.source, copy.exactly)
    shutil.rmtree(store.path(where), ignore_errors=True)

    def fill(place: Path) -> None:
        os.rename(folder, place / FILES)
        copy.write(place)

    store.write(where, fill)
    return copy


def digest(folder: Path) -> str:
    """sha256 of the one file, or of the lines `sha256sum` prints for the files in the order of their names."""
    sums = store.checksums(folder)
    if len(sums) == 1:
        return f"sha256:{next(iter(sums.values()))}"
    lines = "".join(f"{sha}  {name}\n" for name, sha in sorted(sums.items()))
    return f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"


def instead(source: str, revision: str, reason: str, wanted: Callable[[SourceCopy], bool]) -> SourceCopy:
    """The local copy of this very revision, with a warning; without one the night has nothing to read, and another's is no answer."""
    copies = of_source(source)
    for copy in copies:
        if wanted(copy) and (sound := at(source, copy.exactly)):
            LOG.warning("read the local copy of %s of %s (%s) because %s", revision, source, copy.exactly[:23], reason)
            return sound
    others = ", ".join(dict.fromkeys(copy.revision for copy in copies if not wanted(copy)))
    there = f"; local copies are of {others} only, and another revision is not read in its place" if others else ", and no local copy of it"
    raise SourceUnreachable(
        expected=f"revision {revision} of {source}", found=f"{reason}{there}", next_step="reach the remote once: it is copied then"
    )


def _key(source: str) -> str:
    return store.fingerprint(source)[:16]


def _address(source: str, exactly: str) -> str:
    return addresses.source_copy(_key(source), store.fingerprint(exactly)[:16])
