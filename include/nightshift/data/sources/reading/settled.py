"""What a market file settles by hand about its files, where the files leave it open."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from nightshift.config import Closed
from nightshift.data.sources.reading.evidence.zones import zone_named

Ours = Literal["session", "symbol", "open", "high", "low", "close", "volume", "adj_factor", "adj_close", "observed_at", "dividend", "split"]


class Settled(Closed):
    """Keys under `source:`; every one is needed only where the file itself has two readings, or other names than anybody's."""

    dates: Literal["day_first", "month_first"] | None = None  # 03/04/2024: the third of April, or March the fourth
    decimal: Literal["point", "comma"] | None = None  # 1,234: more than a thousand, or more than one
    columns: dict[Ours, str] = Field(default_factory=dict)  # ours: theirs, as the header spells it
    zone: str | None = None  # of the exchange, where instants are in UTC: "Asia/Tokyo", "+07:00"; its day is the session
    volume: Literal["none"] | None = None  # an index or a currency: files may lack volumes, and what they have of them is not read
    ignore: tuple[str, ...] = ()  # files left out: names or patterns such as "*.txt" or "old/*"

    @field_validator("zone")
    @classmethod
    def _is_one(cls, zone: str | None) -> str | None:
        if zone is not None:
            zone_named(zone)
        return zone

    @property
    def decimal_mark(self) -> str | None:
        """The decimal mark, where it is settled."""
        return {"point": ".", "comma": ","}.get(self.decimal or "")

    @property
    def optional(self) -> frozenset[str]:
        """Columns that a file need not have."""
        return frozenset(["volume"] if self.volume == "none" else [])

    @property
    def theirs(self) -> dict[str, str]:
        """The columns that are named by hand."""
        return {str(ours): name for ours, name in self.columns.items()}


NOTHING_SETTLED = Settled()
