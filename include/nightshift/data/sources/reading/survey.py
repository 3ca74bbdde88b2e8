"""A folder of files: each recognised and read, and everything that is wrong with them said at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nightshift.data.sources.reading.bar_file import BarFile
from nightshift.data.sources.reading.folder_files import FolderFiles, files_below
from nightshift.data.sources.reading.reading_files import recognised_in, vendor_table
from nightshift.data.sources.reading.recognised import Survey, Unread, VendorTable
from nightshift.data.sources.reading.repeats import Slim, repeats, slim
from nightshift.data.sources.reading.settled import NOTHING_SETTLED, Settled
from nightshift.errors import SourceUnreadable

if TYPE_CHECKING:
    from pathlib import Path

NAMED_FILES = 40


def survey(folder: str | Path, settled: Settled = NOTHING_SETTLED, calendar: str | None = None) -> Survey:
    """What is in a folder, without a refusal: what cannot be read is part of the answer."""
    files = files_below(str(folder), settled.ignore)
    recognised = []
    unread = read_each(
        files, files.read, lambda file: vendor_table(file, settled, calendar),
        lambda file, table: recognised.append(recognised_in(file, table)),
    )  # fmt: skip
    return Survey(tuple(recognised), unread, files.left_out)


def read_each(
    files: FolderFiles, wanted: Sequence[BarFile], read: Callable[[BarFile], VendorTable], take: Callable[[BarFile, VendorTable], object]
) -> tuple[Unread, ...]:  # fmt: skip
    """Every file that can be read goes to `take`; those that cannot, and symbols that two files have, come back."""
    unread, compared = list(files.unread), list[Slim]()
    for file in wanted:
        try:
            table = read(file)
            take(file, table)
        except SourceUnreadable as error:
            name = files.name_of(file)
            unread.append(Unread(name, error.expected, error.found, error.next_step, name, getattr(error, "settles", None)))
        else:
            compared.append(slim(file, files.name_of(file), table.rows))
    return (*unread, *repeats(compared))


def refuse(files: FolderFiles, unread: tuple[Unread, ...]) -> None:
    """One message for all that is wrong, with the line that would leave it out."""
    if not unread:
        return
    ignore = f"`ignore: [{', '.join(repr(one.ignore) for one in unread[:NAMED_FILES])}]` under `source:`"
    if len(unread) == 1:
        only = unread[0]
        raise SourceUnreadable(expected=only.expected, found=only.found, next_step=f"{only.next_step}; {ignore} leaves it out")
    named = "".join(f"\n- {one.file}: expected {one.expected}; found {one.found}; next: {one.next_step}" for one in unread[:NAMED_FILES])
    more = f"\n- and {len(unread) - NAMED_FILES} more" if len(unread) > NAMED_FILES else ""
    raise SourceUnreadable(
        expected=f"bars in every file of {files.place}",
        found=f"{len(unread)} of {len(files.read) + len(files.unread)} that are not read:{named}{more}\n",
        next_step=f"correct them; {ignore} leaves them out",
    )  # fmt: skip
