"""The evaluation in pieces: is it steady from window to window, and who among the symbols carries it?"""

from __future__ import annotations

import math

import numpy as np

from nightshift.nouns.evaluation_record import PARTS, Part
from nightshift.nouns.slice_rows import SymbolSlice, WeekdaySlice, Window, WindowMeasures
from nightshift.proof.evaluation.backtest import backtest
from nightshift.proof.evaluation.material import Material
from nightshift.proof.evaluation.measuring import Judged
from nightshift.proof.examination.books.alone_books import alone_return_fractions
from nightshift.proof.metrics import trading
from nightshift.proof.metrics.classification import accuracy

WINDOWS, WINDOW_SESSIONS = 12, 20  # of both parts together, and the least in one

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def windows(material: Material, judged: dict[str, Judged]) -> tuple[Window, ...]:
    """Consecutive stretches of validation and test sessions, in order: how steady is what was measured."""
    return tuple(_window(material, judged[part], part, at) for part in PARTS for at in _cut(len(material.sessions[part])))


def symbols(material: Material, leader: str, part: Part = "test") -> tuple[SymbolSlice, ...]:
    """The leader per symbol: rows, accuracy, what it added to the portfolio, and what it returned traded alone."""
    answers, bars, score = material.answers(leader, part), material.bars_of(part), material.traded_score(leader, part)
    span = material.span(part)
    _, symbol = np.nonzero((material.same_rows[:, span] & np.isfinite(material.panel.label[:, span])).T)
    portfolio = backtest(bars, score, material.market.costs, material.task)
    alone = alone_return_fractions(bars, score, material.market.costs, material.task)
    right = (answers.went_up > 0) == (answers.score > answers.threshold)
    count, hits = (np.bincount(symbol, weights=w, minlength=len(bars.symbols)) for w in (np.ones(len(symbol)), right))
    return tuple(
        SymbolSlice(
            symbol=name, rows=int(count[row]), accuracy=hits[row] / count[row] if count[row] else math.nan,
            contribution_fraction=portfolio.contribution_fraction[row], alone_return_fraction=alone[row],
        )
        for row, name in enumerate(bars.symbols)
    )  # fmt: skip


def weekdays(material: Material, judged: Judged, leader: str) -> tuple[WeekdaySlice, ...]:
    """The leader by day of the week: its net returns on that day, and how right the calls were that were made on it."""
    days, answers = (judged.portfolios[leader].sessions.astype(int) + 3) % 7, material.answers(leader, "test")  # 1970 began on a Thursday
    rows = []
    for day in np.unique(days):
        returns, made = judged.portfolios[leader].net_return_fraction[days == day], days[answers.session] == day
        sharpe = float(trading.sharpe_annual(returns, material.market.sessions_a_year)) if len(returns) > 1 else math.nan
        hits = accuracy(answers.went_up[made], answers.score[made], answers.threshold)
        rows.append(WeekdaySlice(weekday=WEEKDAYS[day], sessions=len(returns), sharpe_annual=sharpe, accuracy=hits))
    return tuple(rows)


def _cut(n_sessions: int) -> list[np.ndarray]:
    return np.array_split(np.arange(n_sessions), max(min(WINDOWS // len(PARTS), n_sessions // WINDOW_SESSIONS), 1))


def _window(material: Material, judged: Judged, part: Part, at: np.ndarray) -> Window:
    sessions = material.panel.sessions[material.span(part)][at]
    of = {name: _measured(material, judged, part, name, at) for name in judged.portfolios}
    return Window(part=part, first=str(sessions[0]), last=str(sessions[-1]), sessions=len(at), of=of)


def _measured(material: Material, judged: Judged, part: Part, name: str, at: np.ndarray) -> WindowMeasures:
    returns, hits = judged.portfolios[name].net_return_fraction[at], math.nan
    if name in material.scores:
        answers = material.answers(name, part)
        inside = (answers.session >= at[0]) & (answers.session <= at[-1])
        hits = accuracy(answers.went_up[inside], answers.score[inside], answers.threshold)
    return WindowMeasures(
        sharpe_annual=float(trading.sharpe_annual(returns, material.market.sessions_a_year)),
        return_total_fraction=float(trading.return_total_fraction(returns)),
        accuracy=hits,
    )
