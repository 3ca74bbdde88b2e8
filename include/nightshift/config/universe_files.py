"""Which files say who belonged to a market, and when."""

from __future__ import annotations

from pydantic import Field

from nightshift.config.closed import Closed


class UniverseFiles(Closed):
    """CSV or Parquet files; a relative path is of the project. Without them everybody with a bar belongs to the market."""

    members: str | None = Field(None, min_length=1)  # symbol, from, to: the first and the last session; an empty `to`: still one
    delistings: str | None = Field(None, min_length=1)  # symbol, session, final_return_fraction: the last session, what came after it
