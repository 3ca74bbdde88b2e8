"""Reading what vendors give: how a file is written is decided by what is in it, and said; what has two readings is refused with both."""

from nightshift.data.sources.reading.bar_file import ENDINGS, BarFile
from nightshift.data.sources.reading.folder_files import FolderFiles, files_below
from nightshift.data.sources.reading.reading_files import bars_of, is_one_symbol, recognise, vendor_table, with_symbol
from nightshift.data.sources.reading.recognised import Form, Recognised, Survey, Unread, VendorTable
from nightshift.data.sources.reading.settled import NOTHING_SETTLED, Settled
from nightshift.data.sources.reading.survey import read_each, refuse, survey

__all__ = [
    "ENDINGS",
    "NOTHING_SETTLED",
    "BarFile",
    "FolderFiles",
    "Form",
    "Recognised",
    "Settled",
    "Survey",
    "Unread",
    "VendorTable",
    "bars_of",
    "files_below",
    "is_one_symbol",
    "read_each",
    "recognise",
    "refuse",
    "survey",
    "vendor_table",
    "with_symbol",
]
