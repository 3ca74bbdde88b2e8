"""The only file that knows paths. A stage's folder appears whole and sealed, or not at all.

An address is a short string relative to the store's home, e.g. `demo/nights/2026-11-19-1a2b3c4d/verdict`:
it travels between tasks, into the ledger and the mail, and stays true when the home is moved.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from nightshift.errors import Damaged
from nightshift.nouns import files
from nightshift.nouns.files import restore, sync
from nightshift.project import PROJECT

SEAL = "manifest.json"
read_json, write_json = files.read_json, files.write_json

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]{0,127}")


def home() -> Path:
    """Where everything is kept: NIGHTSHIFT_HOME, else `.nightshift` in the project."""
    return _resolved(os.environ.get("NIGHTSHIFT_HOME") or str(PROJECT / ".nightshift"), str(Path.cwd()))


@lru_cache(maxsize=8)
def _resolved(home: str, at: str) -> Path:
    """Where a home really lies, for a process that is `at` a folder: a night asks some hundred times."""
    return (Path(at) / home).resolve()


def address(*parts: str) -> str:
    """An address from its parts; a part that could leave the home is refused.

    >>> address("demo", "releases", "1.0.0")
    'demo/releases/1.0.0'
    """
    pieces = [piece for part in parts for piece in part.split("/")]
    for piece in pieces:
        if not _PART.fullmatch(piece):
            raise Damaged(expected="an address of plain names", found=repr(piece), next_step="use letters, digits and ._+=-")
    return "/".join(pieces)


def path(where: str) -> Path:
    """The place of an address on this machine."""
    return home() / address(where)


def exists(where: str) -> bool:
    """True when the folder at this address is complete."""
    return (path(where) / SEAL).is_file()


def write(where: str, fill: Callable[[Path], None]) -> str:
    """Let `fill` write a folder, seal it and put it in place in one rename; a folder already there is kept.

    Killed at any moment, this leaves either the whole folder or a `.tmp-*` that `sweep` removes.
    """
    target = path(where)
    if exists(where):
        return where
    target.parent.mkdir(parents=True, exist_ok=True)
    building = target.parent / f".tmp-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    building.mkdir()
    try:
        fill(building)
        _seal(building)
        _put_in_place(building, target)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return where


def remove(where: str) -> None:
    """Take a folder away: in one rename out of its place, so that no reader sees a part of it, then byte by byte."""
    folder = path(where)
    leaving = folder.parent / f".tmp-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    os.rename(folder, leaving)
    sync(folder.parent)
    shutil.rmtree(leaving)


def open_folder(where: str) -> Path:
    """The folder at an address, after every byte was compared with its seal."""
    folder = path(where)
    verify(folder)
    return folder


def open_file(where: str, name: str) -> Path:
    """One file of the folder at an address, after its bytes were compared with the seal; the others are not read."""
    file = path(where) / name
    if not file.is_file() or _sealed(path(where)).get(name) != sha256_of(file):
        state = "changed" if file.is_file() else "missing"
        raise Damaged(expected=f"{file} as it was sealed", found=f"it is {state}", next_step=restore(path(where)))
    return file


def _sealed(folder: Path) -> dict[str, str]:
    try:
        return dict(json.loads((folder / SEAL).read_text())["sha256"])
    except FileNotFoundError:
        raise Damaged(
            expected=f"a sealed folder at {folder}", found="no manifest.json", next_step="run the stage that writes it again"
        ) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Damaged(expected=f"a readable {folder / SEAL}", found="damaged JSON", next_step=restore(folder)) from None


def verify(folder: Path) -> None:
    """Raise `Damaged` unless the folder holds exactly the bytes it was sealed with."""
    sealed, found = _sealed(folder), checksums(folder)
    for name in sorted(sealed.keys() | found.keys()):
        if sealed.get(name) != found.get(name):
            state = "missing" if name not in found else "not in the manifest" if name not in sealed else "changed"
            raise Damaged(expected=f"{folder / name} as it was sealed", found=f"it is {state}", next_step=restore(folder))


def checksums(folder: Path) -> dict[str, str]:
    """sha256 of every file below a folder but its seal, by relative name."""
    return {name.as_posix(): sha256_of(folder / name) for name in sorted(_files(folder))}


def sha256_of(file: Path) -> str:
    """sha256 of a file's bytes, in hex."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def fingerprint(facts: object) -> str:
    """sha256 of facts in canonical JSON: same facts, same fingerprint.

    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def point(where: str, target: str) -> None:
    """Make the link at `where` lead to the folder at `target`, atomically: a reader sees the old or the new one."""
    link = path(where)
    link.parent.mkdir(parents=True, exist_ok=True)
    building = link.parent / f".tmp-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    os.symlink(os.path.relpath(path(target), link.parent), building)
    os.replace(building, link)
    sync(link.parent)


def unpoint(where: str) -> None:
    """Take the link at `where` away; nobody is led anywhere by it."""
    link = path(where)
    link.unlink(missing_ok=True)
    sync(link.parent)


def pointed(where: str) -> str | None:
    """The address that the link at `where` leads to, or None."""
    link = path(where)
    return link.resolve().relative_to(home()).as_posix() if link.is_symlink() else None


def children(where: str) -> list[str]:
    """Addresses of the complete folders directly below an address, sorted by name."""
    folder = path(where)
    names = sorted(p.name for p in folder.iterdir() if not p.is_symlink()) if folder.is_dir() else []
    return [address(where, name) for name in names if _PART.fullmatch(name) and exists(f"{where}/{name}")]


def sweep(where: str) -> int:
    """Remove what killed processes left half-built below an address; returns how many. Live builders are left alone."""
    left = [p for p in path(where).rglob(".tmp-*") if not _alive(p.name)] if path(where).is_dir() else []
    for litter in left:
        shutil.rmtree(litter) if litter.is_dir() and not litter.is_symlink() else litter.unlink(missing_ok=True)
    return len(left)


def _seal(folder: Path) -> None:
    for name in _files(folder):
        sync(folder / name)
    write_json(folder / SEAL, {"sha256": checksums(folder)})


def _put_in_place(building: Path, target: Path) -> None:
    try:
        os.rename(building, target)
    except OSError:
        if not (target / SEAL).is_file():  # not another process that was faster
            raise
    sync(target.parent)


def _files(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        if file.is_file() and file != folder / SEAL:
            yield file.relative_to(folder)


def _alive(name: str) -> bool:
    pid = name.split("-")[1]
    return pid.isdigit() and Path("/proc", pid).exists() and int(pid) != os.getpid()
