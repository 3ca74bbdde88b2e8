"""A git repository at a revision, through the `git` command: which commit that is, and the text of its files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from nightshift.config import known
from nightshift.data.sources.versioned.secrets import without_credentials
from nightshift.errors import ConfigError, SourceUnreachable
from nightshift.project import PROJECT
from nightshift.storage import addresses, store

_COMMIT = re.compile(r"[0-9a-f]{40}")
_REMOTE = re.compile(r"\w[\w+.-]*://|[\w.-]+@[\w.-]+:")


@dataclass(frozen=True)
class Repository:
    """A repository on this machine: the user's own, or the mirror of a remote one."""

    folder: Path
    said: str
    is_mirror: bool
    stale_because: str = ""  # why the mirror could not be brought up to date

    def text(self, commit: str, path: str) -> str | None:
        """A file at a commit, or none."""
        done = _run(["-C", str(self.folder), "show", f"{commit}:{path}"])
        return done.stdout if done.returncode == 0 else None

    def names(self, commit: str) -> list[str]:
        """Every file at a commit."""
        return _run(["-C", str(self.folder), "ls-tree", "-r", "--name-only", "-z", commit]).stdout.split("\0")[:-1]

    def commit(self, revision: str) -> str:
        """The commit that a branch, tag or commit names now; an unknown one is refused with the nearest."""
        done = _run(["-C", str(self.folder), "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"])
        if done.returncode == 0:
            return done.stdout.strip()
        listed = _run(["-C", str(self.folder), "for-each-ref", "--format=%(refname:short)", "refs/tags", "refs/heads"])
        if listed.returncode:
            raise ConfigError(
                expected=f"a git repository at {self.said}", found=_said(listed.stderr), next_step="correct `repository` in the market file"
            )
        if self.stale_because:
            raise SourceUnreachable(
                expected=f"revision {revision} of {self.said}", found=f"{self.stale_because}, and the local mirror has no such revision",
                next_step="reach the repository once: it is mirrored then",
            )  # fmt: skip
        known(f"revision of {self.said}", revision, listed.stdout.split())
        raise ConfigError(
            expected=f"a commit as {revision} of {self.said}", found="something else", next_step="name a commit, tag or branch"
        )


def repository(address: str, revision: str, timeout_seconds: float) -> Repository:
    """The repository, its mirror brought up to date where it is a remote one; one that cannot be is as it was when it last could."""
    if not shutil.which("git"):
        raise ConfigError(expected="the command git, to read a DVC repository", found="none", next_step="install git")
    said = without_credentials(address)
    if not _REMOTE.match(address):
        place = Path(address).expanduser()
        return Repository(place if place.is_absolute() else PROJECT / place, said, is_mirror=False)
    mirror = store.path(addresses.repository(store.fingerprint(said)[:16]))
    because = _mirrored(address, mirror, revision, timeout_seconds)
    if not mirror.is_dir():
        raise SourceUnreachable(
            expected=f"the git repository {said}", found=because, next_step="check the address, the network and the login of git"
        )
    return Repository(mirror, said, is_mirror=True, stale_because=because)


def _mirrored(address: str, mirror: Path, revision: str, timeout_seconds: float) -> str:
    """Clone or bring up to date; why that failed, or nothing. A commit that is there already needs no network."""
    if mirror.is_dir():
        known_commit = _COMMIT.fullmatch(revision) and _run(["-C", str(mirror), "cat-file", "-e", revision]).returncode == 0
        heads = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]
        return "" if known_commit else _failure(["-C", str(mirror), "fetch", "--quiet", "--prune", address, *heads], timeout_seconds)
    mirror.parent.mkdir(parents=True, exist_ok=True)
    building = mirror.parent / f".tmp-{os.getpid()}-{mirror.name}"
    shutil.rmtree(building, ignore_errors=True)
    because = _failure(["clone", "--quiet", "--bare", address, str(building)], timeout_seconds)
    if not because and not mirror.is_dir():
        _run(["-C", str(building), "remote", "remove", "origin"])  # git would keep the address, and the credentials in it
        os.rename(building, mirror)
    shutil.rmtree(building, ignore_errors=True)
    return because


def _failure(arguments: list[str], timeout_seconds: float) -> str:
    try:
        done = _run(arguments, timeout_seconds)
    except subprocess.TimeoutExpired:
        return f"git did not answer within {timeout_seconds:g} s"
    return _said(done.stderr) if done.returncode else ""


def _run(arguments: list[str], timeout_seconds: float | None = None) -> subprocess.CompletedProcess[str]:
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", "ssh -o BatchMode=yes"), "LC_ALL": "C"}
    return subprocess.run(
        ["git", *arguments], capture_output=True, text=True, check=False, timeout=timeout_seconds, env={**os.environ, **quiet}
    )


def _said(stderr: str) -> str:
    return without_credentials(" ".join(stderr.split()))[:200] or "git failed without a word"
