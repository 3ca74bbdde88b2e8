"""The models that a night's scores came from: one in an ordered night, else the refits of the recipe, each for its own sessions."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nightshift import models
from nightshift.models import Fitted, Params, Task
from nightshift.nouns.panel import Rows
from nightshift.nouns.walk_record import WalkRecord
from nightshift.training.walking import Refit

FOLDER = "walked"


@dataclass(frozen=True, eq=False)
class Proven:
    """Asked like a fitted family: each row is answered by the refit of its session, a row before the first one by the first."""

    refits: tuple[Fitted, ...]
    first: np.ndarray  # datetime64[D]: the first session that each answers for

    @property
    def family(self) -> str:
        """The family's name."""
        return self.refits[0].family

    @property
    def params(self) -> Params:
        """The recipe's parameters."""
        return self.refits[0].params

    @property
    def task(self) -> Task:
        """classification or regression."""
        return self.refits[0].task

    @property
    def warmup_sessions(self) -> int:
        """Sessions before a row that it reads besides the row itself."""
        return self.refits[0].warmup_sessions

    def predict(self, rows: Rows) -> np.ndarray:
        """One score a row."""
        by, out = self._by(rows), np.empty(len(rows))
        for place in np.unique(by):
            mine = by == place
            out[mine] = self.refits[place].predict(Rows(rows.panel, rows.symbol[mine], rows.session[mine]))
        return out

    def importance(self, rows: Rows) -> dict[str, float]:
        """Native contributions by the refit that answers for the first of these rows."""
        return self.refits[int(self._by(rows).min(initial=0))].importance(rows)

    def _by(self, rows: Rows) -> np.ndarray:
        days = rows.panel.sessions[rows.session]
        return np.maximum(np.searchsorted(self.first, days, side="right") - 1, 0)


def keep(refits: Sequence[Refit], record: WalkRecord, folder: Path) -> None:
    """The record of a walk and the models of its refits, into a family's folder."""
    record.write(folder)
    for refit in refits:
        shutil.copytree(refit.folder / "model", folder / FOLDER / refit.walked.first)


def proven(folder: Path) -> Fitted | Proven:
    """What gave the scores in a family's folder, its checksums verified before."""
    if not (folder / WalkRecord.FILE).is_file():
        return models.load(folder / "model")
    first = [block.first for block in WalkRecord.read(folder).blocks]
    return Proven(tuple(models.load(folder / FOLDER / day) for day in first), np.array(first, dtype="datetime64[D]"))
