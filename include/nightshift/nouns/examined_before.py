"""How an examination lay in its file before it was a record: as `charts`, a mapping of what the report drew, inside the evaluation's."""

from __future__ import annotations

from nightshift.nouns.record import Facts

STRESSES = {  # how a stress was called, up to what was named in brackets
    "twice the costs": "twice_the_costs", "one bar of delay": "one_bar_of_delay", "a missing day": "best_session_missed",
    "worst volatility regime": "worst_regime", "a 20 %": "crash", "noise in the columns": "noisy_columns",
    "a missing column": "missing_column", "seed-to-seed noise floor": "seed_noise",
}  # fmt: skip


def in_evaluation(facts: Facts) -> Facts | None:
    """The examination inside the facts of an evaluation's file, as schema 1; none where there is none."""
    return {"schema": 1, **facts["charts"]} if "charts" in facts else None


def from_charts(facts: Facts) -> Facts:
    """Schema 1 to 2. What was not kept then is empty: no distribution, no falls, no columns of the champion, no measures for gates."""
    same = ("leader", "chance", "capacity", "cost_curve", "break_even_bps", "symbols", "confusion", "calibration", "confidence")
    importance = {key: facts["importance"][key] for key in ("family", "method", "rows", "values")}
    sizes = facts["overfitting"]["model_confidence_set"] or {}
    return {
        **{key: facts[key] for key in same},
        **{key: {name: points for name, points in facts[key].items() if points} for key in ("roc", "pr")},
        "measures": {},
        "overfitting": {**facts["overfitting"], "model_confidence_set": sizes},
        "robustness": [{"key": _key(row["name"]), **row} for row in facts["robustness"]],
        "importance": {**importance, "champion": None},  # it was compared with other nights than the champion's
        "drift": facts["drift"]["columns"],
        "column_changes": None,
        "windows": facts["windows"],
        "over_sessions": {part: _stretch(facts, part) for part in facts["equity"]},
        "months": {name: _years(months) for name, months in facts["months"].items()},
        "falls": [],
        "distribution": None,
    }


def without_calibration(facts: Facts) -> Facts:
    """Schema 2 to 3. Drift was not held against what learned sessions do among themselves, and nobody asked what follows it here."""
    unknown = dict.fromkeys(("wasserstein", "psi_limit", "ks_limit", "wasserstein_limit", "p_value")) | {"is_flagged": False}
    return {
        **facts,
        "drift": [unknown | row for row in facts["drift"]],
        "drift_test": None,
        "skill_gap": None,
        "switch": None,
        "weekdays": [],
    }


def _key(name: str) -> str:
    return next((key for start, key in STRESSES.items() if name.startswith(start)), name)


def _stretch(facts: Facts, part: str) -> Facts:
    equity, sharpe, hits = (facts[key][part] for key in ("equity", "rolling_sharpe", "rolling_accuracy"))
    return {
        "sessions": equity["sessions"],
        "growth_fraction": {name: [value - 1.0 for value in line] for name, line in equity["of"].items()},
        "drawdown_fraction": facts["drawdown"][part]["of"],
        "sharpe_annual": sharpe["of"],
        "sharpe_sessions": sharpe["window"],
        "accuracy": hits["of"],
        "accuracy_sessions": hits["window"],
    }


def _years(months: dict[str, float]) -> list[Facts]:
    rows = []
    for year in sorted({month[:4] for month in months}):
        twelve, total = [months.get(f"{year}-{number:02d}") for number in range(1, 13)], 1.0
        for value in twelve:
            total *= 1.0 + (value or 0.0)
        rows.append({"year": year, "months": twelve, "total": total - 1.0})
    return rows
