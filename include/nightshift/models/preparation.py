"""Scaling and column selection, learned on training rows only and kept inside the model as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nightshift.errors import ConfigError
from nightshift.models.batches import by_column
from nightshift.models.column_selection import select
from nightshift.models.family import Context, Params
from nightshift.models.prepared_panel import PreparedPanel
from nightshift.nouns.panel import Panel, Rows


@dataclass(frozen=True)
class Preparation:
    """Which columns a model keeps, and what is taken off and divided by: (value − centre) / scale."""

    kept: tuple[str, ...]
    centre: tuple[float, ...] = ()  # both empty: values are used as they are
    scale: tuple[float, ...] = ()

    def apply(self, rows: Rows, like: tuple[Rows, Rows] | None = None) -> Rows:
        """The same rows over a prepared panel; NaN stays NaN. `like` (before, after) spares a second pass over one panel."""
        if like is not None and like[0].panel is rows.panel:
            return rows if like[1].panel is rows.panel else replace(rows, panel=like[1].panel)
        panel = self.panel(rows.panel)
        return rows if panel is rows.panel else replace(rows, panel=panel)

    def panel(self, panel: Panel) -> Panel:
        """The panel as the model wants it, prepared where it is asked; the same one when there is nothing to do."""
        if panel.names == self.kept and not self.scale:
            return panel
        scaling = (np.array(self.centre, dtype=np.float32), np.array(self.scale, dtype=np.float32)) if self.scale else None
        return PreparedPanel(panel, self.kept, self._places(panel.names), scaling)

    def facts(self) -> dict[str, Any]:
        """Plain numbers for `preparation.json`."""
        return {"kept": self.kept, "centre": self.centre, "scale": self.scale}

    def _places(self, names: tuple[str, ...]) -> list[int]:
        missing = [name for name in self.kept if name not in names]
        if missing:
            raise ConfigError(
                expected="the columns the model was fitted on",
                found=f"a panel without {', '.join(missing)}",
                next_step="compute these columns, or train again without them",
            )
        return [names.index(name) for name in self.kept]


def from_facts(facts: dict[str, Any]) -> Preparation:
    """The preparation that `facts` describes."""
    return Preparation(tuple(facts["kept"]), tuple(facts["centre"]), tuple(facts["scale"]))


def learn(params: Params, train: Rows, context: Context) -> Preparation:
    """What these training rows say about scale and about which columns to keep."""
    names = train.panel.names
    if params.scaling == "none" and params.selection == "none":
        return Preparation(kept=names)
    if params.selection == "none":
        return _scaled(params, names, by_column(train))
    table = train.table
    places = select(params.selection, table, train.label, params.selected_columns, context)
    return _scaled(params, tuple(names[place] for place in places), table.T[places])


def _scaled(params: Params, kept: tuple[str, ...], columns: np.ndarray) -> Preparation:
    if params.scaling == "none":
        return Preparation(kept)
    centre, scale = (np.array(numbers) for numbers in zip(*(centre_and_scale(params.scaling, one) for one in columns), strict=True))
    # Below float32's resolution a spread is rounding noise, and dividing by it would blow that noise up.
    flat = scale <= 1e-6 * np.maximum(np.abs(centre), 1e-30)
    return Preparation(kept, tuple(centre.tolist()), tuple(np.where(flat, 1.0, scale).tolist()))


def centre_and_scale(scaling: str, column: np.ndarray) -> tuple[float, float]:
    """What `scaling` takes off a column and divides it by.

    >>> centre_and_scale("minmax", np.array([1.0, 3.0]))
    (1.0, 2.0)
    """
    if scaling == "robust":
        low, centre, high = map(float, np.percentile(column, (25, 50, 75)))
        return centre, high - low
    if scaling == "minmax":
        least = float(column.min())
        return least, float(column.max()) - least
    centre = float(column.mean(dtype=np.float64))
    return centre, float(np.sqrt(np.square(column - np.float64(centre)).sum() / len(column)))
