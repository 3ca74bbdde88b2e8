"""Configuration: the shape of a market file. It knows no room; whether the names in it exist is checked above them."""

from nightshift.config.choices import known
from nightshift.config.closed import NAME, Closed, Fraction
from nightshift.config.deciding import Budget, Gate
from nightshift.config.market import WITHOUT_VOLUME, Market
from nightshift.config.reading import load_market, market_names, markets_folder, parse_market, validated
from nightshift.config.serving import Serving
from nightshift.config.settings import (
    Alerts,
    Costs,
    Execution,
    FamilyChoice,
    Label,
    Paths,
    Proof,
    Quality,
    Schedule,
    Search,
    Selection,
    Split,
)
from nightshift.config.universe_files import UniverseFiles

__all__ = [
    "NAME", "WITHOUT_VOLUME", "Alerts", "Budget", "Closed", "Costs", "Execution", "FamilyChoice", "Fraction", "Gate", "Label", "Market",
    "Paths", "Proof", "Quality", "Schedule", "Search", "Selection", "Serving", "Split", "UniverseFiles", "known", "load_market",
    "market_names", "markets_folder", "parse_market", "validated",
]  # fmt: skip
