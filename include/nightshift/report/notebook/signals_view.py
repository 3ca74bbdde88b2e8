"""Signals to look at: whose answer, for which session, until when it is good, and a row a symbol."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nightshift.errors import NotThere
from nightshift.nouns.signals import NUMBERS
from nightshift.report.notebook import html
from nightshift.report.notebook.table import Table

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from nightshift.nouns.signals_record import SignalsRecord
    from nightshift.release.signals.issued import Issued
    from nightshift.storage.night import Night


@dataclass(frozen=True, eq=False)
class SignalsView:
    """What one night's served release said of the next session."""

    issued: Issued

    @classmethod
    def of_night(cls, night: Night) -> SignalsView:
        """The newest signals of a night; `NotThere` where it gave none."""
        from nightshift.release.signals.issued import of_night

        there = of_night(night.address)
        if not there:
            step = "a night that Nightshift runs to its end has them"
            raise NotThere(expected=f"signals of {night.address}", found="none", next_step=step)
        return cls(there[0])

    @property
    def record(self) -> SignalsRecord:
        """Version, sessions, expiry, strategy, counts."""
        return self.issued.record

    @cached_property
    def rows(self) -> Table:
        """A row a symbol: score, position, what it costs to get there; no rows where nothing was served."""
        said = self.issued.rows
        if said is None:
            return Table(dict.fromkeys(("symbol", *NUMBERS), ()))
        return Table({"symbol": said.symbols, **{name: getattr(said, name).tolist() for name in NUMBERS}})

    def is_expired(self, at: dt.datetime) -> bool:
        """True once nobody should act on them."""
        return self.record.is_expired(at)

    def to_frame(self) -> pd.DataFrame:
        """The rows as a new pandas frame."""
        return self.rows.to_frame()

    def __repr__(self) -> str:
        return f"<{self._title()}>"

    def _repr_html_(self) -> str:
        facts = {
            "strategy": self.record.strategy,
            "good until": f"{self.record.expires_at:%Y-%m-%d %H:%M} UTC",
            "none": self.record.why_none,
        }
        return html.card(self._title(), facts) + (self.rows._repr_html_() if len(self.rows) else "")

    def _title(self) -> str:
        record = self.record
        return f"signals of {record.market} {record.version or '(nothing served)'} for {record.for_session}, from bars of {record.session}"
