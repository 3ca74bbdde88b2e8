"""One night to look at: what its stages left, each read and verified when it is asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from nightshift.errors import NotThere
from nightshift.nouns.data_account import DataAccount
from nightshift.nouns.examination import Examination
from nightshift.nouns.record import Record
from nightshift.nouns.timing_line import Timing
from nightshift.nouns.training import TrainingRecord
from nightshift.nouns.verdict_record import Verdict
from nightshift.report.gather import beside
from nightshift.report.notebook import html
from nightshift.report.notebook.evaluation_view import EvaluationView
from nightshift.report.notebook.signals_view import SignalsView
from nightshift.report.notebook.table import Table
from nightshift.report.notebook.verdict_view import VerdictView
from nightshift.storage import ledger, store
from nightshift.storage.night_state import NightState, state_of

if TYPE_CHECKING:
    from nightshift.config import Market
    from nightshift.storage.night import Night

Kind = TypeVar("Kind", bound=Record)


@dataclass(frozen=True, eq=False)
class NightView:
    """A night as its folders hold it; `NotThere` says which stage it did not reach."""

    night: Night

    @property
    def address(self) -> str:
        """Where it lies below the store."""
        return self.night.address

    @property
    def market(self) -> Market:
        """The market file as it was then."""
        return self.night.market

    @property
    def session(self) -> dt.date:
        """The session it worked for."""
        return self.night.session

    @property
    def as_of(self) -> dt.datetime:
        """The instant whose knowledge it had."""
        return self.night.as_of

    @cached_property
    def state(self) -> NightState:
        """Judged, resting, refused, leaking or unfinished, and why."""
        return state_of(self.night)

    @cached_property
    def verdict(self) -> VerdictView:
        """The decision, its headline, and every check."""
        return VerdictView(self._read(Verdict, "verdict"))

    @cached_property
    def evaluation(self) -> EvaluationView:
        """What everyone measured on the same sessions."""
        self._refuse_unless_left("evaluation")
        return EvaluationView(self.night)

    @cached_property
    def examination(self) -> Examination:
        """What was asked of the leader beyond its measures."""
        return self._read(Examination, "examination")

    @cached_property
    def data(self) -> DataAccount:
        """Rows in and out, symbols left out, histories cut, with reasons."""
        self._refuse_unless_left("check")
        account = beside(self.night, DataAccount)
        if account is None:
            raise self._not_there("data_account")
        return account

    @cached_property
    def models(self) -> dict[str, TrainingRecord]:
        """How every family of the night was trained, by its name."""
        left = [family for family in self.night.families if store.exists(self.night.stage("models", family))]
        return {family: self.night.read(TrainingRecord, "models", family) for family in left}

    @cached_property
    def signals(self) -> SignalsView:
        """What the served release said of the next session at the end of this night."""
        return SignalsView.of_night(self.night)

    @property
    def version(self) -> str | None:
        """The version under which its challenger went live; None where it did not."""
        entry = ledger.promotion_of(self.address)
        return entry.version if entry else None

    @property
    def report(self) -> Path:
        """The page, drawn again where the templates have changed since."""
        from nightshift import report

        return store.open_folder(report.make(self.night)) / "report.html"

    @cached_property
    def timings(self) -> Table:
        """Seconds and memory of every stage, in the order they ended."""
        rows = [(line.what, line.seconds, line.peak_mib) for line in Timing.read(store.path(self.address))]
        return Table.of_rows(("stage", "seconds", "peak_mib"), rows)

    def __repr__(self) -> str:
        return f"<night {self.address}: {self._answer()}>"

    def _repr_html_(self) -> str:
        facts = {
            "session": self.session, "as of": f"{self.as_of:%Y-%m-%d %H:%M} UTC", "answer": self._answer(), "version": self.version,
            "families": ", ".join(self.night.families), "snapshot": self.night.snapshot,
        }  # fmt: skip
        return html.card(self.address, facts)

    def _answer(self) -> str:
        if self.state.word != "judged":
            return f"{self.state.word}: {self.state.reason}"
        return f"{self.verdict.decision}: {self.verdict.headline}"

    def _read(self, kind: type[Kind], stage: str) -> Kind:
        self._refuse_unless_left(stage)
        return self.night.read(kind, stage)

    def _refuse_unless_left(self, stage: str) -> None:
        if not store.exists(self.night.stage(stage)):
            raise self._not_there(stage)

    def _not_there(self, stage: str) -> NotThere:
        ended = "the night was judged, by a version of Nightshift that left none"
        reason = ended if self.state.word == "judged" else f"{self.state.word}: {self.state.reason}"
        return NotThere(expected=f"`{stage}` of {self.address}", found=reason, next_step="look at .state of the night, or at another night")
