"""The numbers of an examination that a gate may ask for: their names, units, directions, and where they stand in the record.

They are about the leader alone, so a gate sets them a limit; no champion and no rule was asked the same. The noise floor over
seeds is not among them: it is measured only where a training is quick enough, and no verdict may depend on the machine's speed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from nightshift.nouns.examination import Examination
from nightshift.nouns.measures import Measure, Measures
from nightshift.nouns.questions import ColumnDrift
from nightshift.proof.examination.stress import HEADLINE, STRESSES
from nightshift.proof.metrics.every_metric import METRICS
from nightshift.proof.metrics.unit import Form

NO_CHAMPION = "there is no champion to compare with, or what it learned from is not known any more"
TOO_SHORT = "not enough evidence: too few sessions to say what drift is none"
LEAST_SUPPORT = 20  # rows of a symbol, sessions of a weekday, below which a slice is not counted
TOO_THIN = f"not enough evidence: no slice has {LEAST_SUPPORT} rows or sessions"
TOO_FEW = "not enough evidence: too few sessions, or returns that do not vary"


@dataclass(frozen=True)
class ExaminedMetric:
    """One number of the examination."""

    name: str
    label: str  # for a reader
    form: Form
    higher_is_better: bool
    read: Callable[[Examination], float | None]
    lacking: str | Callable[[Examination], str] = TOO_FEW  # why it may have no value
    lowest: float = -math.inf  # no value is below it: a policy's limit out of this range is a slip
    highest: float = math.inf
    reaches_best: bool = False  # the best value there is comes up on ordinary nights, so that a limit there can be met
    on_request: bool = False  # only in the record where the market file asks for it


def _stress(key: str, label: str) -> ExaminedMetric:
    metric = METRICS[STRESSES[key]]

    def read(found: Examination) -> float | None:
        return next((row.value for row in found.robustness if row.key == key), None)

    return ExaminedMetric(
        f"{key}_{metric.name}", label, metric.unit.form, bool(metric.higher_is_better), read, "this stress was not measured",
        lowest=metric.lowest, highest=metric.highest,
    )  # fmt: skip


def _path(percent: int) -> ExaminedMetric:
    name = f"cpcv_sharpe_{percent}_percent"

    def read(found: Examination) -> float | None:
        return next((row.value for row in found.robustness if row.key == name), None)

    label, lacking = f"Sharpe of purged paths, {percent} %", "no path was asked for, or its refits failed: proof.paths"
    return ExaminedMetric(name, label, METRICS[HEADLINE].unit.form, True, read, lacking, on_request=True)


def _drift(name: str, label: str, of: Callable[[ColumnDrift], float | None], highest: float = math.inf) -> ExaminedMetric:
    def read(found: Examination) -> float | None:
        return max((abs(value) for row in found.drift if (value := of(row)) is not None), default=None)

    return ExaminedMetric(name, label, "ratio", False, read, "no column is known on both sides", lowest=0.0, highest=highest)


def _worst_window(found: Examination) -> float | None:
    judged = (window.of[found.leader].sharpe_annual for window in found.windows if window.part == "test")
    return min((value for value in judged if value is not None), default=None)


def _worst_symbol(found: Examination) -> float | None:
    return min((row.accuracy for row in found.symbols if row.rows >= LEAST_SUPPORT and row.accuracy is not None), default=None)


def _worst_weekday(found: Examination) -> float | None:
    known = (row.sharpe_annual for row in found.weekdays if row.sessions >= LEAST_SUPPORT)
    return min((value for value in known if value is not None), default=None)


def _gap(found: Examination) -> float | None:
    gap = found.skill_gap
    return None if gap is None or gap.learned is None or gap.unseen is None else gap.learned - gap.unseen


def _repaid(found: Examination) -> float | None:
    return found.switch.repaid_sessions if found.switch else None


def _not_repaid(found: Examination) -> str:
    return "no number of sessions repays it: the lead over the champion is not above 0" if found.switch else NO_CHAMPION


def _agreement(found: Examination) -> float | None:
    return found.importance.champion.rank_correlation if found.importance.champion else None


def _changed(found: Examination) -> float | None:
    return found.column_changes.count if found.column_changes else None


_LISTED = (
    ExaminedMetric(
        "probabilistic_sharpe", "Probabilistic Sharpe", "percent", True, lambda found: found.overfitting.probabilistic_sharpe,
        lowest=0.0, highest=1.0,
    ),
    ExaminedMetric(
        "deflated_sharpe", "Deflated Sharpe", "percent", True, lambda found: found.overfitting.deflated_sharpe, lowest=0.0, highest=1.0,
    ),
    ExaminedMetric(
        "track_record_sessions", "Minimum track record", "count", False, lambda found: found.overfitting.track_record_sessions,
        "no length is enough: the Sharpe ratio is not above 0", lowest=1.0,
    ),
    ExaminedMetric(
        "probability_of_overfitting", "Probability of overfitting", "percent", False, lambda found: found.overfitting.pbo.probability,
        "not enough evidence: too few trials or sessions", lowest=0.0, highest=1.0, reaches_best=True,
    ),
    ExaminedMetric(
        "spa_p_value", "Superior ability (p)", "ratio", False, lambda found: found.overfitting.spa.p_value,
        "not enough evidence: too few sessions, or no family differs from the benchmark", lowest=0.0, highest=1.0, reaches_best=True,
    ),
    ExaminedMetric(
        "model_confidence", "Model confidence", "percent", True, lambda found: found.overfitting.model_confidence_set.get(found.leader),
        "not enough evidence: too few sessions, or fewer than two families that differ", lowest=0.0, highest=1.0, reaches_best=True,
    ),
    ExaminedMetric(
        "share_of_chance_beaten", "Random portfolios beaten", "percent", True, lambda found: found.chance.share_beaten,
        lowest=0.0, highest=1.0, reaches_best=True,
    ),
    ExaminedMetric(
        "break_even_bps", "Breaks even at", "bps", True, lambda found: found.break_even_bps[found.leader], "nothing was traded",
        lowest=-1e4,
    ),
    ExaminedMetric(
        "capacity_capital", "Capacity", "money", True, lambda found: found.capacity.capital, "nothing was traded, or no volume is known",
        lowest=0.0,
    ),
    ExaminedMetric("worst_window_sharpe_annual", "Sharpe of the worst window", "annual", True, _worst_window),
    ExaminedMetric(
        "worst_symbol_accuracy", "Accuracy of the worst symbol", "percent", True, _worst_symbol, TOO_THIN, lowest=0.0, highest=1.0,
    ),
    ExaminedMetric("worst_weekday_sharpe_annual", "Sharpe of the worst weekday", "annual", True, _worst_weekday, TOO_THIN),
    ExaminedMetric("train_validation_gap", "Skill lost on unseen rows", "ratio", False, _gap, "no rows on one of the sides"),
    ExaminedMetric("switch_repaid_sessions", "Sessions that repay the switch", "count", False, _repaid, _not_repaid, lowest=0.0),
    _drift("drift_psi_max", "Largest drift (PSI)", lambda row: row.psi),
    _drift("drift_ks_max", "Largest drift (KS)", lambda row: row.ks_distance, highest=1.0),
    _drift("drift_mean_shift_max", "Largest shift of a mean", lambda row: row.mean_shift),
    _drift("drift_wasserstein_max", "Largest drift (Wasserstein)", lambda row: row.wasserstein),
    ExaminedMetric(
        "drift_columns_fraction", "Columns that drifted", "percent", False,
        lambda found: found.drift_test.flagged_fraction if found.drift_test else None, TOO_SHORT,
        lowest=0.0, highest=1.0, reaches_best=True,
    ),
    ExaminedMetric(
        "drift_domain_auc", "New rows told from learned ones", "ratio", False,
        lambda found: found.drift_test.domain_auc if found.drift_test else None, TOO_SHORT,
        lowest=0.0, highest=1.0,
    ),
    ExaminedMetric(
        "importance_rank_correlation", "Agreement with the champion's columns", "ratio", True, _agreement, NO_CHAMPION,
        lowest=-1.0, highest=1.0, reaches_best=True,
    ),
    ExaminedMetric(
        "columns_changed_count", "Columns changed", "count", False, _changed, NO_CHAMPION, lowest=0.0, reaches_best=True,
    ),
    _stress("twice_the_costs", "Sharpe at twice the costs"),
    _stress("one_bar_of_delay", "Sharpe one bar late"),
    _stress("best_session_missed", "Sharpe without the best session"),
    _stress("worst_regime", "Sharpe in the worst regime"),
    _stress("crash", "Max drawdown in a crash"),
    _stress("noisy_columns", "Sharpe with noisy columns"),
    _stress("missing_column", "Sharpe without the first column"),
    _path(5),
    _path(50),
    _path(95),
)  # fmt: skip
EXAMINED: dict[str, ExaminedMetric] = {metric.name: metric for metric in _LISTED}


def measures_of(found: Examination) -> Measures:
    """Every one of these numbers, or the reason why there is none."""
    requested = {row.key for row in found.robustness}
    return {metric.name: _measure(metric, found) for metric in EXAMINED.values() if not metric.on_request or metric.name in requested}


def _measure(metric: ExaminedMetric, found: Examination) -> Measure:
    value = metric.read(found)
    if value is not None:
        return Measure(float(value))
    return Measure(None, note=metric.lacking if isinstance(metric.lacking, str) else metric.lacking(found))
