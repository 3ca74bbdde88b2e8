"""What a training leaves beside its model: parameters, rows, history, the search before it, or why the family is out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, ClassVar, Literal

from nightshift.nouns.record import Facts, Noun, Number, Record


class Trial(Noun):
    """One finished trial of a search."""

    number: int
    state: Literal["complete", "pruned", "fail"]
    loss: Number  # none: it ended before it was measured
    size_bytes: int | None
    seconds: Number
    steps: int | None
    params: dict[str, Any]
    error: str | None  # why it failed


def best_so_far(trials: Sequence[Trial]) -> tuple[tuple[int, float, float], ...]:
    """(number, loss, smallest loss until then) of the trials that have a loss, in their order."""
    done = [(trial.number, trial.loss) for trial in trials if trial.loss is not None]
    smallest = accumulate((loss for _, loss in done), min)
    return tuple((number, loss, least) for (number, loss), least in zip(done, smallest, strict=True))


class Study(Noun):
    """The search that chose the parameters."""

    study: str
    strategy: str
    best: int | None  # the number of the trial whose parameters were taken; none: there was nothing to search
    note: str


class Searched(Noun):
    """What a search found: the parameters to train with, the study they come from, and all its trials."""

    params: dict[str, Any]
    study: Study
    trials: tuple[Trial, ...] = ()


def _from_1(facts: Facts) -> Facts:
    """Schema 1 said nothing of a family that was out but the reason, and nothing of a search where there was none."""
    unsaid: Facts = {
        "skipped": "", "reused_from": "", "task": None, "key": "", "snapshot": "", "as_of": None, "trained_as_of": None, "columns": [],
        "search": None,
    }  # fmt: skip
    search = facts.get("search")
    return {**unsaid, **facts, "search": {"best": None, "note": "", **search} if search else None}


def _from_2(facts: Facts) -> Facts:
    """Schema 2 did not say how far what was learned from reaches."""
    return {"learned_until": None, **facts}


class TrainingRecord(Record):
    """One family of one night: fitted, taken over from an earlier night, or out with its reason."""

    FILE: ClassVar[str] = "training.json"
    SCHEMA: ClassVar[int] = 3
    UPGRADES: ClassVar = {1: _from_1, 2: _from_2}

    family: str
    failed: str | None = None  # why it is out tonight
    skipped: str = ""  # why an earlier training was taken over
    reused_from: str = ""  # its address
    task: Literal["classification", "regression"] | None = None  # none: an earlier version did not say it of a family that was out
    key: str = ""  # sha256 of what decides a training; empty when it failed
    snapshot: str = ""
    as_of: str | None = None
    trained_as_of: str | None = None  # older than `as_of` when taken over; none when it failed
    learned_until: str | None = None  # the last session that a row or label it learned from looked at; none: failed, or not known
    seed: int | None = None
    threads: int | None = None
    params: dict[str, Any] = {}  # noqa: RUF012 - pydantic copies it
    rows: dict[str, int] = {}  # noqa: RUF012 - by part
    columns: tuple[str, ...] = ()  # that selection kept
    history: tuple[dict[str, int | Number], ...] = ()  # one entry a round or epoch
    trials: tuple[Trial, ...] = ()
    search: Study | None = None
    seconds: Number = None

    @property
    def rows_learned(self) -> int | None:
        """How many rows it learned from; none when it failed."""
        return self.rows.get("train")


class SearchRecord(Record):
    """What one of several search workers leaves: which study it worked on, or why it could not."""

    FILE: ClassVar[str] = "search.json"

    study: str | None
    failed: str | None
