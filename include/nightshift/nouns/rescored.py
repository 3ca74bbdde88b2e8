"""What a release measures on any period, asked after it was made."""

from __future__ import annotations

from nightshift.nouns.evaluation_record import Span
from nightshift.nouns.measures import Measures
from nightshift.nouns.record import Noun


class Rescored(Noun):
    """An answer, not a file: nothing that decides reads it."""

    market: str
    release: str
    family: str
    made_on: str  # session
    sessions: Span
    seen_in_training: bool
    measures: Measures
    benchmarks: dict[str, Measures]
