"""What the report draws, as plain numbers under `charts` of `evaluation.json`.

leader          the challenger that everything about one model is about
equity, drawdown, rolling_accuracy, rolling_sharpe   part → {sessions, of: {name: [one a session]}}
calibration, confidence, confusion, roc, pr          name → points, on the test sessions
months, histogram, cost_curve, break_even_bps        name → numbers, on the test sessions
capacity, chance, symbols, importance, robustness    about the leader, on the test sessions
windows         consecutive stretches of both parts with accuracy and Sharpe of every name
drift           how far each column has moved since training: population stability, Kolmogorov–Smirnov, shift of the mean
overfitting     probabilistic and deflated Sharpe, track record length, PBO, SPA, model confidence set
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nightshift.nouns.evaluation import PARTS
from nightshift.nouns.panel import Rows
from nightshift.proof.evaluation import reference
from nightshift.proof.evaluation.backtest import backtest, each_symbol
from nightshift.proof.evaluation.material import Material
from nightshift.proof.examination import capacity, doubt, drift, importance, robustness, sensitivity
from nightshift.proof.metrics import curves, trading
from nightshift.proof.metrics.classification import accuracy
from nightshift.storage import store
from nightshift.storage.night import Night

if TYPE_CHECKING:
    from nightshift.proof.evaluation.measuring import Judged

ROLLING_ACCURACY, ROLLING_SHARPE, WINDOWS, CHANCE_DRAWS = 21, 63, 12, 40


def everything(night: Night, material: Material, judged: dict[str, Judged], leader: str, models: dict[str, str]) -> dict:
    """Every chart's numbers, from everyone's portfolios and the leader's model."""
    return {
        "leader": leader,
        **over_sessions(material, judged),
        **of_predictions(material),
        **of_returns(judged["test"]),
        "windows": windows(material, judged),
        "symbols": symbols(material, leader),
        "capacity": _capacity(material, leader),
        "chance": chance(material, judged["test"], leader),
        "drift": drift.table(material),
        "overfitting": doubt.everything(material, judged, leader, models),
        **_of_model(night, material, leader, models),
    }


def over_sessions(material: Material, judged: dict[str, Judged]) -> dict:
    """Equity, drawdown and rolling numbers, one a session."""
    out: dict[str, dict] = {"equity": {}, "drawdown": {}, "rolling_accuracy": {}, "rolling_sharpe": {}}
    for part, one in judged.items():
        net = {name: portfolio.net_return_fraction for name, portfolio in one.portfolios.items()}
        sessions = [str(s) for s in material.panel.sessions[material.span(part)]]
        window = max(min(ROLLING_SHARPE, len(sessions) // 3), 2)
        answers = {name: material.answers(name, part) for name in material.scores}
        out["equity"][part] = {"sessions": sessions, "of": {name: trading.equity(returns) for name, returns in net.items()}}
        out["drawdown"][part] = {"sessions": sessions, "of": {name: trading.drawdown_fraction(returns) for name, returns in net.items()}}
        rolling = {name: curves.rolling_accuracy(a, min(ROLLING_ACCURACY, window)) for name, a in answers.items()}
        out["rolling_accuracy"][part] = {"sessions": sessions, "window": min(ROLLING_ACCURACY, window), "of": rolling}
        out["rolling_sharpe"][part] = {
            "sessions": sessions,
            "window": window,
            "of": {n: curves.rolling_sharpe(r, window) for n, r in net.items()},
        }
    return out


def of_predictions(material: Material, part: str = "test") -> dict:
    """Calibration, confidence, confusion, ROC and precision–recall of every name with scores."""
    answers = {name: material.answers(name, part) for name in material.scores}
    drawn = {
        "calibration": curves.calibration,
        "confidence": curves.accuracy_by_confidence,
        "confusion": curves.confusion,
        "roc": curves.roc_points,
        "pr": curves.pr_points,
    }
    return {chart: {name: draw(one) for name, one in answers.items()} for chart, draw in drawn.items()}  # type: ignore[operator]


def of_returns(judged: Judged) -> dict:
    """Months, distribution, cost curve and break-even cost of every portfolio."""
    portfolios = judged.portfolios
    return {
        "months": {name: curves.months(one.sessions, one.net_return_fraction) for name, one in portfolios.items()},
        "histogram": curves.histogram({name: one.net_return_fraction for name, one in portfolios.items() if one.turnover_fraction.any()}),
        "cost_curve": {name: capacity.cost_curve(one) for name, one in portfolios.items() if one.turnover_fraction.any()},
        "break_even_bps": {name: capacity.break_even_bps(one) for name, one in portfolios.items()},
    }


def windows(material: Material, judged: dict[str, Judged]) -> list[dict]:
    """Consecutive stretches of validation and test sessions, in order: how steady is what was measured."""
    rows = []
    for part in PARTS:
        n_sessions = len(material.sessions[part])
        for at in np.array_split(np.arange(n_sessions), max(min(WINDOWS // 2, n_sessions // 20), 1)):
            sessions = material.panel.sessions[material.span(part)][at]
            of = {name: _window(material, judged[part], part, name, at) for name in judged[part].portfolios}
            rows.append({"part": part, "first": str(sessions[0]), "last": str(sessions[-1]), "sessions": len(at), "of": of})
    return rows


def symbols(material: Material, leader: str, part: str = "test") -> list[dict]:
    """The leader per symbol: rows, accuracy, what it added to the portfolio, and what it returned traded alone."""
    answers, bars, score = material.answers(leader, part), material.bars_of(part), material.traded_score(leader, part)
    span = material.span(part)
    _, symbol = np.nonzero((material.same_rows[:, span] & np.isfinite(material.panel.label[:, span])).T)
    portfolio = backtest(bars, score, material.market.costs, material.task)
    alone = each_symbol(bars, score, material.market.costs, material.task)
    right = (answers.went_up > 0) == (answers.score > answers.threshold)
    count, hits = (np.bincount(symbol, weights=w, minlength=len(bars.symbols)) for w in (np.ones(len(symbol)), right))
    return [
        {
            "symbol": name, "rows": int(count[row]), "accuracy": hits[row] / count[row] if count[row] else math.nan,
            "contribution_fraction": portfolio.contribution_fraction[row], "alone_return_fraction": alone[row].total_return_fraction,
        }
        for row, name in enumerate(bars.symbols)
    ]  # fmt: skip


def chance(material: Material, judged: Judged, leader: str) -> dict:
    """Where the leader stands among portfolios that trade as much and know nothing."""
    bars, score, market = material.bars_of(judged.part), material.traded_score(leader, judged.part), material.market
    draws = [
        reference.random_same_turnover(bars, score, market.costs, material.task, market.execution.seed + draw)
        for draw in range(CHANCE_DRAWS)
    ]
    sharpes = np.array([float(trading.sharpe_annual(one.net_return_fraction)) for one in draws])
    mine = float(trading.sharpe_annual(judged.portfolios[leader].net_return_fraction))
    known = sharpes[np.isfinite(sharpes)]
    quantiles = np.quantile(known, [0.05, 0.5, 0.95]) if len(known) else np.full(3, np.nan)
    return {"draws": len(known), "sharpe_5_50_95": quantiles, "share_beaten": float((mine > known).mean()) if len(known) else math.nan}


def plain(facts: object) -> object:
    """Facts as JSON can hold them: arrays are lists, what is not a finite number is null, floats carry 8 digits.

    >>> plain({"a": np.array([1.0, np.nan]), "b": (np.int64(2),)})
    {'a': [1.0, None], 'b': [2]}
    """
    if isinstance(facts, dict):
        return {str(key): plain(value) for key, value in facts.items()}
    if hasattr(facts, "tolist"):
        facts = facts.tolist()
    if isinstance(facts, list | tuple):
        return [plain(value) for value in facts]
    if isinstance(facts, float):
        return float(f"{facts:.8g}") if math.isfinite(facts) else None
    return facts


def _window(material: Material, judged: Judged, part: str, name: str, at: np.ndarray) -> dict[str, float]:
    returns = judged.portfolios[name].net_return_fraction[at]
    out = {"sharpe_annual": float(trading.sharpe_annual(returns)), "return_total_fraction": float(trading.return_total_fraction(returns))}
    if name in material.scores:
        answers = material.answers(name, part)
        inside = (answers.session >= at[0]) & (answers.session <= at[-1])
        out["accuracy"] = accuracy(answers.went_up[inside], answers.score[inside], answers.threshold)
    return out


def _capacity(material: Material, leader: str) -> dict:
    bars = material.bars_of("test")
    traded = backtest(bars, material.traded_score(leader, "test"), material.market.costs, material.task, keep_weights=True)
    return {
        "capital": capacity.capacity_capital(bars, traded),
        "participation_fraction": capacity.PARTICIPATION,
        "spared_fraction": capacity.SPARED,
    }


def _of_model(night: Night, material: Material, leader: str, places: dict[str, str]) -> dict:
    """Importance and robustness of the leader, which is loaded after its checksums matched."""
    from nightshift import models

    folder = store.open_folder(places[leader])
    fitted = models.load(folder / "model")
    account = importance.importance(fitted, _rows(material, "validate"), material.market.execution.seed)
    account |= {"family": leader, "stability": importance.stability(material.champion_version, night.market.market, account["values"])}
    subject = robustness.subject(material, leader)
    seconds = float(store.read_json(folder / "training.json").get("seconds") or math.inf)
    asked = sensitivity.rows(subject, fitted, list(account["values"]), seconds)
    return {"importance": account, "robustness": robustness.rows(subject) + asked}


def _rows(material: Material, part: str) -> Rows:
    """The labelled rows of a part that everybody was compared on."""
    span = material.span(part)
    session, symbol = np.nonzero((material.same_rows[:, span] & np.isfinite(material.panel.label[:, span])).T)
    return Rows(material.panel, symbol.astype(np.int32), (session + span.start).astype(np.int32))
