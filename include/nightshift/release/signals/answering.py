"""A release's answer for the next session: its columns from the last bars alone, its scores, and positions as the backtest takes them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nightshift import sessions
from nightshift.config import Costs, Market, known
from nightshift.nouns.bars import Bars
from nightshift.nouns.panel import Panel, rows_of
from nightshift.nouns.release import Release, ReleaseColumns, ReleaseLabel
from nightshift.nouns.signals import Signals
from nightshift.proof.evaluation.held import NIGHTS_A_YEAR
from nightshift.proof.evaluation.targets import targets
from nightshift.release.signals.expiry import for_session
from nightshift.release.signals.live_history import Need, live_history, need_of

if TYPE_CHECKING:
    from nightshift.data.columns import Column

WINDOW_BARS = 64  # own bars of warm-up that a window needs; beyond are averages, which never forget wholly


def answer(fitted: Any, release: Release, columns: ReleaseColumns, label: ReleaseLabel, bars: Bars, market: Market) -> Signals:
    """A row for every member that has a bar in the newest session of `bars`, which may reach back further than is needed.

    `release` is what the columns and the label belong to. Nothing is read and no clock is asked.
    """
    if release.task != label.label.task:
        raise ValueError(f"expected columns and label of one release; found a {label.label.task} label beside {release.task}")
    need = need_of(fitted, columns, market.costs)
    near = live_history(bars, need)
    score = scores(fitted, live_panel(near, columns, need), need)
    member = near.member[:, -score.shape[1] :] if near.member is not None else np.ones(score.shape, dtype=bool)
    wanted = np.where(member, np.nan_to_num(targets(score, market.costs, label.label.task)), 0.0)
    trades = np.flatnonzero(near.eligible[:, -1])
    before = wanted[trades, -2] if wanted.shape[1] > 1 else np.zeros(len(trades))
    session: dt.date = near.sessions[-1].item()
    cost = cost_fraction(wanted[trades, -1], before, market, session)
    return Signals(
        session=session,
        for_session=for_session(market, session),
        symbols=tuple(near.symbols[row] for row in trades),
        score=score[trades, -1],
        position=wanted[trades, -1],
        previous_position=before,
        cost_bps=1e4 * cost,
        cost_amount=market.costs.initial_capital * cost,
        last_close=near.close[trades, -1],
    )


def live_panel(near: Bars, columns: ReleaseColumns, need: Need) -> Panel:
    """The release's columns in the sessions read, in the order in which it learned them; outcomes are not needed to answer.

    Each is given the bars that it declares, or as many as another needs that remembers about as long: an average remembers years, and
    most columns look at a window.
    """
    from nightshift.data.columns import compute

    chosen = chosen_columns(columns)
    short = [place for place, column in enumerate(chosen) if columns.warmup_sessions[column.name] <= WINDOW_BARS]
    days = near.sessions[-need.read_sessions :]
    values = np.full((len(near.symbols), len(days), len(chosen)), np.nan, dtype=np.float32)
    for places in (short, sorted(set(range(len(chosen))) - set(short))):
        if places:
            some = [chosen[place] for place in places]
            longest = max(columns.warmup_sessions[column.name] for column in some)
            values[:, :, places] = compute(live_history(near, replace(need, warmup_bars=longest)), some)[:, -len(days) :]
    return Panel(near.symbols, days, tuple(columns.names), values, np.full(values.shape[:2], np.nan), label_reach=0)


def chosen_columns(columns: ReleaseColumns) -> list[Column]:
    """The columns by their names; one that the code has no more is an error that says so."""
    from nightshift.data.columns import COLUMNS

    return [COLUMNS[known("column", name, COLUMNS)] for name in columns.names]


def scores(fitted: Any, panel: Panel, need: Need) -> np.ndarray:
    """(symbols, sessions scored); NaN where a column is not known."""
    last = np.arange(len(panel.sessions))[-need.scored_sessions :]
    rows = rows_of(panel, last, labelled=False)
    said = np.asarray(fitted.predict(rows), np.float64) if len(rows) else np.empty(0)
    return rows.scattered(said)[:, last]


def cost_fraction(position: np.ndarray, before: np.ndarray, market: Market, session: dt.date) -> np.ndarray:
    """What it is expected to cost, of the equity: the trade at the open, and a short position's first night.

    >>> from nightshift.config import load_market
    >>> cost_fraction(np.array([0.5, 0.0]), np.array([0.0, 0.5]), load_market("demo"), dt.date(2026, 11, 19))
    array([0.00015, 0.00015])
    """
    costs: Costs = market.costs
    traded = np.abs(position - before) * (costs.commission_bps + costs.slippage_bps) / 1e4
    first = for_session(market, session)
    nights = (sessions.following(market.calendar, first, 1, expected=True) - first).days
    return traded + np.maximum(-position, 0.0) * costs.borrow_bps_annual / 1e4 / NIGHTS_A_YEAR * nights
