"""A file of bars on the disk or inside an archive: its name, its ending, its bytes, and its text as UTF-8."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, replace
from typing import Any

from nightshift.data.sources.reading.bar_file import PARQUET, BarFile
from nightshift.errors import SourceUnreadable

BY_PATH_BYTES = 32 << 20  # plain text beyond this is left to Arrow, which reads it in blocks
HEAD_BYTES, TAIL_BYTES = 1 << 12, 1 << 11
HEAD_LINES = 32  # at least, where the file has them: a wide table has long lines


@dataclass(frozen=True)
class Opened:
    """A file's contents; plain text that is large stays on the disk."""

    file: BarFile
    held: bytes | None
    encoding: str | None = None  # of the file; what is held of a text is UTF-8 without a mark

    def head(self) -> str:
        """The first lines, whole ones."""
        most, raw = HEAD_BYTES, self.bytes(0, HEAD_BYTES)
        while len(raw) == most and raw.count(b"\n") + raw.count(b"\r") < HEAD_LINES:
            most *= 4
            raw = self.bytes(0, most)
        return (raw if len(raw) < most else _until_line_end(raw)).decode("utf-8", "replace")

    def tail(self) -> str:
        """The last lines, whole ones, of what comes after the head."""
        raw = self.bytes(HEAD_BYTES, None)
        return raw[re.search(rb"[\r\n]|$", raw).end() :].decode("utf-8", "replace") if raw else ""  # type: ignore[union-attr]

    def stream(self) -> Any:
        """What Arrow reads from."""
        import pyarrow as pa

        return str(self.file.path) if self.held is None else pa.BufferReader(self.held)

    def lines(self) -> list[str]:
        """Every line, to say which one is wrong."""
        raw = self.file.path.read_bytes() if self.held is None else self.held
        return re.split(r"\r\n|\n|\r", raw.decode("utf-8", "replace"))

    def bytes(self, after: int, most: int | None) -> bytes:
        """The first `most`, or the last ones that are not among the first `after`."""
        if self.held is not None:
            return self.held[:most] if most else self.held[max(len(self.held) - TAIL_BYTES, after) :]
        with self.file.path.open("rb") as file:
            if most is None:
                file.seek(-TAIL_BYTES, io.SEEK_END)
            return file.read(most or TAIL_BYTES)


def opened(file: BarFile) -> Opened:
    """The file, its text as UTF-8 whatever it was saved in."""
    if file.ending in PARQUET:
        return Opened(file, _raw(file) if file.member else None)
    large = file.member is None and not file.ending.endswith(".gz") and file.path.stat().st_size > BY_PATH_BYTES
    whole = Opened(file, None) if large else Opened(file, _raw(file))
    head, rest = (whole.held, b"") if whole.held is not None else (whole.bytes(0, HEAD_BYTES), whole.bytes(HEAD_BYTES, None))
    named = encoding_of(file, head, rest)
    if named == "utf-8":
        return replace(whole, encoding=named)
    raw = file.path.read_bytes() if whole.held is None else whole.held or b""
    try:
        return Opened(file, raw.decode(named).encode(), "utf-8" if named == "utf-8-sig" else named)
    except UnicodeDecodeError as error:
        raise _no_text(file, str(error)) from None


def encoding_of(file: BarFile, head: bytes, tail: bytes) -> str:
    """By its first bytes; without a mark what is not UTF-8 is what Windows writes in the west."""
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in head:
        odd, even = head[1::2].count(0), head[::2].count(0)
        if max(odd, even) < 0.8 * len(head) / 2 or min(odd, even) > 0:
            raise _no_text(file, "bytes that no text has")
        return "utf-16-le" if odd else "utf-16-be"
    try:
        _until_line_end(head).decode("utf-8")
        tail[tail.find(b"\n") + 1 :].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _raw(file: BarFile) -> bytes:
    try:
        if file.member:
            with zipfile.ZipFile(file.path) as archive:
                raw = archive.read(file.member)
        else:
            raw = file.path.read_bytes()
        return gzip.decompress(raw) if file.ending.endswith(".gz") else raw
    except (gzip.BadGzipFile, EOFError, zlib.error, zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise SourceUnreadable(
            expected=f"a readable {file.ending} file at {file.label}", found=" ".join(str(error).split()),
            next_step="download it again, without a password",
        ) from None  # fmt: skip


def _until_line_end(raw: bytes) -> bytes:
    end = max(raw.rfind(b"\n"), raw.rfind(b"\r"))
    return raw[: end + 1] if end >= 0 else raw


def _no_text(file: BarFile, found: str) -> SourceUnreadable:
    return SourceUnreadable(
        expected=f"a table as text in {file.label}", found=" ".join(found.split())[:200],
        next_step="save it as CSV in UTF-8",
    )  # fmt: skip
