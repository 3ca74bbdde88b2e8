"""Where bars come from. One file per source; the list below is the whole choice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nightshift.data.sources import folder, mongo, simulated, versioned, yahoo
from nightshift.data.sources.source import Query, Source, checked_against

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.config import Market

SOURCES: dict[str, Source] = {
    source.name: source for source in (simulated.SOURCE, folder.SOURCE, mongo.SOURCE, versioned.SOURCE, yahoo.SOURCE)
}


def fetch(market: Market, query: Query) -> pa.Table:
    """The market's bars as they were known at `query.as_of`: `BAR_ROW` columns, sorted by symbol, session, observed_at."""
    source = SOURCES[market.source["kind"]]
    return checked_against(query, source.fetch(params_of(market), replace(query, market=market.market)), source.name)


def pinned(market: Market) -> Market:
    """The market with the exact content of a source that has revisions, settled now: what is read and what is noted are one."""
    if market.source["kind"] != versioned.SOURCE.name:
        return market
    settled = versioned.pinned(params_of(market)).model_dump(mode="json", exclude_defaults=True)
    return market.model_copy(update={"source": {"kind": versioned.SOURCE.name, **settled}})


def params_of(market: Market) -> Any:
    """The market's `source:` as its source's own typed parameters."""
    from nightshift.config import validated

    source = SOURCES[market.source["kind"]]
    return validated(source.Params, {k: v for k, v in market.source.items() if k != "kind"}, f"market {market.market} under `source`")
