"""The code that a night was made with: what is installed, or what its commit holds, taken from the repository."""

from __future__ import annotations

import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from nightshift.errors import ConfigError
from nightshift.nouns.night_record import NightRecord
from nightshift.project import PROJECT
from nightshift.storage import fingerprints, provenance, store
from nightshift.storage.night import Night, is_of_this_code

AS_INSTALLED = "as installed"


@dataclass(frozen=True)
class Code:
    """Where the library lies that makes the night again; no place: the installed one does."""

    name: str
    place: Path | None = None


def code_of(night: Night, scratch: Path) -> Code:
    """The night's code; where it is not the installed one, its commit is unpacked below `scratch` and compared with what was noted."""
    if is_of_this_code(night):
        return Code(AS_INSTALLED)
    opened = night.read(NightRecord, "night")
    expected = f"the code that made {night.address}"
    if opened.git_commit is None:
        found = f"other code now, and of the night only its version {opened.version}: no commit was written down"
        raise ConfigError(expected=expected, found=found, next_step=f"install that version of Nightshift and replay there ({_home()})")
    if opened.lock_sha256 != provenance.lock_sha256():
        found = "other libraries in the lock than those it was made with"
        step = f"git worktree add ../then {opened.git_commit[:12]}; make setup there; nightshift replay there ({_home()})"
        raise ConfigError(expected=expected, found=found, next_step=step)
    library = _unpacked(opened.git_commit, scratch)
    if fingerprints.library_in(library) != opened.code:
        found = f"files that differed from its commit {opened.git_commit[:12]} when it was made"
        raise ConfigError(expected=expected, found=found, next_step="commit before a night: only what is committed can be had again")
    return Code(opened.git_commit, library.parent)


def _unpacked(commit: str, scratch: Path) -> Path:
    """The library of a commit, without touching what is checked out."""
    place = fingerprints.PACKAGE.relative_to(PROJECT)
    try:
        done = subprocess.run(("git", "-C", str(PROJECT), "archive", commit, str(place)), capture_output=True, timeout=60, check=False)
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise _no_repository(commit, str(error)) from None
    if done.returncode:
        raise _no_repository(commit, done.stderr.decode(errors="replace").strip())
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(scratch, filter="data")
    return scratch / place


def _no_repository(commit: str, found: str) -> ConfigError:
    return ConfigError(expected=f"the commit {commit[:12]} in the repository at {PROJECT}", found=found, next_step="fetch it (git fetch)")


def _home() -> str:
    return f"NIGHTSHIFT_HOME={store.home()}"
