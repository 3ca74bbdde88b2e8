"""A market: everything a night needs to know, as one closed, typed, frozen model."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field, field_validator, model_validator

from nightshift import sessions
from nightshift.config.choices import known
from nightshift.config.closed import NAME, Closed
from nightshift.config.deciding import Budget, Gate
from nightshift.config.serving import Serving
from nightshift.config.settings import (
    Alerts,
    Costs,
    Execution,
    FamilyChoice,
    Label,
    Proof,
    Quality,
    Schedule,
    Search,
    Selection,
    Split,
)
from nightshift.config.universe_files import UniverseFiles
from nightshift.errors import ConfigError

WITHOUT_VOLUME = "without_volume"  # among `columns`: those that need volumes are left out


def _says_no_volume(source: dict[str, Any]) -> bool:
    """`volume: none` of a folder, or of the files of a versioned source; YAML's own word for none is null."""
    files = source.get("files")
    return any(isinstance(one, dict) and one.get("volume") == "none" for one in (source, files))


class Market(Closed):
    """One market: everything a night needs to know."""

    market: str = Field(pattern=NAME)
    title: str
    owner: str = "quant"
    calendar: str
    first_session: dt.date | None = None  # from which day on the history is used; none: as far as the calendar is known, from 1990 on
    source: dict[str, Any]
    universe: UniverseFiles | None = None
    quality: Quality = Quality()
    label: Label = Label()
    columns: tuple[str, ...] = ("all",)
    accept_column_changes: tuple[str, ...] = ()  # columns that may be other than when the champion learned
    split: Split = Split()
    proof: Proof = Proof()
    families: tuple[FamilyChoice, ...] = Field(min_length=1)
    search: Search = Search()
    costs: Costs = Costs()
    selection: Selection = Selection()
    gates: tuple[Gate, ...] = ()
    budget: Budget = Budget()
    schedule: Schedule = Schedule()
    alerts: Alerts = Alerts()
    execution: Execution = Execution()
    serving: Serving = Serving()

    @model_validator(mode="before")
    @classmethod
    def _without_volume(cls, facts: Any) -> Any:
        """Where the source says that there are no volumes, no column may need them and no cap can bound a trade by them."""
        if not (isinstance(facts, dict) and isinstance(facts.get("source"), dict) and _says_no_volume(facts["source"])):
            return facts
        columns, costs = facts.get("columns", ("all",)), facts.get("costs") or {}
        if isinstance(columns, list | tuple) and isinstance(costs, dict):
            facts = {**facts, "columns": (*columns, *({WITHOUT_VOLUME} - set(columns))), "costs": {**costs, "max_volume_fraction": None}}
        return facts

    @field_validator("source")
    @classmethod
    def _kind_is_named(cls, source: dict[str, Any]) -> dict[str, Any]:
        if "kind" not in source:
            raise ValueError("expected a `kind:`, e.g. simulated, folder or mongo; found none")
        return source

    @field_validator("families")
    @classmethod
    def _names_are_unique(cls, families: tuple[FamilyChoice, ...]) -> tuple[FamilyChoice, ...]:
        names = [family.name for family in families]
        if len(set(names)) != len(names):
            raise ValueError(f"expected each family once; found {names}")
        return families

    @property
    def has_volume(self) -> bool:
        """Whether its bars have volumes."""
        return not _says_no_volume(self.source)

    @property
    def family_names(self) -> tuple[str, ...]:
        """The families in the order of the file."""
        return tuple(family.name for family in self.families)

    @property
    def sessions_a_year(self) -> int:
        """Sessions of an average year of its calendar."""
        return sessions.a_year(self.calendar)

    def as_of_at(self, now: dt.datetime) -> dt.datetime:
        """What a night stands for when nothing else is asked: now, or the evening of the session on which the history was finished."""
        last = self.schedule.finished_on
        if last is None:
            return now
        if not sessions.is_session(self.calendar, last):
            raise ConfigError(
                expected=f"a session of {self.calendar} as `schedule.finished_on` of market {self.market}", found=str(last),
                next_step="write the day of its newest bar",
            )  # fmt: skip
        return min(now, sessions.close_of(self.calendar, last) + dt.timedelta(minutes=self.schedule.delay_minutes))

    def family(self, name: str) -> FamilyChoice:
        """The choice for one family of this market."""
        return self.families[self.family_names.index(known("family", name, self.family_names))]
