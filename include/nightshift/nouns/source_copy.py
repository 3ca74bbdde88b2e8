"""What a copy of a remote data set at a revision is of; beside it lie the files themselves, in `files/`."""

from __future__ import annotations

from typing import ClassVar

from nightshift.nouns.record import Record


class SourceCopy(Record):
    """A data set as it was at one revision, read once and never changed."""

    FILE: ClassVar[str] = "copy.json"

    source: str  # where it was read from, without credentials
    revision: str  # as the market file names it
    exactly: str  # the content itself: `sha256:…` or DVC's `md5:…`
    commit: str  # of the repository; empty where there is none
    stamps: dict[str, str]  # file -> size and entity tag as the remote listed them: what says that a revision was rewritten
