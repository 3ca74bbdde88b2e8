"""The files below a folder that are to be read, those that are left out, and those that are nothing Nightshift reads."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from nightshift.data.sources.reading.bar_file import ENDINGS, BarFile, members_of
from nightshift.data.sources.reading.recognised import Unread
from nightshift.errors import ConfigError, SourceUnreadable
from nightshift.project import PROJECT

# What lies beside tables and is none; a spreadsheet or a database may hold bars and is never left out in silence.
NO_TABLES = frozenset(
    [
        ".md",
        ".ini",
        ".py",
        ".ipynb",
        ".r",
        ".pdf",
        ".png",
        ".jpg",
        ".jpeg",
        ".svg",
        ".html",
        ".htm",
        ".yaml",
        ".yml",
        ".toml",
        ".cfg",
        ".log",
        ".lnk",
        ".url",
        ".checksum",
        ".sha256",
        ".md5",
        ".crc",
        ".dvc",
    ]
)
NO_TABLE_NAMES = frozenset(["readme", "license", "licence", "makefile", "thumbs.db", "_success", "sources", "changelog", "notice"])


@dataclass(frozen=True)
class FolderFiles:
    """What lies below a folder."""

    place: Path
    read: tuple[BarFile, ...]  # in the order of their names
    unread: tuple[Unread, ...]
    left_out: tuple[str, ...]

    def name_of(self, file: BarFile) -> str:
        """The file as a person sees it below the folder, which is how `ignore:` names it."""
        below = file.path.relative_to(self.place).as_posix() if file.path.is_relative_to(self.place) else file.path.name
        return f"{below}/{file.member}" if file.member else below


def files_below(folder: str, ignore: tuple[str, ...] = ()) -> FolderFiles:
    """Every file below a folder, members of archives included; a relative folder is one of the project."""
    place = Path(folder).expanduser() if Path(folder).expanduser().is_absolute() else PROJECT / folder
    if not place.is_dir():
        raise ConfigError(
            expected=f"a folder of CSV or Parquet files at {place}", found="no such folder",
            next_step="create it and put AAPL.csv (Date, Open, High, Low, Close, Volume) and so on there, or one file with a Symbol column",
        )  # fmt: skip
    read, unread, left_out = list[BarFile](), list[Unread](), list[str]()
    empty = FolderFiles(place, (), (), ())
    for file in _every_file(place, ignore, empty, unread):
        name = empty.name_of(file)
        if _is_ignored(name, ignore) or _is_no_table(file):
            left_out.append(name)
        elif file.ending in ENDINGS and file.ending != ".zip":
            read.append(file)
        else:
            unread.append(_of_another_kind(file, name))
    if not read and not unread:
        raise SourceUnreadable(
            expected=f"files ending in {', '.join(sorted(ENDINGS))} in {place}",
            found=f"only {', '.join(left_out[:5])}" if left_out else "an empty folder",
            next_step="put bars there, one file a symbol or one for all",
        )  # fmt: skip
    return FolderFiles(place, tuple(read), tuple(unread), tuple(left_out))


def _every_file(place: Path, ignore: tuple[str, ...], empty: FolderFiles, unread: list[Unread]) -> list[BarFile]:
    files = []
    for path in sorted(path for path in place.rglob("*") if path.is_file() and not path.name.startswith((".", "~"))):
        archive = BarFile(path)
        if archive.ending != ".zip" or _is_ignored(empty.name_of(archive), ignore):
            files.append(archive)
            continue
        try:
            files += members_of(path)
        except SourceUnreadable as error:
            name = empty.name_of(archive)
            unread.append(Unread(name, error.expected, error.found, error.next_step, name))
    return files


def _is_ignored(name: str, ignore: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) or fnmatch(name.rsplit("/", 1)[-1], pattern) for pattern in ignore)


def _is_no_table(file: BarFile) -> bool:
    return file.ending in NO_TABLES or file.name.lower() in NO_TABLE_NAMES


def _of_another_kind(file: BarFile, name: str) -> Unread:
    expected = f"a table ending in {', '.join(sorted(ENDINGS))} at {file.label}"
    return Unread(name, expected, file.ending or "no ending", "save it as CSV, or unpack it", name)
