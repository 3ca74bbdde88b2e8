"""What DVC writes into a git repository, read without DVC: which content a path has, and where its remote keeps it."""

from __future__ import annotations

import configparser
import json
import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

from nightshift.errors import SourceUnreadable

Text = Callable[[str], str | None]  # a path in the repository at the revision -> its text, if it is there
FOLDER = ".dir"  # ends the md5 of a folder, whose object lists the files
_OPTIONS = {  # DVC's name of a remote's option -> the storage's own
    "endpointurl": "endpoint_url", "profile": "profile", "access_key_id": "key", "secret_access_key": "secret", "session_token": "token",
    "projectname": "project", "account_name": "account_name", "account_key": "account_key", "sas_token": "sas_token",
    "connection_string": "connection_string",
}  # fmt: skip


@dataclass(frozen=True)
class Tracked:
    """What DVC tracks for a path: the md5 of a file or folder, and the path inside that folder, if it is only a part of it."""

    name: str  # of the file or folder
    md5: str
    layout: str  # where a remote keeps objects: `files/md5`, or its root for what DVC 2 wrote
    part: str

    @property
    def exactly(self) -> str:
        """The content, in one word."""
        return f"md5:{self.md5}" + (f"/{self.part}" if self.part else "")

    def object_of(self, md5: str) -> str:
        """The path of an object below a remote or cache.

        >>> Tracked("bars", "ab12.dir", "files/md5", "").object_of("cd34.dir")
        'files/md5/cd/34.dir'
        """
        return posixpath.join(self.layout, md5[:2], md5[2:])

    def contents(self, listed: str) -> dict[str, str]:
        """File -> md5, of a folder's own object; only those of the part."""
        every = {entry["relpath"]: entry["md5"] for entry in json.loads(listed)}
        if not self.part:
            return every
        below = f"{self.part}/"
        files = {name.removeprefix(below): md5 for name, md5 in every.items() if name.startswith(below)}
        return files or {PurePosixPath(name).name: md5 for name, md5 in every.items() if name == self.part}


def tracked(text: Text, path: str) -> Tracked | None:
    """The content of a path, or of the folder that it lies in: from its `.dvc` file or a `dvc.lock`."""
    place = PurePosixPath(path)
    for whole in (place, *place.parents[:-1]):
        for entry, where in _outputs(text, whole):
            if posixpath.normpath(posixpath.join(where, entry.get("wdir", "."), entry["path"])) == str(whole):
                return _tracked(entry, str(place.relative_to(whole)), path)
    return None


def remote_of(configurations: list[str], name: str) -> tuple[str, dict[str, Any]]:
    """The address and options of a remote (of the default one without a name); a later configuration overrides an earlier one."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    for configuration in configurations:
        parser.read_string(configuration)
    chosen = name or parser.get("core", "remote", fallback="")
    section = next((title for title in parser.sections() if title.strip("'") == f'remote "{chosen}"'), "")
    if not section or not parser.has_option(section, "url"):
        return "", {}
    options: dict[str, Any] = {theirs: parser.get(section, ours) for ours, theirs in _OPTIONS.items() if parser.has_option(section, ours)}
    if parser.has_option(section, "region"):
        options["client_kwargs"] = {"region_name": parser.get(section, "region")}
    return parser.get(section, "url"), options


def remotes_in(configurations: list[str]) -> list[str]:
    """The names of the remotes that there are."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    for configuration in configurations:
        parser.read_string(configuration)
    return [title.strip("'").removeprefix('remote "').removesuffix('"') for title in parser.sections() if "remote" in title]


def _outputs(text: Text, whole: PurePosixPath) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Every output of the path's own `.dvc` file and of the `dvc.lock` files above it, with the folder it is reckoned from."""
    own = text(f"{whole}.dvc")
    if own is not None:
        stage = yaml.safe_load(own) or {}
        yield from (({**entry, "wdir": stage.get("wdir", ".")}, str(whole.parent)) for entry in stage.get("outs", []))
    for above in whole.parents:
        lock = text(str(above / "dvc.lock"))
        for stage in (yaml.safe_load(lock) or {}).get("stages", {}).values() if lock else ():
            yield from ((entry, str(above)) for entry in stage.get("outs", []))


def _tracked(entry: Mapping[str, Any], part: str, path: str) -> Tracked:
    md5 = str(entry.get("md5", ""))
    if not md5:
        raise SourceUnreadable(
            expected=f"the md5 of {path} in its DVC file",
            found=f"{', '.join(entry)}: a remote with versions of its own, or an import that was never fetched",
            next_step="track it with plain `dvc add` and `dvc push`, or read the remote itself with `url:`",
        )
    return Tracked(
        name=PurePosixPath(entry["path"]).name,
        md5=md5,
        layout="files/md5" if entry.get("hash") == "md5" else "",
        part="" if part == "." else part,
    )
