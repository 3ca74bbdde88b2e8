"""Bars of a data set at a revision. Which revision exactly is settled first (`pinned`), then its copy on this machine is read."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from nightshift.config import Closed, validated
from nightshift.data.sources import folder
from nightshift.data.sources.source import Query, Source
from nightshift.data.sources.versioned import dvc_repository, local_copies, url_revision
from nightshift.data.sources.versioned.secrets import address_of, options_of, without_credentials
from nightshift.errors import ConfigError
from nightshift.nouns.source_copy import SourceCopy

if TYPE_CHECKING:
    import pyarrow as pa


class Params(Closed):
    """Where the data set is, and at which revision: `repository` and `path` for what DVC tracks, else `url`.

    The revision of a repository is a branch, tag or commit. Of a `url` it fills `{revision}` in it; or it is `sha256:…`, which the
    files have to have; or `version:…`, one version of one object in S3. `files` are the folder source's own keys. `exactly` and
    `commit` are found out by the night and noted with the snapshot; a market file that gives `exactly` takes no other content.
    """

    url: str = ""
    repository: str = ""
    path: str = ""
    revision: str = Field(min_length=1, pattern=r"^[^\s-]\S*$")
    remote: str = ""
    storage: dict[str, Any] = Field(default_factory=dict)
    files: dict[str, Any] = Field(default_factory=dict)
    timeout_seconds: float = Field(60.0, gt=0)
    exactly: str = ""
    commit: str = ""

    @model_validator(mode="after")
    def _one_place(self) -> Params:
        if bool(self.url) == bool(self.repository):
            raise ValueError("expected either `url` or `repository`; found both or neither")
        if self.repository and not self.path:
            raise ValueError("expected `path`, which DVC tracks in the repository; found none")
        if self.url and (self.path or self.remote):
            raise ValueError("expected `path` and `remote` only beside `repository`; found them beside `url`")
        return self


def fetch(params: Params, query: Query) -> pa.Table:
    """Every bar of the data set at the revision, read from its local copy as a folder."""
    copy = _copy(params)
    asked = {**params.files, "folder": str(local_copies.files_of(copy))}
    return folder.fetch(validated(folder.Params, asked, "the market's `source.files`"), query)


def pinned(params: Params) -> Params:
    """The same question with its content settled: what is read later tonight, and noted with the snapshot, is this and no other."""
    copy = _copy(params)
    return params.model_copy(update={"exactly": copy.exactly, "commit": copy.commit})


def _copy(params: Params) -> SourceCopy:
    """The local copy of the content, made now where there is none."""
    source = _said(params)
    if params.exactly and (copy := local_copies.at(source, params.exactly)):
        return copy.model_copy(update={"commit": params.commit or copy.commit})
    copy = _of_repository(params, source) if params.repository else _of_url(params, source)
    if params.exactly and copy.exactly != params.exactly:
        raise ConfigError(
            expected=f"{params.exactly} as revision {params.revision} of {source}", found=copy.exactly,
            next_step="name the revision that has it, or take `exactly` out of the market file",
        )  # fmt: skip
    return copy


def _of_repository(params: Params, source: str) -> SourceCopy:
    address, storage = address_of(params.repository, "repository"), options_of(params.storage)
    at = dvc_repository.resolved(address, posixpath.normpath(params.path), params.revision, params.timeout_seconds)
    exactly = at.tracked.exactly
    if copy := local_copies.at(source, exactly):  # the md5 says that these are the bytes: no remote has to be asked
        return copy.model_copy(update={"commit": at.commit})
    with local_copies.fetched(source) as place:
        dvc_repository.download(at, params.remote, storage, place)
        stamps = {file.relative_to(place).as_posix(): "" for file in place.rglob("*") if file.is_file()}
        copy = SourceCopy(source=source, revision=params.revision, exactly=exactly, commit=at.commit, stamps=stamps)
        return local_copies.put_away(copy, place)


def _of_url(params: Params, source: str) -> SourceCopy:
    return url_revision.copy(source, address_of(params.url, "url"), params.revision, options_of(params.storage))


def _said(params: Params) -> str:
    """The data set in messages and as the key of its copies: without credentials, whatever the revision."""
    return without_credentials(f"{params.repository}:{params.path}" if params.repository else params.url)


SOURCE = Source("versioned", Params, fetch)
