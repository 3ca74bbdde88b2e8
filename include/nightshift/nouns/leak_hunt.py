"""Whether anything the night learns from knew the future: where it was cut, what was compared, and who was caught."""

from __future__ import annotations

from typing import ClassVar, Literal

from nightshift.nouns.record import Noun, Record

Step = Literal["cleaning", "column", "label", "preparation"]
Future = Literal["perturbed", "truncated"]  # what became of the sessions after a cut


class Look(Noun):
    """One recomputation with another future, compared with what the night has."""

    step: Step
    future: Future
    symbols: int
    first_cut: str  # each symbol may be cut at a session of its own
    last_cut: str
    values: int  # of the past, compared bit for bit


class Offence(Noun):
    """A value of the past that changed when only the future did."""

    step: Step
    name: str  # the column, the label, the reason to drop or repair a bar, what is learned inside a model
    symbol: str  # empty: what was learned from all of them
    session: str
    cut: str  # the last session whose bars were left alone
    future: Future

    @property
    def sentence(self) -> str:
        """The offence for a reader."""
        where = " ".join(part for part in (self.symbol, self.session) if part)
        return f"{self.step} {self.name} knew the future: {where} changed when the sessions after {self.cut} were {self.future}"


class LeakHunt(Record):
    """The night's leak hunt."""

    FILE: ClassVar[str] = "leak_hunt.json"

    clean: bool
    seed: int
    seconds: float
    columns: int  # of the night, all of them looked at
    looks: tuple[Look, ...]
    offences: tuple[Offence, ...]

    @property
    def sentence(self) -> str:
        """What the hunt did and what it says."""
        values = sum(look.values for look in self.looks)
        done = f"{len(self.looks)} looks at {self.columns} columns, label, cleaning and preparation, {values} values of the past compared"
        return f"{self.offences[0].sentence} ({done})" if self.offences else f"no leak: {done}"
