"""Why a row is dropped or repaired, or a symbol left out: a line a reason, in people's words, with what limits it.

A limit is a share of the rows that came in, or of the symbols. It is as wide as an honest vendor's worst habit: beyond it something is
wrong that dropping rows does not mend, and the night stops. A market file replaces it by name under `quality.limits`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nightshift.config import known

if TYPE_CHECKING:
    from nightshift.config import Quality

BY_COVERAGE, BY_HISTORY = "quality.min_symbol_coverage", "first_session"


@dataclass(frozen=True)
class Reason:
    """One reason, and the most that may be of it before the night stops."""

    name: str
    words: str  # stands after a number: "12 rows on days when the exchange was closed"
    default_limit: float  # a fraction
    cause: str  # what is usually behind it when it is more than that, and so what to look at
    of: Literal["rows", "symbols", "history"] = "rows"  # history: what is not used of it, which no limit counts
    limited_by: str = ""  # the key of the market file, where it is not the reason's own

    @property
    def key(self) -> str:
        """The key of the market file that limits it."""
        return self.limited_by or f"quality.limits.{self.name}"

    def limit(self, quality: Quality) -> float:
        """The limit in force: the market file's for this reason, else its one for all, else this reason's own.

        >>> from nightshift.config import Quality
        >>> reason = reason_of("not_a_session")
        >>> reason.limit(Quality()), reason.limit(Quality(max_defect_fraction=0.02)), reason.limit(Quality(limits={"not_a_session": 0.3}))
        (0.05, 0.02, 0.3)
        """
        if self.limited_by == BY_COVERAGE:
            return 1.0 - quality.min_symbol_coverage
        if self.limited_by == BY_HISTORY:
            return 1.0
        if self.of == "symbols":  # `max_defect_fraction` is of the rows
            return quality.limits.get(self.name, self.default_limit)
        every = self.default_limit if quality.max_defect_fraction is None else quality.max_defect_fraction
        return quality.limits.get(self.name, every)


_LISTED = (
    Reason("observed_after_as_of", "that were not known yet at as-of", 0.01, "an as-of before the bars arrived, or a wrong `observed_at`"),
    Reason("future_session", "of sessions after the night's", 0.01, "dates misread (day and month), or a wrong time zone"),
    Reason("not_a_session", "on days when the exchange was closed", 0.05, "another exchange's `calendar`, or sessions one day off"),
    Reason(
        "before_first_session", "before the first session that is used", 1.0,
        "set `first_session` to use an earlier history", of="history", limited_by="first_session",
    ),
    Reason("duplicate", "that are there twice", 0.05, "a file read twice, such as a copy beside it"),
    Reason("duplicate_with_other_values", "there twice with other values", 0.01, "two symbols under one name, or two vendors' files"),
    Reason("not_a_number", "with a missing number", 0.02, "an empty column, or rows of sessions before the symbol was listed"),
    Reason("price_not_positive", "with a price of 0 or less", 0.01, "opens that the vendor has not, or columns that were mixed up"),
    Reason("volume_negative", "with a negative volume", 0.01, "columns that were mixed up"),
    Reason("absurd_size", "of a size that no price or volume has", 0.001, "numbers in another unit, or wrong thousands marks"),
    Reason("ohlc_impossible", "whose high or low cannot be", 0.01, "columns that were mixed up, or only some of them adjusted"),
    Reason("wrong_tick", "that stand off the price for a few days and are abruptly back", 0.01, "ticks of another symbol or unit"),
    Reason("copied_bar", "of a pair in which one session repeats the other's bar", 0.02, "missing sessions that the vendor filled"),
    Reason("frozen_price", "at one price for a week or more that nobody traded", 0.1, "delisted or suspended symbols that are carried on"),
    Reason("volume_out_of_the_world", "with a thousand times the usual volume at a usual price", 0.001, "volume in another unit"),
    Reason(
        "unadjusted_action", "rescaled by a split, bonus or spin-off that nobody adjusted for", 0.1,
        "raw prices: bring `Adj Close` or `adj_factor`", of="symbols",
    ),
    Reason("other_unit", "in another unit than before", 0.1, "pence for pounds, or thousands", of="symbols", limited_by=BY_COVERAGE),
    Reason(
        "factor_not_in_price", "rescaled because `adj_factor` steps where the price does not", 0.1,
        "dividends never paid, paid twice, or in another unit", of="symbols", limited_by=BY_COVERAGE,
    ),
    Reason(
        "payout_not_in_factor", "rescaled because `adj_factor` lacked dividends or splits of the vendor's own columns", 0.1,
        "an `Adj Close` that is adjusted for splits alone", of="symbols", limited_by=BY_COVERAGE,
    ),
    Reason(
        "shifted_sessions", "of symbols whose bars are a session early or late", 0.1, "dates in another time zone",
        of="symbols", limited_by=BY_COVERAGE,
    ),
    Reason(
        "days_and_months_swapped", "of symbols whose dates were misread", 0.1,
        "dates as day/month that were read as month/day", of="symbols", limited_by=BY_COVERAGE,
    ),
    Reason(
        "another_company", "of symbols whose ticker was another company's before", 0.1,
        "a ticker that was given away again", of="symbols", limited_by=BY_COVERAGE,
    ),
    Reason("ohlc_widened", "whose high or low just missed open or close", 0.05, "prices rounded before they were adjusted"),
)  # fmt: skip

REASONS = {reason.name: reason for reason in _LISTED}


def reason_of(name: str) -> Reason:
    """The reason of this name; a misspelt one is refused with the nearest.

    >>> reason_of("not_a_sesion")
    Traceback (most recent call last):
    nightshift.errors.ConfigError: ...did you mean 'not_a_session'? ...
    """
    return REASONS[known("reason to drop or repair rows", name, REASONS)]
