"""What happened: outcomes known now, laid beside what was said; and what trading on it earned after costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nightshift.nouns.bars import Bars
from nightshift.nouns.panel import Panel
from nightshift.storage.night import Night
from nightshift.watch.said import Said


@dataclass(frozen=True, eq=False)
class Matured:
    """One row a session that something was said for: the scores, the labels known now, and the money."""

    sessions: np.ndarray  # datetime64[D]
    versions: tuple[str, ...]
    score: np.ndarray  # (symbols, sessions), NaN where nothing was said
    label: np.ndarray  # (symbols, sessions), NaN where the outcome is not known yet
    net_return_fraction: np.ndarray  # (sessions,) earned from the open after it, NaN where that is not known yet
    hold_return_fraction: np.ndarray  # (sessions,) the same sessions with every symbol held

    @property
    def both(self) -> np.ndarray:
        """True where there is a score and its outcome."""
        return np.isfinite(self.score) & np.isfinite(self.label)

    @property
    def known_part(self) -> Matured:
        """Up to the last session with a known outcome."""
        known = np.flatnonzero(self.both.any(axis=0))
        return self.cut(np.arange(int(known[-1]) + 1 if len(known) else 0))

    def last(self, n_sessions: int) -> Matured:
        """Only the last sessions."""
        return self.cut(np.arange(max(len(self.sessions) - n_sessions, 0), len(self.sessions)))

    def of(self, version: str) -> Matured:
        """Only the sessions in which one version spoke."""
        return self.cut(np.array([i for i, spoke in enumerate(self.versions) if spoke == version], dtype=int))

    def cut(self, where: np.ndarray) -> Matured:
        """Only the sessions at these places."""
        return Matured(
            self.sessions[where], tuple(self.versions[i] for i in where), self.score[:, where], self.label[:, where],
            self.net_return_fraction[where], self.hold_return_fraction[where],
        )  # fmt: skip


def matured(newest: Night, said: list[Said]) -> Matured:
    """What was said, beside the outcomes in the newest night's data."""
    from nightshift.data.columns import load_panel
    from nightshift.data.quality import clean_bars
    from nightshift.proof.evaluation.gathering import aligned

    panel = load_panel(newest.columns)
    bars, score = aligned(clean_bars(newest), panel), laid_out(said, panel)
    spoken = {np.datetime64(one.session): one.version for one in said}
    places = np.flatnonzero(np.isin(panel.sessions, list(spoken)))
    net, hold = earned(newest, bars, score)
    versions = tuple(spoken[session] for session in panel.sessions[places])
    return Matured(panel.sessions[places], versions, score[:, places], panel.label[:, places], net[places], hold[places])


def laid_out(said: list[Said], panel: Panel) -> np.ndarray:
    """Scores on the panel's axes, NaN where nothing was said; a symbol that has left the panel is left out."""
    rows = {symbol: i for i, symbol in enumerate(panel.symbols)}
    score = np.full(panel.label.shape, np.nan)
    for one in said:
        column = int(np.searchsorted(panel.sessions, np.datetime64(one.session)))
        if column < len(panel.sessions) and panel.sessions[column] == np.datetime64(one.session):
            known = [(rows[s], value) for s, value in zip(one.symbols, one.score, strict=True) if s in rows]
            for row, value in known:
                score[row, column] = value
    return score


def earned(night: Night, bars: Bars, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(net, held) return fraction that follows each session: filled at the next open, so the next session's return."""
    from nightshift.proof.evaluation.backtest import backtest, follow

    net, hold = np.full(len(bars.sessions), np.nan), np.full(len(bars.sessions), np.nan)
    spoken = np.flatnonzero(np.isfinite(score).any(axis=0))
    if not len(spoken) or spoken[0] >= len(bars.sessions) - 1:
        return net, hold
    first, costs = int(spoken[0]), night.market.costs
    part = bars.last(len(bars.sessions) - first)
    net[first:-1] = backtest(part, score[:, first:], costs, night.market.label.task).net_return_fraction[1:]
    every = np.where(part.eligible, 1.0 / np.maximum(part.eligible.sum(axis=0), 1), 0.0)
    hold[first:-1] = follow(part, every, costs).net_return_fraction[1:]
    return net, hold
