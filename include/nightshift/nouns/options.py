"""What a person may ask of one night."""

from __future__ import annotations

from typing import Any

from nightshift.nouns.record import Noun


class Options(Noun):
    """Each part changes the night's address, so that nothing is reused wrongly."""

    symbols: tuple[str, ...] = ()  # empty: all
    families: tuple[str, ...] = ()  # empty: all of the market file
    trials: int | None = None  # none: as the market file says
    force: str = ""  # who forces a retrain, and why; empty: nobody
    params: dict[str, dict[str, Any]] = {}  # noqa: RUF012 - by family: what replaces the market file's parameters
    strategy: str = ""  # how parameters are searched; empty: as the market file says
    timeout_minutes: float | None = None  # of a family's search; none: as the market file says

    def but(self, **changes: Any) -> Options:
        """The same wishes with some of them changed.

        >>> Options(trials=9, force="me").but(trials=0)
        Options(symbols=(), families=(), trials=0, force='me', params={}, strategy='', timeout_minutes=None)
        """
        return Options.model_validate(dict(self) | changes)
