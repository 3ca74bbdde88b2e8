"""How much money fits into a market: what is traded there in a day, against what a strategy would trade."""

from nightshift.data.money.capital_scale import capital_warnings, scale_of
from nightshift.data.money.turnover import Turnover, in_words, round_down, turnover_of
from nightshift.data.money.without_volume import volume_warnings

__all__ = ["Turnover", "capital_warnings", "in_words", "round_down", "scale_of", "turnover_of", "volume_warnings"]
