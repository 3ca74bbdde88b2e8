"""Scaling and column selection, learned on training rows only and kept inside the model as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nightshift.errors import ConfigError
from nightshift.models.column_selection import select
from nightshift.models.family import Context, Params
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
        """The panel as the model wants it: a new one, or the same when there is nothing to do."""
        if panel.names == self.kept and not self.scale:
            return panel
        values = panel.values if panel.names == self.kept else panel.values[:, :, self._places(panel.names)]
        if self.scale:
            values = values - np.array(self.centre, dtype=np.float32)
            values /= np.array(self.scale, dtype=np.float32)
        values.flags.writeable = False
        return replace(panel, names=self.kept, values=values)

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
    table = train.table
    places = list(range(len(names)))
    if params.selection != "none":
        places = select(params.selection, table, train.label, params.selected_columns, context)
    kept = tuple(names[place] for place in places)
    if params.scaling == "none":
        return Preparation(kept)
    centre, scale = centre_and_scale(params.scaling, table[:, places])
    return Preparation(kept, tuple(centre.tolist()), tuple(scale.tolist()))


def centre_and_scale(scaling: str, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What `scaling` takes off each column and divides it by; a constant column is divided by 1.

    >>> centre_and_scale("minmax", np.array([[1.0, 5.0], [3.0, 5.0]]))
    (array([1., 5.]), array([2., 1.]))
    """
    if scaling == "robust":
        low, centre, high = np.percentile(table, (25, 50, 75), axis=0).astype(np.float64)
        scale = high - low
    elif scaling == "minmax":
        centre = table.min(axis=0).astype(np.float64)
        scale = table.max(axis=0) - centre
    else:
        centre = table.mean(axis=0, dtype=np.float64)
        scale = table.std(axis=0, dtype=np.float64)
    # Below float32's resolution a spread is rounding noise, and dividing by it would blow that noise up.
    flat = scale <= 1e-6 * np.maximum(np.abs(centre), 1e-30)
    return centre, np.where(flat, 1.0, scale)
