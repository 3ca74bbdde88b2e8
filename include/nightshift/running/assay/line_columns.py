"""A simulated market with all of its columns: what every night of the assay's whole line is cut from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from nightshift import sessions
from nightshift.config import FamilyChoice, Market
from nightshift.data import snapshot, sources
from nightshift.data.labels import label
from nightshift.data.splits import Ordered, ordered
from nightshift.nouns.bars import Bars
from nightshift.nouns.panel import Panel
from nightshift.running.assay.cases import Case

HISTORY_SESSIONS, SYMBOLS = 1220, 30
FAMILY = "logistic"
COLUMNS = ("volume", "returns")
FIRST_SESSION = dt.date(2016, 1, 4)
_LEAK_NOISE = 0.3  # of a column that knows the label


@dataclass(frozen=True, eq=False)
class Line:
    """A simulated market with all of its columns."""

    market: Market
    bars: Bars
    panel: Panel

    def tonight(self, n_sessions: int) -> tuple[Bars, Panel, Ordered]:
        """What is known after so many sessions."""
        whole, reach = self.panel, self.panel.label_reach
        known = whole.label[:, :n_sessions].copy()
        known[:, max(n_sessions - reach, 0) :] = np.nan
        panel = Panel(whole.symbols, whole.sessions[:n_sessions], whole.names, whole.values[:, :n_sessions], known, reach)
        return self.bars.first(n_sessions), panel, ordered(n_sessions, self.market.split, reach)


def line_of(market: Market, case: Case, strength: float, nights: int, seed: int) -> Line:
    """A market of this case through source, cleaning and columns."""
    from nightshift.data.columns.every_column import chosen, compute

    days = sessions.between(market.calendar, FIRST_SESSION, FIRST_SESSION + dt.timedelta(days=2 * (HISTORY_SESSIONS + nights) + 60))
    last = days[HISTORY_SESSIONS + nights + market.label.horizon_sessions].astype(object)
    signal = {"kind": "linear", "strength": strength} if case.kind == "planted" else {"kind": "none"}
    source = {"kind": "simulated", "symbols": SYMBOLS, "first_session": FIRST_SESSION, "seed": seed, "market_correlation": 0.0}
    source |= {"signal": signal}
    chosen_market = market.model_copy(update={"source": source, "families": (FamilyChoice(name=FAMILY),), "columns": COLUMNS})
    query = sources.Query(market.calendar, (), None, last, sessions.close_of(market.calendar, last) + dt.timedelta(hours=2))
    bars = snapshot.bars(sources.fetch(chosen_market, query))
    columns = chosen(COLUMNS)
    outcome, reach = label(bars, market.label)
    values, names = compute(bars, columns), tuple(column.name for column in columns)
    if case.kind == "leaky":
        noise = np.random.default_rng(seed).normal(0.0, _LEAK_NOISE, (*bars.shape, 1))
        values, names = np.concatenate([values, (outcome[:, :, None] + noise).astype(np.float32)], axis=2), (*names, "leak")
    return Line(chosen_market, bars, Panel(bars.symbols, bars.sessions, names, values, outcome, reach))
