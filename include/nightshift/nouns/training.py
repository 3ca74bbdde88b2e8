"""What a training leaves beside its model: parameters, rows, history, the search before it, or why the family is out."""

from __future__ import annotations

from typing import Any, ClassVar

from nightshift.nouns.record import Facts, Noun, Number, Record


class Trial(Noun):
    """One finished trial of a search."""

    number: int
    state: str  # complete, pruned or fail
    loss: Number
    size_bytes: Number
    seconds: Number
    steps: int | None
    params: dict[str, Any]
    error: str | None


class Study(Noun):
    """The search that chose the parameters."""

    study: str
    strategy: str
    best: int | None = None
    note: str = ""


def _from_1(facts: Facts) -> Facts:
    """Schema 1 of a family that was out said little; it named the study's facts only after a search."""
    nothing: Facts = {
        "skipped": "", "reused_from": "", "task": None, "key": "", "snapshot": "", "as_of": None, "trained_as_of": None, "columns": [],
        "search": None,
    }  # fmt: skip
    return nothing | facts


class TrainingRecord(Record):
    """One family of one night: fitted, taken over from an earlier night, or out with its reason."""

    FILE: ClassVar[str] = "training.json"
    SCHEMA: ClassVar[int] = 2
    UPGRADES: ClassVar = {1: _from_1}

    family: str
    failed: str | None = None  # why it is out tonight
    skipped: str = ""  # why an earlier training was taken over
    reused_from: str = ""  # its address
    task: str | None = None
    key: str = ""  # sha256 of what decides a training
    snapshot: str = ""
    as_of: str | None = None
    trained_as_of: str | None = None  # older than `as_of` when taken over
    seed: int | None = None
    threads: int | None = None
    params: dict[str, Any] = {}  # noqa: RUF012 - pydantic copies it
    rows: dict[str, int] = {}  # noqa: RUF012 - by part
    columns: tuple[str, ...] = ()  # that selection kept
    history: tuple[dict[str, Number], ...] = ()  # one entry a round or epoch
    trials: tuple[Trial, ...] = ()
    search: Study | None = None
    seconds: Number = None


class SearchRecord(Record):
    """What one of several search workers leaves: which study it worked on, or why it could not."""

    FILE: ClassVar[str] = "search.json"

    study: str | None
    failed: str | None
