"""Where a table of bars lies, and the symbol that its name says."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nightshift.errors import SourceUnreadable

ENDINGS = (".csv.gz", ".txt.gz", ".tsv.gz", ".csv", ".txt", ".tsv", ".parquet", ".pq", ".zip")
PARQUET = (".parquet", ".pq")
# What vendors, browsers and file managers put around the symbol; a copy of a file is of the same symbol.
_AROUND = (
    re.compile(r"^Quote-Equity-(.+?)-[A-Z]{2}-\d\d-\d\d-\d{4}-to-\d\d-\d\d-\d{4}$"),  # NSE
    re.compile(r"^(.+?)-1d-\d{4}-\d\d(?:-\d\d)?$"),  # Binance, a file a month or day
    re.compile(r"^(.+?)_\d{1,2}_\d{1,2}_\d{4}-\d{1,2}_\d{1,2}_\d{4}_historical_data_coinmarketcap$"),
    re.compile(r"^(.+?) (?:Historical Data|Stock Price History)$"),  # investing.com
)
_COPY = re.compile(r"(?: ?\(\d+\)| - (?:Copy|Kopie|copie)(?: ?\(\d+\))?| copy(?: \d+)?)$")


@dataclass(frozen=True)
class BarFile:
    """Where a table lies: a file, or a member of an archive."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """The last part of its name."""
        return self.member.rsplit("/", 1)[-1] if self.member else self.path.name

    @property
    def label(self) -> str:
        """How an error names it."""
        return f"{self.path}/{self.member}" if self.member else str(self.path)

    @cached_property
    def ending(self) -> str:
        """The ending among those that are read, else the last one."""
        return next((e for e in ENDINGS if self.name.lower().endswith(e)), Path(self.name).suffix.lower())

    @property
    def symbol(self) -> str:
        """The symbol that the file is named for.

        >>> BarFile(Path("AAPL (1).csv")).symbol, BarFile(Path("BTCUSDT-1d-2024-01.csv")).symbol, BarFile(Path("BRK.B.csv")).symbol
        ('AAPL', 'BTCUSDT', 'BRK.B')
        """
        bare = _COPY.sub("", self.bare)
        return next((met[1] for met in (around.match(bare) for around in _AROUND) if met), bare)

    @property
    def bare(self) -> str:
        """Its name without the ending."""
        return self.name[: -len(self.ending)] if self.ending else self.name

    @property
    def is_copy(self) -> bool:
        """Whether a browser or a file manager named it as another copy."""
        return _COPY.search(self.bare) is not None


def members_of(path: Path) -> list[BarFile]:
    """The files of an archive; what a Mac puts beside them is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            inside = sorted(entry.filename for entry in archive.infolist() if not entry.is_dir())
    except (zipfile.BadZipFile, OSError) as error:
        raise SourceUnreadable(expected=f"a zip archive at {path}", found=str(error), next_step="download it again") from None
    return [BarFile(path, name) for name in inside if not name.startswith("__MACOSX/") and not name.rsplit("/", 1)[-1].startswith(".")]
