"""What a market without volumes does without: an index or a currency whose file says `volume: none`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.nouns.data_account import Breach

if TYPE_CHECKING:
    from nightshift.config import Market


COLUMNS = "the theme `volume` and rank_volume_ratio_20"


def volume_warnings(market: Market) -> tuple[Breach, ...]:
    """What is to be said of missing volumes; nothing where there are some."""
    if market.has_volume:
        return ()
    return (
        Breach(
            name="volume", severity="warning", worst=(), rows=(), key="source.volume", value="none",
            says=f"the bars have no volumes: columns that need them are left out ({COLUMNS})",
            allowed="nothing bounds how much of a day's turnover a trade may be, and no turnover says what capital is in scale",
            next_step="delete `volume: none` under `source:` once the files have volumes",
        ),
    )  # fmt: skip
