"""What an evaluation is made from: every model's scores on the same rows, the outcomes, and the bars they are traded on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from nightshift.config import Market
from nightshift.nouns.bars import Bars
from nightshift.nouns.panel import Panel
from nightshift.proof.evaluation.targets import middle
from nightshift.proof.metrics.metric import THRESHOLD, Answers


@dataclass(frozen=True, eq=False)
class Material:
    """The night's candidates and rules, their scores (symbols, sessions) on the panel's axes, NaN where not asked."""

    market: Market
    panel: Panel
    bars: Bars  # on the panel's axes
    sessions: dict[str, np.ndarray]  # part -> indices of the panel's sessions
    scores: dict[str, np.ndarray]
    challengers: tuple[str, ...]
    naive: tuple[str, ...]
    champion_version: str | None
    left_out: dict[str, str]
    latest: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # sessions whose outcome is not known yet
    learned_until: dict[str, np.datetime64] = field(default_factory=dict)  # the last session that what a name learned from looked at

    @property
    def task(self) -> str:
        """classification or regression."""
        return self.market.label.task

    @property
    def threshold(self) -> float:
        """Above it a score is a call for up."""
        return middle(self.task, self.market.costs)

    @cached_property
    def same_rows(self) -> np.ndarray:
        """True on the rows (symbols, sessions) that every name has scored: only these are compared and traded."""
        every = np.ones(self.panel.label.shape, dtype=bool)
        for name, score in self.scores.items():
            every &= np.isfinite(score) | self._learned(name)[None, :]
        return every

    def first_unlearned(self, name: str, part: str = "test") -> int:
        """The place in the part of its first session that the name did not learn from; the part's length when it learned from all.

        Validation rows stop, select and search: they prove nothing for anybody, and are shown as they are.
        """
        return int(self._learned(name)[self.span(part)].sum())

    def _learned(self, name: str) -> np.ndarray:
        """True on the sessions of the test part that the name learned from."""
        out = np.zeros(len(self.panel.sessions), dtype=bool)
        if "test" in self.sessions and name in self.learned_until:
            at = self.span("test")
            out[at] = self.panel.sessions[at] <= self.learned_until[name]
        return out

    def span(self, part: str) -> slice:
        """The part's sessions as a slice of the panel."""
        at = self.sessions[part]
        return slice(int(at[0]), int(at[-1]) + 1)

    def bars_of(self, part: str) -> Bars:
        """The bars of the part's sessions."""
        return self.bars_between(self.span(part))

    def bars_between(self, at: slice) -> Bars:
        """The bars of a stretch of the panel's sessions."""
        return self.bars.at(at)

    def traded_score(self, name: str, part: str) -> np.ndarray:
        """A name's scores on the part, NaN on rows that not every name has scored and on sessions that it learned from."""
        at = self.span(part)
        return np.where(self.same_rows[:, at] & ~self._learned(name)[at], self.scores[name][:, at], np.nan)

    def answers(self, name: str, part: str) -> Answers:
        """A name's labelled rows on the part that it did not learn from, ordered by session."""
        at = self.span(part)
        label = self.panel.label[:, at]
        asked = self.same_rows[:, at] & np.isfinite(label) & ~self._learned(name)[at]
        session, symbol = np.nonzero(asked.T)
        up_above = THRESHOLD if self.task == "classification" else 0.0
        score, n_sessions = self.scores[name][:, at], at.stop - at.start
        return Answers(label[symbol, session], score[symbol, session], session, n_sessions, self.threshold, up_above)
