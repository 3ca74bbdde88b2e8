"""Where bars come from. One file per source; the list below is the whole choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.data.sources import folder, mongo, simulated, yahoo
from nightshift.data.sources.source import Query, Source, checked_against

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.config import Closed, Market

SOURCES: dict[str, Source] = {source.name: source for source in (simulated.SOURCE, folder.SOURCE, mongo.SOURCE, yahoo.SOURCE)}


def fetch(market: Market, query: Query) -> pa.Table:
    """The market's bars as they were known at `query.as_of`: `BAR_ROW` columns, sorted by symbol, session, observed_at."""
    source = SOURCES[market.source["kind"]]
    return checked_against(query, source.fetch(params_of(market), query), source.name)


def params_of(market: Market) -> Closed:
    """The market's `source:` as its source's own typed parameters."""
    from nightshift.config import validated

    source = SOURCES[market.source["kind"]]
    return validated(source.Params, {k: v for k, v in market.source.items() if k != "kind"}, f"market {market.market} under `source`")
