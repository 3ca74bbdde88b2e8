"""What a market file settles by hand about its files, where the files leave it open."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nightshift.config import Closed

Ours = Literal["session", "symbol", "open", "high", "low", "close", "volume", "adj_factor", "adj_close", "observed_at", "dividend", "split"]


class Settled(Closed):
    """Keys under `source:`; every one is needed only where the file itself has two readings, or other names than anybody's."""

    dates: Literal["day_first", "month_first"] | None = None  # 03/04/2024: the third of April, or March the fourth
    decimal: Literal["point", "comma"] | None = None  # 1,234: more than a thousand, or more than one
    columns: dict[Ours, str] = Field(default_factory=dict)  # ours: theirs, as the header spells it
    ignore: tuple[str, ...] = ()  # files left out: names or patterns such as "*.txt" or "old/*"

    @property
    def decimal_mark(self) -> str | None:
        """The decimal mark, where it is settled."""
        return {"point": ".", "comma": ","}.get(self.decimal or "")

    @property
    def theirs(self) -> dict[str, str]:
        """The columns that are named by hand."""
        return {str(ours): name for ours, name in self.columns.items()}


NOTHING_SETTLED = Settled()
