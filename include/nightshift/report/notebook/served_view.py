"""What a market serves, to look at: version, since when, by whose word, its card and its signals."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from nightshift.errors import NotThere
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.nouns.release import Release, ReleaseColumns, ReleaseLabel
from nightshift.release.signals import issued
from nightshift.report.notebook import html
from nightshift.report.notebook.signals_view import SignalsView
from nightshift.report.notebook.table import Table
from nightshift.storage import store


@dataclass(frozen=True, eq=False)
class ServedView:
    """A live release as the ledger and its folder say; it is never loaded here."""

    market: str
    entry: LedgerEntry
    as_of: dt.datetime | None  # none: now

    @property
    def version(self) -> str:
        """The version that answers."""
        return self.entry.version

    @property
    def since(self) -> str:
        """When it went live, UTC."""
        return self.entry.at

    @cached_property
    def release(self) -> Release:
        """Lineage, parameters and measures, verified against the seal."""
        return Release.read(store.open_folder(self.entry.release))

    @cached_property
    def columns(self) -> ReleaseColumns:
        """What it has to be fed with."""
        return ReleaseColumns.read(store.open_folder(self.entry.release))

    @cached_property
    def label(self) -> ReleaseLabel:
        """What it predicts."""
        return ReleaseLabel.read(store.open_folder(self.entry.release))

    @property
    def measures(self) -> Table:
        """What it measured before it was let in: a row for each part and metric."""
        rows = [
            (part, metric, one.value, one.low, one.high, one.note)
            for part, measures in self.release.measures.items()
            for metric, one in measures.items()
        ]
        return Table.of_rows(("part", "metric", "value", "low", "high", "note"), rows)

    def signals(self) -> SignalsView:
        """The newest signals that this version gave; `NotThere` where it has given none yet."""
        there = (one for one in issued.given(self.market) if one.record.version == self.version and not one.record.dry_run)
        of_then = (one for one in there if self.as_of is None or one.record.as_of <= self.as_of)
        newest = next(of_then, None)
        if newest is None:
            raise NotThere(
                expected=f"signals of {self.market} {self.version}", found="none yet", next_step=f"nightshift run --market {self.market}"
            )
        return SignalsView(newest)

    def __repr__(self) -> str:
        return f"<{self.market} {self.version}: {self.entry.evidence.family}, live since {self.since}>"

    def _repr_html_(self) -> str:
        facts = {
            "family": self.entry.evidence.family, "live since": self.since, "session": self.entry.session, "by": self.entry.who,
            "why": self.entry.why, "night": self.entry.night, "release": self.entry.release,
        }  # fmt: skip
        return html.card(f"{self.market} serves {self.version}", facts)
