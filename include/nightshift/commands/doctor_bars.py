"""What the doctor finds in a market's source: its first and last bar, how old that is, and what a night on them would cost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.errors import NightshiftError

if TYPE_CHECKING:
    from nightshift.config import Market


def bars_found(name: str, as_of: dt.datetime, *, by_name: bool) -> tuple[bool, str]:
    """Whether a night of this market would have bars, and what is there; of a market that nobody asked for, files may still be missing."""
    from nightshift.data import money
    from nightshift.data.membership import read_until
    from nightshift.running.inspection.source_sample import refuse_too_old, sample
    from nightshift.running.market_check import checked_market

    try:
        market = checked_market(name)
        as_of = market.as_of_at(as_of)
        read_until(market.universe, as_of.date())
        if not by_name and _waits_for_files(market):
            return True, f"no files yet: put some into {market.source['folder']}, then nightshift inspect {market.source['folder']}"
        taken = sample(market, as_of)
        refuse_too_old(market, taken, as_of)
    except NightshiftError as failure:
        return False, str(failure)
    first, last = taken.span
    age = taken.age_hours(market.calendar, as_of)
    scale = "".join(
        f"; capital: {one.sentence}; {one.next_step}" for one in money.capital_warnings(taken.bars, market.costs, taken.symbols)
    )
    return True, (
        f"{first} to {last} in {taken.sampled_of}; the newest session closed {age:.0f} hours ago, of at most "
        f"{market.quality.max_data_age_hours:g} (`quality.max_data_age_hours`); a night: {_cost(market, taken.rows)}{scale}"
    )


def _waits_for_files(market: Market) -> bool:
    from nightshift.project import PROJECT

    return market.source["kind"] == "folder" and not (PROJECT / Path(str(market.source["folder"])).expanduser()).is_dir()


def _cost(market: Market, rows: int) -> str:
    from nightshift.data.columns import chosen
    from nightshift.running.inspection.night_cost import night_cost

    return str(night_cost(rows, len(chosen(market.columns)), market.family_names))
