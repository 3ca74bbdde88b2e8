"""A panel as a model wants it, prepared where it is asked: rows a table at a time, and all of it only for who reads sequences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from nightshift.nouns.panel import Panel


class PreparedPanel(Panel):
    """Some columns of a panel, scaled: (value − centre) / scale in float32; NaN stays NaN. Nothing is copied before it is asked for."""

    def __init__(self, raw: Panel, names: tuple[str, ...], places: Sequence[int], scaling: tuple[np.ndarray, np.ndarray] | None) -> None:
        super().__init__(raw.symbols, raw.sessions, names, raw.values, raw.label, raw.label_reach)
        del self.__dict__["values"]  # of the raw panel: what is asked of this one is prepared first
        self.__dict__.update(_raw=raw, _places=None if tuple(places) == tuple(range(len(raw.names))) else list(places), _scaling=scaling)

    _raw: Panel
    _places: list[int] | None  # among the raw columns; none: all, in their order
    _scaling: tuple[np.ndarray, np.ndarray] | None  # float32 (columns,) twice; none: values are used as they are

    @cached_property
    def values(self) -> np.ndarray:
        """float32 (symbols, sessions, columns), the whole panel prepared: a sequence is cut out of it."""
        made = self._raw.values if self._places is None else self._raw.values[:, :, self._places]
        if self._scaling is not None:
            made = made - self._scaling[0]
            made /= self._scaling[1]
        made.flags.writeable = False
        return made

    def table_of(self, symbol: np.ndarray, session: np.ndarray) -> np.ndarray:
        """float32 (n, columns): these rows gathered and prepared, and no others."""
        table = self._raw.table_of(symbol, session)
        if self._places is not None:
            table = np.ascontiguousarray(table[:, self._places])
        if self._scaling is not None:
            table -= self._scaling[0]
            table /= self._scaling[1]
        return table
