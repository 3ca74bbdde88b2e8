"""The revision of an address: a name in it, the sha256 of its files, or the version of an object; its copy, made once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from nightshift.data.sources.versioned import local_copies, remote_files
from nightshift.data.sources.versioned.remote_files import Remote, RemoteFile
from nightshift.errors import ConfigError, SourceUnreadable
from nightshift.nouns.source_copy import SourceCopy

PLACE, SHA256, VERSION = "{revision}", "sha256:", "version:"


def copy(source: str, address: str, revision: str, storage: Mapping[str, Any]) -> SourceCopy:
    """The copy of the data set at the revision: read from the remote where it is new, else as it was read.

    What a sha256 or a version names cannot change, so a copy is enough. A name in the address can be written over: the remote is
    asked each time whether its files are still the same, and a revision with other bytes than before is refused.
    """
    _check(address, revision)
    mine = [had for had in local_copies.of_source(source) if _is_of(had, revision)]
    if PLACE not in address:
        for had in mine:
            if sound := local_copies.at(source, had.exactly):
                return sound
    try:
        versions = {"version_aware": True} if revision.startswith(VERSION) else {}
        remote = remote_files.opened(address.replace(PLACE, revision), {**storage, **versions})
        listed = _listed(remote, revision)
        for had in mine:
            if had.stamps == listed.stamps and (sound := local_copies.at(source, had.exactly)):
                return sound
        return _made(source, revision, listed, mine)
    except remote_files.failures() as error:
        return local_copies.instead(source, revision, remote_files.because(error), lambda had: _is_of(had, revision))


class _Listed:
    """What the remote has at the revision."""

    def __init__(self, remote: Remote, files: list[RemoteFile], version: str) -> None:
        self.remote, self.files, self.version = remote, files, version
        self.stamps = {file.name: file.stamp for file in files}

    def download(self, folder: Path) -> None:
        """All of it into a folder."""
        if self.version:
            remote_files.download_version(self.remote, self.version, remote_files.inside(folder, self.files[0].name))
        else:
            remote_files.download(self.remote, self.files, folder)


def _listed(remote: Remote, revision: str) -> _Listed:
    if not revision.startswith(VERSION):
        return _Listed(remote, remote_files.listing(remote), "")
    return _Listed(remote, [RemoteFile(PurePosixPath(remote.root).name, remote.root, revision)], revision.removeprefix(VERSION))


def _made(source: str, revision: str, listed: _Listed, mine: list[SourceCopy]) -> SourceCopy:
    with local_copies.fetched(source) as place:
        listed.download(place)
        exactly = local_copies.digest(place)
        if revision.startswith(SHA256) and exactly != revision:
            raise SourceUnreadable(
                expected=f"{revision} at {source}", found=exactly, next_step="set `revision` to what was found if that is the data meant"
            )
        if other := next((had for had in mine if had.exactly != exactly), None):
            raise SourceUnreadable(
                expected=f"revision {revision} of {source} as it was first read, {other.exactly}", found=f"other bytes, {exactly}",
                next_step=f"write changed data as a new revision; or, to take this one, remove {local_copies.files_of(other).parent}",
            )  # fmt: skip
        stamped = SourceCopy(source=source, revision=revision, exactly=exactly, commit="", stamps=listed.stamps)
        return local_copies.put_away(stamped, place)


def _is_of(had: SourceCopy, revision: str) -> bool:
    return revision in {had.revision, had.exactly}


def _check(address: str, revision: str) -> None:
    fixed = revision.startswith((SHA256, VERSION))
    if (PLACE in address) == fixed:
        raise ConfigError(
            expected=f"`{PLACE}` in `url`, where the revision's name stands, or a `revision` that begins with {SHA256} or {VERSION}",
            found=f"both {PLACE} and {revision}" if fixed else f"neither ({revision})",
            next_step="write e.g. url: s3://bucket/bars/{revision} with revision: 2026-11-19",
        )
    if revision.startswith(VERSION) and not address.startswith("s3"):
        raise ConfigError(
            expected=f"a `revision` with {VERSION} only for an object in S3", found=address.partition("://")[0],
            next_step=f"use {SHA256}… or {PLACE} in `url`",
        )  # fmt: skip
