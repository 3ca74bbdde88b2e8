"""What a fit of an earlier night says of a later one's rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nightshift import models
from nightshift.models import Fitted
from nightshift.nouns.panel import Panel, Rows, rows_of
from nightshift.nouns.scores import Scores
from nightshift.nouns.training import TrainingRecord
from nightshift.running.simulation.history import Known, with_columns
from nightshift.running.simulation.plan import Plan
from nightshift.storage import store


@dataclass(frozen=True, eq=False)
class EarlierModel:
    """A fit of an earlier night, as it would have been released."""

    session: str  # of its night
    family: str
    fitted: Fitted
    learned_until: str | None  # the last session that anything it learned from looked at

    def says(self, known: Known, sessions: np.ndarray) -> Scores:
        """Its scores of a night's rows on these sessions, by the columns that it learned from, on the axes of the night's panel."""
        rows = rows_of(with_columns(known.every, self.fitted.columns), sessions, labelled=False)
        score = self.fitted.predict(rows) if len(rows) else np.empty(0)
        return Scores(Rows(known.panel, rows.symbol, rows.session), np.full(len(rows), "asked"), score)

    def says_of_last(self, known: Known) -> np.ndarray:
        """Its score a symbol of the night's own session; NaN where it has none."""
        whole = known.every
        if not self.fitted.warmup_sessions:  # it reads the row alone: nothing before it has to be prepared
            cut = slice(len(whole.sessions) - 1, None)
            whole = Panel(whole.symbols, whole.sessions[cut], whole.names, whole.values[:, cut], whole.label[:, cut], whole.label_reach)
        rows = rows_of(with_columns(whole, self.fitted.columns), np.array([len(whole.sessions) - 1]), labelled=False)
        out = np.full(len(whole.symbols), np.nan)
        if len(rows):
            out[rows.symbol] = self.fitted.predict(rows)
        return out


def model_of(plan: Plan, session: str, family: str) -> EarlierModel:
    """The fit of one family of one night."""
    folder = store.open_folder(plan.fit(session, family))
    return EarlierModel(session, family, models.load(folder / "model"), TrainingRecord.read(folder).learned_until)
