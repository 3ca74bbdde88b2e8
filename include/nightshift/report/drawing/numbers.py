"""How a number is shown: its unit, its digits, its sign, and which direction is better. Decided by the metric's name."""

from __future__ import annotations

import math
from dataclasses import dataclass

# Names whose unit the suffix does not tell.
PERCENT = frozenset({"accuracy", "precision", "recall", "up_accuracy", "down_accuracy", "win_rate", "directional_accuracy", "mape"})
POINTS = frozenset({"skill"})
LOWER_IS_BETTER = frozenset({"pbo", "latency_ms", "size_mib", "psi"})  # of what is not in METRICS, where a metric says so itself
NEITHER_IS_BETTER = frozenset({"turnover_annual", "exposure_fraction", "capacity", "sessions", "trades"})
LABELS = {
    "f1": "F1", "roc_auc": "ROC-AUC", "pr_auc": "PR-AUC", "log_loss": "Log-loss", "brier": "Brier score", "rmse": "RMSE", "mae": "MAE",
    "mape": "MAPE", "r2": "R²", "sharpe_annual": "Sharpe", "sortino_annual": "Sortino", "drawdown_max_fraction": "Max drawdown",
    "return_total_fraction": "Total return", "return_annual_fraction": "Annual return", "volatility_annual_fraction": "Volatility",
    "var_95_fraction": "VaR 95 %", "cvar_95_fraction": "CVaR 95 %", "turnover_annual": "Turnover", "exposure_fraction": "Exposure",
    "skill": "Skill against chance",
    "up_accuracy": "Accuracy, up days", "down_accuracy": "Accuracy, down days",
}  # fmt: skip
UNIT_WORDS = {"annual": "a year", "times": "a year"}  # what the number itself does not say


@dataclass(frozen=True)
class Shape:
    """How one metric is written: label, unit, and whether more of it is better (None: neither)."""

    label: str
    unit: str
    more_is_better: bool | None


def shape_of(metric: str, task: str = "classification") -> Shape:
    """The shape of a metric, from its name; the skill of a regression is its R², not points above chance.

    >>> shape_of("drawdown_max_fraction")
    Shape(label='Max drawdown', unit='percent', more_is_better=False)
    >>> shape_of("hit_rate_of_my_own").label
    'Hit rate of my own'
    """
    from nightshift.proof.metrics import METRICS

    known = METRICS.get(metric)
    better = known.higher_is_better if known else metric not in LOWER_IS_BETTER
    if metric == "skill" and task == "regression":
        return Shape("Skill (R²)", "ratio", better)
    return Shape(label_of(metric), _unit_of(metric), None if metric in NEITHER_IS_BETTER else better)


def label_of(metric: str) -> str:
    """A metric's name for a reader.

    >>> label_of("profit_factor"), label_of("roc_auc")
    ('Profit factor', 'ROC-AUC')
    """
    words = metric.removesuffix("_fraction").removesuffix("_annual").replace("_", " ").strip()
    return LABELS.get(metric) or (words[:1].upper() + words[1:])


def _unit_of(metric: str) -> str:
    if metric in POINTS:
        return "points"
    if metric in PERCENT or metric.endswith(("_fraction", "_share", "_rate", "_accuracy", "_percent")):
        return "percent"
    if metric == "turnover_annual":
        return "times"
    if metric in {"rmse", "mae"}:
        return "precise"
    suffixes = {"_bps": "bps", "_annual": "annual", "_seconds": "seconds", "_sessions": "count", "_rows": "count"}
    return next((unit for suffix, unit in suffixes.items() if metric.endswith(suffix)), "ratio")


def shown(value: object, unit: str = "ratio", *, signed: bool = False, digits: int | None = None) -> str:
    """A number as text; what is not a finite number is a dash.

    >>> shown(0.0123, "percent", signed=True), shown(-0.5, "annual"), shown(float("nan")), shown(1234567, "count")
    ('+1.23 %', '−0.50', '–', '1 234 567')
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "–"
    scale, places, tail = _SCALES.get(unit, _SCALES["ratio"])
    places = places if digits is None else digits
    scaled = round(value * scale, places) + 0.0  # + 0.0: no negative zero
    body = f"{abs(scaled):,.{places}f}".replace(",", " ")
    sign = "−" if scaled < 0 else "+" if signed and scaled > 0 else ""
    return f"{sign}{body}{tail}"


# unit: (factor, digits, what follows); the spaces do not break
_SCALES = {
    "percent": (100.0, 2, " %"), "percent1": (100.0, 1, " %"), "points": (100.0, 2, " pp"), "ratio": (1.0, 3, ""), "annual": (1.0, 2, ""),
    "times": (1.0, 1, " ×"), "bps": (1.0, 1, " bps"), "bps0": (1.0, 0, " bps"), "count": (1.0, 0, ""), "money": (1.0, 0, ""),
    "seconds": (1.0, 1, " s"), "precise": (1.0, 4, ""),
}  # fmt: skip


def interval(low: object, high: object, unit: str) -> str:
    """An interval as text, or nothing where it is not known.

    >>> interval(0.58, 0.64, "percent"), interval(None, 0.64, "percent")
    ('58.0 … 64.0', '')
    """
    digits = 1 if unit in {"percent", "points"} else None
    ends = [shown(end, unit, digits=digits).removesuffix(_SCALES.get(unit, _SCALES["ratio"])[2]) for end in (low, high)]
    return "" if "–" in ends else " … ".join(ends)


def best(values: dict[str, float | None], more_is_better: bool | None) -> frozenset[str]:
    """The names that hold the best value; none where there is nothing to compare.

    >>> sorted(best({"a": 1.0, "b": 2.0, "c": None}, True)), sorted(best({"a": 1.0}, True))
    (['b'], [])
    """
    known = {name: value for name, value in values.items() if value is not None and math.isfinite(value)}
    if more_is_better is None or len(known) < 2 or len(set(known.values())) == 1:
        return frozenset()
    top = max(known.values()) if more_is_better else min(known.values())
    return frozenset(name for name, value in known.items() if value == top)


def plain(facts: object) -> object:
    """Facts as JSON can hold them: no NaN, no infinity, no foreign number types.

    >>> plain({"a": float("nan"), "b": (1, 2.0)})
    {'a': None, 'b': [1, 2.0]}
    """
    if isinstance(facts, dict):
        return {str(key): plain(value) for key, value in facts.items()}
    if isinstance(facts, list | tuple | set | frozenset):
        return [plain(value) for value in facts]
    if hasattr(facts, "tolist"):
        return plain(facts.tolist())
    if isinstance(facts, float):
        return facts if math.isfinite(facts) else None
    return facts if isinstance(facts, str | int | bool | None) else str(facts)
