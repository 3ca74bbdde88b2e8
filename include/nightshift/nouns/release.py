"""A release: what was made, from what, how good it measured, and how it was tested before it served."""

from __future__ import annotations

from typing import Any, ClassVar

from nightshift.config import Label
from nightshift.nouns.live_parity import Compared, LiveParity
from nightshift.nouns.measures import Measures
from nightshift.nouns.record import Facts, Noun, Record


def _from_1(facts: Facts) -> Facts:
    """Schema 1 had no version before it was promoted."""
    return {"version": None, "promoted_at": None, "promoted_by": None, **facts}


def _from_2(facts: Facts) -> Facts:
    """Schema 2 did not say how far what was learned from reaches."""
    return {"learned_until": None, **facts}


def _from_3(facts: Facts) -> Facts:
    """Schema 3 did not say which recipe and study it is of, nor the symbols and sessions that its columns cover."""
    return {"recipe": None, "study": None, "column_store": None, "symbols": None, "first_session": None, **facts}


class Release(Record):
    """Lineage and measures of a release; without a version it is staged, and nobody serves it yet."""

    FILE: ClassVar[str] = "release.json"
    SCHEMA: ClassVar[int] = 4
    UPGRADES: ClassVar = {1: _from_1, 2: _from_2, 3: _from_3}

    market: str
    night: str
    family: str
    recipe: str | None  # what is refitted night after night; the ledger's looks name it
    study: str | None  # the search that its parameters come from; none: there was none
    parent: str | None  # the version that was served when it was judged
    snapshot: str
    column_store: str | None
    symbols: tuple[str, ...] | None
    first_session: str | None  # of its columns; the newest is `session`
    session: str
    as_of: str
    learned_until: str | None  # the last session that a row or label it learned from looked at; none: not known
    params: dict[str, Any]
    rows: dict[str, int]
    seed: int | None
    threads: int | None
    task: str
    libraries: dict[str, str]
    lock_sha256: str | None
    code: str
    git_commit: str | None
    git_dirty: bool | None
    measures: dict[str, Measures]  # part -> metric
    model_bytes: int
    version: str | None = None
    promoted_at: str | None = None
    promoted_by: str | None = None


class ReleaseColumns(Record):
    """What a release has to be fed with."""

    FILE: ClassVar[str] = "columns.json"

    names: tuple[str, ...]
    warmup_sessions: dict[str, int]


class ReleaseLabel(Record):
    """What a release predicts, and above which score it calls for up."""

    FILE: ClassVar[str] = "label.json"
    SCHEMA: ClassVar[int] = 2
    UPGRADES: ClassVar = {1: lambda facts: {"threshold": facts["threshold"], "label": {k: v for k, v in facts.items() if k != "threshold"}}}

    label: Label
    threshold: float


class Champion(Noun):
    """The release that a market serves, as its ledger says."""

    version: str
    address: str
    since: str
    release: Release
    columns: ReleaseColumns


class FirstLoad(Compared):
    """A release's own sample, asked right after the release was loaded in a throw-away process."""

    load_seconds: float


class Latest(Noun):
    """What it answers for the newest session."""

    rows: int
    finite: bool
    session: str
    due: int | None  # symbols with a bar in it and enough bars before for every column; none: an older test did not count them
    unanswered: tuple[str, ...]  # of them, those without a row


class Parity(Noun):
    """What a release answers in a throw-away process, beside what training wrote, and how fast."""

    load_seconds: float
    sample: Compared
    columns_differ: tuple[str, ...]  # rebuilt from the bars, and not what the column store has
    parts: dict[str, Compared]
    live: LiveParity | None  # none: an older test did not ask
    latest: Latest
    single_row_p50_ms: float
    single_row_p95_ms: float
    batch_rows: int
    batch_rows_per_second: float
    peak_mib: int


def _counted_nobody(facts: Facts) -> Facts:
    """Schema 1 did not say who was due an answer in the newest session."""
    return {**facts, "latest": {"due": None, "unanswered": (), **facts["latest"]}}


def _knew_all_history(facts: Facts) -> Facts:
    """Schema 2 asked the release with the whole history alone."""
    return {"live": None, **facts}


class DeploymentTest(Parity, Record):
    """A staged release, tested: which bytes, and what they answered; beside it the signals that it would give."""

    FILE: ClassVar[str] = "deployment_test.json"
    SCHEMA: ClassVar[int] = 3
    UPGRADES: ClassVar = {1: _counted_nobody, 2: _knew_all_history}

    passed: bool
    staged: str
    manifest_sha256: str  # of the staged folder
    model_bytes: int
