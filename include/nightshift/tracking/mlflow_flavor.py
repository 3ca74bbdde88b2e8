"""How MLflow's own tools open a registered release: `mlflow.pyfunc.load_model("models:/<market>@champion")`, without a pickle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nightshift.errors import ConfigError
from nightshift.nouns.panel import Panel, rows_of
from nightshift.nouns.release import ReleaseColumns
from nightshift.storage import store

if TYPE_CHECKING:
    import pandas as pd

    from nightshift.models import Fitted


class Served:
    """A release that answers tables as its signature says."""

    def __init__(self, fitted: Fitted, columns: tuple[str, ...]) -> None:
        self._fitted, self._columns = fitted, columns

    def predict(self, table: pd.DataFrame, _params: dict[str, Any] | None = None) -> np.ndarray:
        """A score a row, in the rows' order; NaN where the model answers nothing. Earlier rows of a symbol are its history."""
        symbols, of_symbol = np.unique(table["symbol"].to_numpy(str), return_inverse=True)
        sessions, of_session = np.unique(table["session"].to_numpy("datetime64[D]"), return_inverse=True)
        if len(set(zip(of_symbol.tolist(), of_session.tolist(), strict=True))) < len(table):
            raise ConfigError(expected="one row a symbol and session", found="the same twice", next_step="leave one of them out")
        values = np.full((len(symbols), len(sessions), len(self._columns)), np.nan, dtype=np.float32)
        values[of_symbol, of_session] = table[list(self._columns)].to_numpy(np.float32)
        panel = Panel(tuple(symbols.tolist()), sessions, self._columns, values, np.full(values.shape[:2], np.nan), 0)
        rows = rows_of(panel, np.arange(len(sessions)), labelled=False)
        scores = np.full(values.shape[:2], np.nan)
        scores[rows.symbol, rows.session] = self._fitted.predict(rows)
        return scores[of_symbol, of_session]


def _load_pyfunc(path: str) -> Served:
    """Called by MLflow with the sealed folder, every byte of which is compared with its seal before a native loader sees one."""
    from nightshift import models

    folder = Path(path)
    store.verify(folder)
    return Served(models.load(folder / "model"), ReleaseColumns.read(folder).names)
