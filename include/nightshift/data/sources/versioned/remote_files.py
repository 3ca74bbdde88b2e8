"""Files in any storage that fsspec reaches: s3://, gs://, az://, file:// and others; what is there, and a copy of it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from nightshift.data.sources.versioned.secrets import without_credentials
from nightshift.errors import ConfigError, SourceUnreadable

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs", "az": "azure", "abfs": "azure", "abfss": "azure"}
_S3 = {"config_kwargs": {"connect_timeout": 5, "read_timeout": 60, "retries": {"max_attempts": 2}}}
_STAMPS = ("VersionId", "ETag", "etag", "md5Hash", "generation", "mtime", "LastModified")
_FAILURES = (  # what the clients raise beside OSError, by module: asked for only where that module is there
    ("botocore.exceptions", "BotoCoreError"), ("botocore.exceptions", "ClientError"), ("aiohttp", "ClientError"),
    ("gcsfs.retry", "HttpError"), ("google.auth.exceptions", "GoogleAuthError"), ("azure.core.exceptions", "AzureError"),
)  # fmt: skip


@dataclass(frozen=True)
class Remote:
    """A place in a storage, and how it is called in messages."""

    files: AbstractFileSystem
    root: str
    said: str


@dataclass(frozen=True)
class RemoteFile:
    """One file: where it is to lie in the copy, where it is, and what tells its bytes from earlier ones."""

    name: str
    path: str
    stamp: str


def opened(address: str, storage: Mapping[str, Any]) -> Remote:
    """The storage behind an address; nothing is asked of it yet."""
    from fsspec.core import url_to_fs

    protocol = address.partition("://")[0]
    options = {**(_S3 if protocol.startswith("s3") else {}), **storage}
    try:
        files, root = url_to_fs(address, skip_instance_cache=True, use_listings_cache=False, **options)
    except ImportError as error:
        extra = EXTRAS.get(protocol)
        step = f"install the extra: uv sync --extra {extra}" if extra else "install the package that it names"
        raise ConfigError(expected=f"the package that reads {protocol}://", found=_one_line(error), next_step=step) from None
    except (ValueError, TypeError) as error:
        raise _unknown(without_credentials(address), error) from None
    return Remote(files, root.rstrip("/"), without_credentials(address))


def failures() -> tuple[type[Exception], ...]:
    """Everything by which a storage says that it cannot be read now; clients have errors of their own."""
    theirs = [getattr(sys.modules[module], name) for module, name in _FAILURES if module in sys.modules]
    return (OSError, TimeoutError, *theirs)


def listing(remote: Remote) -> list[RemoteFile]:
    """The files below the place, or the one file that it is; nothing there is a `FileNotFoundError`."""
    try:
        known = remote.files.find(remote.root, withdirs=False, detail=True)
    except TypeError as error:  # an option that only the client below knows to refuse
        raise _unknown(remote.said, error) from None
    listed = [RemoteFile(_name(path, remote.root), path, _stamp(facts)) for path, facts in sorted(known.items())]
    seen = [file for file in listed if not any(part.startswith((".", "~")) for part in PurePosixPath(file.name).parts)]
    if not seen:
        raise FileNotFoundError(f"nothing at {remote.said}")
    return seen


def download(remote: Remote, wanted: Sequence[RemoteFile], folder: Path) -> None:
    """Copy files into a folder, several at a time where the storage can."""
    targets = [inside(folder, file.name) for file in wanted]
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
    remote.files.get([file.path for file in wanted], [str(target) for target in targets])


def download_version(remote: Remote, version: str, target: Path) -> None:
    """Copy one object as it was at a version."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with remote.files.open(remote.root, "rb", version_id=version) as theirs, target.open("wb") as ours:
        shutil.copyfileobj(theirs, ours)


def inside(folder: Path, name: str) -> Path:
    """A file of the copy; a name that would leave its folder is refused."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/") or "\\" in name:
        raise SourceUnreadable(expected="names of files inside the data set", found=repr(name), next_step="correct it at the remote")
    return folder.joinpath(*parts)


def because(error: Exception) -> str:
    """Why a storage could not be read, in one line without credentials."""
    return f"{type(error).__name__}: {_one_line(error)}"


def _unknown(said: str, error: Exception) -> ConfigError:
    expected = "an address such as s3://bucket/bars, gs://…, az://… or file:///…, and options its storage knows"
    return ConfigError(expected=expected, found=f"{said}: {_one_line(error)}", next_step="correct `url` or `storage`")


def _name(path: str, root: str) -> str:
    return path.removeprefix(root).lstrip("/") or PurePosixPath(root).name


def _stamp(facts: Mapping[str, Any]) -> str:
    tag = next((str(facts[name]).strip('"') for name in _STAMPS if facts.get(name)), "")
    return f"{facts.get('size', '')} {tag}".strip()


def _one_line(error: Exception) -> str:
    return without_credentials(" ".join(str(error).split()))[:200]
