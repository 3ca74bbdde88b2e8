"""Every metric, in one visible place. A new one is a doctested function and one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nightshift.proof.metrics import classification as c
from nightshift.proof.metrics import regression as r
from nightshift.proof.metrics import trading as t
from nightshift.proof.metrics.additive import ADDITIVE
from nightshift.proof.metrics.metric import Metric

ROWS, SESSIONS, TAIL_SESSIONS = 30, 20, 60  # least evidence for a mean, a return series, and one session in twenty
UPS, DOWNS, CLASSES = "0 of 1 rows that went up", "0 of 1 rows that went down", "1 of 2 outcomes"
LOSSES, FALLS = "0 of 1 losing sessions", "0 of 1 falls from a peak"


def _class(compute: Callable[..., float], unit: str = "fraction", up: bool = True, decides: bool = True, **more: Any) -> Metric:
    name = compute.__name__
    return Metric(name, "classification", up, compute, unit, ROWS, decides=decides, additive=ADDITIVE[name], **more)


def _regr(compute: Callable[..., float], unit: str = "fraction", up: bool = True, **more: Any) -> Metric:
    return Metric(compute.__name__, "regression", up, compute, unit, ROWS, additive=ADDITIVE[compute.__name__], **more)


def _trade(compute: Callable[..., Any], unit: str = "fraction", up: bool = True, needs: Any = "returns", **more: Any) -> Metric:
    least = TAIL_SESSIONS if "95" in compute.__name__ else SESSIONS
    return Metric(compute.__name__, "trading", up, compute, unit, least, needs=needs, **more)


_LISTED = (
    _class(c.accuracy),
    _class(c.precision, undefined="0 of 1 calls for up"),
    _class(c.recall, undefined=UPS),
    _class(c.f1, undefined="0 of 1 ups, called or come"),
    _class(c.roc_auc, decides=False, undefined=CLASSES),
    _class(c.pr_auc, decides=False, undefined=CLASSES),
    _class(c.log_loss, "nats", up=False, decides=False),
    _class(c.brier, "squared probability", up=False, decides=False),
    _class(c.up_accuracy, undefined=UPS),
    _class(c.down_accuracy, undefined=DOWNS),
    _class(c.calibration_error, up=False, decides=False),
    _class(c.confident_accuracy),
    _class(c.skill, "fraction above a coin", both_tasks=True),
    _regr(r.rmse, "return fraction", up=False),
    _regr(r.mae, "return fraction", up=False),
    _regr(r.mape, "fraction of the label", up=False, undefined="0 of 1 rows that moved"),
    _regr(r.r2, undefined="1 of 2 distinct outcomes"),
    _regr(r.directional_accuracy),
    _regr(r.information_coefficient, "correlation", undefined="1 of 2 distinct scores or outcomes"),
    _trade(t.sharpe_annual, "a year", undefined="1 of 2 distinct returns"),
    _trade(t.sortino_annual, "a year", undefined=LOSSES),
    _trade(t.calmar, "a year", undefined=FALLS),
    _trade(t.drawdown_max_fraction, up=False),
    _trade(t.return_total_fraction),
    _trade(t.return_annual_fraction, "fraction a year"),
    _trade(t.volatility_annual_fraction, "fraction a year", up=False),
    _trade(t.win_rate, undefined="0 of 1 sessions with a gain or a loss"),
    _trade(t.profit_factor, "gains a loss", undefined=LOSSES),
    _trade(t.var_95_fraction, up=False),
    _trade(t.cvar_95_fraction, up=False),
    _trade(t.turnover_annual, "equities a year", up=False, needs="turnover"),
    _trade(t.exposure_fraction, up=False, needs="exposure"),
)
METRICS: dict[str, Metric] = {metric.name: metric for metric in _LISTED}


def metrics_of(task: str) -> tuple[Metric, ...]:
    """The metrics that mean something for a task; `skill` of a regression is its R².

    >>> "rmse" in [m.name for m in metrics_of("classification")], len(metrics_of("regression")) > 15
    (False, True)
    """
    r2_as_skill = replace(METRICS["r2"], name="skill", unit="share of variance", both_tasks=True)
    chosen = [metric for metric in METRICS.values() if task in metric.tasks]
    return tuple(r2_as_skill if metric.name == "skill" and task == "regression" else metric for metric in chosen)
