"""What a simulation takes from today although the night could not have known it, and what it does not ask: said on its page."""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.nouns.simulation_record import SimulatedNight
from nightshift.running.simulation.history import History


def cannot_say(history: History, nights: Sequence[SimulatedNight]) -> tuple[str, ...]:
    """A sentence for each."""
    market, kind = history.market, history.market.source["kind"]
    revised = sum(not night.is_shared for night in nights)
    held = sum(night.said.outcome == "HELD" for night in nights)
    sentences = (
        _symbols(history),
        f"Prices and volumes are as source {kind!r} has them now: its corrections and adjustments of the past are today's. A bar counts as"
        " known from its `observed_at` on.",
        f"{revised} of {len(nights)} nights saw bars that cleaning judged otherwise later: their columns were computed from what they had,"
        " what they earned from what is believed now." if revised else "",
        "Policy, families, columns and code are those of today; whoever wrote them knew these years.",
        "The data quality gate, the leak hunt and the deployment test were not asked: a night that they would have stopped counts as run.",
        f"{held} nights were HELD for a person: nobody came, and nothing was released." if held else "",
        f"Parameters are the market file's: no search of {market.search.trials} trials a night was run." if market.search.trials else "",
        "No trade moves a price, beyond the costs and limits of the market file.",
    )  # fmt: skip
    return tuple(sentence for sentence in sentences if sentence)


def _symbols(history: History) -> str:
    """How who could be chosen then is known."""
    files, n, kind = history.market.universe, len(history.bars.symbols), history.market.source["kind"]
    if files is not None and files.members is not None:
        return (
            f"Who belonged to the market on which day is as its file of members says now, up to each night: {n} symbols in all. A member of"
            f" whom source {kind!r} has no bar is missing."
        )
    return (
        f"Which symbols there are is today's knowledge: source {kind!r} has {n} now, and those that went under and were taken out of it are"
        " missing. What survived earned more than what was there to choose from."
    )
