"""A path that DVC tracks, at a revision of its git repository: resolved to its content, and fetched from the DVC remote or cache."""

from __future__ import annotations

import difflib
import hashlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nightshift.data.sources.versioned import dvc_files, git_repository, remote_files
from nightshift.data.sources.versioned.dvc_files import FOLDER, Tracked
from nightshift.data.sources.versioned.git_repository import Repository
from nightshift.data.sources.versioned.remote_files import Remote, RemoteFile
from nightshift.errors import ConfigError, SourceUnreachable, SourceUnreadable

LOG = logging.getLogger("nightshift")


@dataclass(frozen=True)
class Resolved:
    """A path at a revision: which commit that is, and which content."""

    repository: Repository
    commit: str
    tracked: Tracked


def resolved(address: str, path: str, revision: str, timeout_seconds: float) -> Resolved:
    """Which content the path has at the revision; a mirror that could not be brought up to date is used with a warning."""
    repository = git_repository.repository(address, revision, timeout_seconds)
    commit = repository.commit(revision)
    if repository.stale_because:
        what = f"{revision} (commit {commit[:12]}) of {repository.said}"
        LOG.warning("read the local copy of %s because %s", what, repository.stale_because)
    tracked = dvc_files.tracked(lambda name: repository.text(commit, name), path)
    if tracked is None:
        there = [name.removesuffix(".dvc") for name in repository.names(commit) if name.endswith(".dvc") and not name.startswith(".dvc/")]
        near = difflib.get_close_matches(path, there, n=1) or there[:5]
        raise ConfigError(
            expected=f"a path that DVC tracks in {repository.said} at {revision} (commit {commit[:12]})",
            found=f"nothing for {path!r}; tracked: {', '.join(near) or 'nothing'}", next_step="correct `path` or `revision`",
        )  # fmt: skip
    return Resolved(repository, commit, tracked)


def download(at: Resolved, name: str, storage: Mapping[str, Any], folder: Path) -> None:
    """Every file of the content into a folder, each compared with its md5: from the remote, else from the repository's own DVC cache."""
    reasons = []
    for place in _places(at, name, storage):
        try:
            _fetch(at.tracked, place, folder)
        except remote_files.failures() as error:
            reasons.append(f"{place.said}: {remote_files.because(error)}")
            continue
        if reasons:
            LOG.warning("read %s from the local DVC cache because %s", at.tracked.exactly, reasons[0])
        return
    raise SourceUnreachable(
        expected=f"{at.tracked.exactly} in the DVC remote of {at.repository.said}", found="; ".join(reasons) or "no remote",
        next_step="check the remote and its login, or run `dvc push` where the data is",
    )  # fmt: skip


def _fetch(tracked: Tracked, place: Remote, folder: Path) -> None:
    md5 = tracked.md5
    if md5.endswith(FOLDER):
        manifest = _bytes(place, tracked.object_of(md5))
        _compare(manifest, md5.removesuffix(FOLDER), tracked.object_of(md5))
        files = tracked.contents(manifest.decode())
    else:
        files = {tracked.name: md5}
    if not files:
        raise ConfigError(expected=f"files in {tracked.exactly}", found="none", next_step="correct `path`")
    wanted = [RemoteFile(file, f"{place.root}/{tracked.object_of(sum_)}", sum_) for file, sum_ in files.items()]
    remote_files.download(place, wanted, folder)
    for file in wanted:
        _compare(remote_files.inside(folder, file.name).read_bytes(), file.stamp, file.name)


def _places(at: Resolved, name: str, storage: Mapping[str, Any]) -> Iterator[Remote]:
    """The remote, then the cache of a repository on this machine."""
    repository = at.repository
    meta = repository.folder / ".dvc"
    own = [file.read_text() for file in (meta / "config.local",) if not repository.is_mirror and file.is_file()]
    configurations = [repository.text(at.commit, ".dvc/config") or "", *own]
    address, options = dvc_files.remote_of(configurations, name)
    if name and not address:
        there = ", ".join(dvc_files.remotes_in(configurations)) or "none"
        raise ConfigError(expected=f"a DVC remote of {repository.said}", found=f"{name!r} (there: {there})", next_step="correct `remote`")
    if address:
        yield remote_files.opened(_absolute(address, meta, repository), {**options, **storage})
    if not repository.is_mirror and (meta / "cache").is_dir():
        yield remote_files.opened(f"file://{meta / 'cache'}", {})


def _absolute(address: str, meta: Path, repository: Repository) -> str:
    if "://" in address:
        return address
    if repository.is_mirror and not address.startswith("/"):
        raise ConfigError(
            expected=f"a DVC remote of {repository.said} that can be reached from here", found=f"the relative folder {address}",
            next_step="name another `remote`, or clone the repository and name the clone",
        )  # fmt: skip
    return f"file://{(meta / address).resolve()}"


def _bytes(place: Remote, path: str) -> bytes:
    return bytes(place.files.cat_file(f"{place.root}/{path}"))


def _compare(content: bytes, md5: str, name: str) -> None:
    seen = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if seen != md5:
        raise SourceUnreadable(expected=f"{name} with md5 {md5}", found=f"md5 {seen}", next_step="run `dvc push` again, or mend the remote")
