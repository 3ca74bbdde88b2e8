"""What is asked of the night's leader beyond its measures, and what the report draws of everybody."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Self

from nightshift.nouns.drawn_curves import (
    CalibrationBin,
    ConfidenceBin,
    Confusion,
    Distribution,
    Fall,
    PrecisionCurve,
    RocCurve,
    Stretch,
    Year,
)
from nightshift.nouns.evaluation_record import Evaluation, Part
from nightshift.nouns.examined_before import from_charts, in_evaluation, without_calibration
from nightshift.nouns.files import read_json
from nightshift.nouns.measures import Measure, Measures
from nightshift.nouns.questions import Chance, ColumnChanges, ColumnDrift, DriftTest, Importance, Overfitting, SkillGap, Stress, Switch
from nightshift.nouns.record import Drawn, Record
from nightshift.nouns.slice_rows import Capacity, CostPoint, SymbolSlice, WeekdaySlice, Window


class Examination(Record):
    """The leader questioned on the test sessions; where a key names portfolios, everyone of the evaluation is in it."""

    FILE: ClassVar[str] = "examination.json"
    SCHEMA: ClassVar[int] = 3
    UPGRADES: ClassVar = {1: from_charts, 2: without_calibration}

    leader: str  # the challenger that was selected
    measures: Measures  # every number here that a gate may ask for, by name
    overfitting: Overfitting
    chance: Chance
    robustness: tuple[Stress, ...]
    importance: Importance
    drift: tuple[ColumnDrift, ...]  # the column that moved most first
    drift_test: DriftTest | None  # none: too few sessions, or an older version did not ask
    column_changes: ColumnChanges | None  # none: the champion could not be asked, or its columns are not known any more
    skill_gap: SkillGap | None  # none: an older version did not ask
    switch: Switch | None  # none: there is no champion that could be asked
    capacity: Capacity
    cost_curve: dict[str, tuple[CostPoint, ...]]  # of every portfolio that trades
    break_even_bps: dict[str, Drawn]  # none: it never trades
    windows: tuple[Window, ...]  # of both parts, in order
    symbols: tuple[SymbolSlice, ...]
    weekdays: tuple[WeekdaySlice, ...]  # Monday first; empty: an older version did not ask
    over_sessions: dict[Part, Stretch]
    months: dict[str, tuple[Year, ...]]  # of every portfolio
    falls: tuple[Fall, ...]  # the leader's deepest, the deepest first
    distribution: Distribution | None  # none: an older version drew it from the returns
    confusion: dict[str, Confusion]  # of everyone with scores, as all that follow
    calibration: dict[str, tuple[CalibrationBin, ...]]  # the lowest scores first
    confidence: dict[str, tuple[ConfidenceBin, ...]]  # the least confident first
    roc: dict[str, RocCurve]  # where both outcomes came
    pr: dict[str, PrecisionCurve]  # where both outcomes came

    @classmethod
    def in_evaluation(cls, folder: Path) -> Self | None:
        """The examination that an older version kept inside its evaluation; none where there is none."""
        file = folder / Evaluation.FILE
        charts = in_evaluation(read_json(file))
        return None if charts is None else cls.of_facts(charts, where=file)

    @property
    def symbols_that_added(self) -> int:
        """How many symbols added to the leader's result."""
        return sum((row.contribution_fraction or 0.0) > 0 for row in self.symbols)

    def measure(self, metric: str) -> Measure:
        """One of its numbers; one that was not measured has no value and says so."""
        found = self.measures.get(metric)
        return Measure(None, note=f"{metric} was not measured for {self.leader}") if found is None else found
