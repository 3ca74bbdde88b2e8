"""An evaluation to look at: measures, scores and returns of everyone as tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nightshift.nouns.evaluation_record import PARTS, Evaluation, Part
from nightshift.nouns.net_returns import Returns
from nightshift.report.notebook import html
from nightshift.report.notebook.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nightshift.nouns.measures import Measures
    from nightshift.storage.night import Night


@dataclass(frozen=True, eq=False)
class EvaluationView:
    """What everyone measured on the same sessions; `record` has all that was written."""

    night: Night

    @cached_property
    def record(self) -> Evaluation:
        """The record of the stage."""
        return self.night.read(Evaluation, "evaluation")

    @property
    def names(self) -> tuple[str, ...]:
        """Challengers, champion, naive rules and benchmarks."""
        return self.record.names

    @cached_property
    def measures(self) -> Table:
        """A row for each part, name and metric, with its interval and, where there is no value, why."""
        rows = [(part, *row) for part in PARTS for row in _rows(self._by_name(part))]
        return Table.of_rows(("part", "name", "metric", "value", "low", "high", "note"), rows)

    @cached_property
    def leads(self) -> Table:
        """How much greater a challenger's number is than each opponent's, on the sessions that neither learned from."""
        rows = [(challenger, *row) for challenger, of in self.record.leads.items() for row in _rows(of)]
        return Table.of_rows(("challenger", "opponent", "metric", "value", "low", "high", "note"), rows)

    @cached_property
    def returns(self) -> Table:
        """Net return fractions of every portfolio, a row a session; no rows where nothing was traded yet."""
        there = Returns.read(self.night.folder("evaluation"))
        if there is None:
            return Table({"session": (), "part": ()})
        days = tuple(dt.date.fromisoformat(day) for day in there.sessions)
        return Table({"session": days, "part": there.part, **{name: values.tolist() for name, values in there.of.items()}})

    @cached_property
    def scores(self) -> Table:
        """What everyone said about each symbol and session, beside the label that came."""
        import pyarrow.parquet as pq

        table = pq.read_table(self.night.folder("evaluation") / "scores.parquet")
        return Table({name: table[name].to_pylist() for name in table.column_names})

    def _by_name(self, part: Part) -> dict[str, Measures]:
        """In the order in which everyone is named everywhere, whatever the file's order is."""
        of = self.record.measures[part]
        return {name: of[name] for name in self.names if name in of}

    def __repr__(self) -> str:
        return f"<evaluation of {', '.join(self.names)}>"

    def _repr_html_(self) -> str:
        spans: dict[str, str] = {
            part: f"{span.first} to {span.last}, {span.sessions} sessions" for part, span in self.record.sessions.items()
        }
        left_out = "; ".join(f"{name}: {why}" for name, why in self.record.left_out.items())
        return html.card("evaluation", {**spans, "left out": left_out}) + self.measures.where(part="test")._repr_html_()


def _rows(of: Mapping[str, Measures]) -> list[tuple[object, ...]]:
    return [(name, metric, one.value, one.low, one.high, one.note) for name, measures in of.items() for metric, one in measures.items()]
