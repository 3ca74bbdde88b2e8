"""The report's tables as facts: who measured what on the same sessions, where the rows went, where everything came from."""

from __future__ import annotations

from nightshift.nouns.evaluation import Evaluation, Part
from nightshift.nouns.measures import Measure, Measures
from nightshift.report.drawing.numbers import UNIT_WORDS, best, interval, shape_of, shown
from nightshift.report.gather import Found
from nightshift.report.sections.roles import compared, role_of
from nightshift.storage import fingerprints

# The order a reader asks in: is it right, does it earn, what does it risk, how does it trade.
GROUPS = (
    ("Skill", ("skill", "accuracy", "confident_accuracy", "precision", "recall", "f1", "roc_auc", "pr_auc", "log_loss", "brier",
               "calibration_error", "up_accuracy", "down_accuracy",
               "rmse", "mae", "mape", "r2", "directional_accuracy", "information_coefficient")),
    ("Net return", ("sharpe_annual", "sortino_annual", "calmar", "return_total_fraction", "return_annual_fraction", "win_rate",
                    "profit_factor")),
    ("Risk", ("drawdown_max_fraction", "volatility_annual_fraction", "var_95_fraction", "cvar_95_fraction")),
    ("Trading", ("turnover_annual", "exposure_fraction")),
)  # fmt: skip


def comparison(found: Found, part: Part = "test", names: list[str] | None = None) -> dict:
    """One row a metric, one cell a name: value, interval, whether it is the best."""
    if found.evaluation is None:
        return {"intervals": {}, "names": [], "groups": [], "sessions": []}
    wanted = compared(found) if names is None else names
    return _compared(found, found.evaluation, part, [name for name in wanted if name in found.evaluation.measures[part]])


def _compared(found: Found, evaluation: Evaluation, part: Part, names: list[str]) -> dict:
    measures, span = {name: evaluation.measures_of(name, part) for name in names}, evaluation.sessions[part]
    present = list(dict.fromkeys(metric for name in names for metric in measures[name]))
    grouped = [(title, [m for m in metrics if m in present]) for title, metrics in GROUPS]
    rest = [m for m in present if not any(m in metrics for _, metrics in GROUPS)]
    groups = [
        {"title": title, "rows": [_row(metric, measures, evaluation.task) for metric in metrics]}
        for title, metrics in [*grouped, ("Other", rest)]
        if metrics
    ]
    return {
        "intervals": evaluation.intervals[part].model_dump(),
        "names": [{"name": name, "role": role_of(found, name)} for name in names],
        "groups": groups,
        "sessions": [span.first, span.last, span.sessions],
    }


def _row(metric: str, measures: dict[str, Measures], task: str) -> dict:
    shape = shape_of(metric, task)
    found = {name: of.get(metric, Measure(None)) for name, of in measures.items()}
    top = best({name: one.value for name, one in found.items()}, shape.more_is_better)
    return {
        "metric": metric, "label": shape.label, "unit": shape.unit, "unit_words": UNIT_WORDS.get(shape.unit, ""),
        "more_is_better": shape.more_is_better,
        "cells": [{"name": name, "best": name in top, **_cell(one, shape.unit)} for name, one in found.items()],
    }  # fmt: skip


def _cell(measure: Measure, unit: str) -> dict:
    value = measure.value
    note = measure.note or ("" if value is not None else "not measured")
    return {
        "value": value, "low": measure.low, "high": measure.high, "note": note,
        "shown": shown(value, unit), "interval": interval(measure.low, measure.high, unit) if value is not None else "",
    }  # fmt: skip


def account(found: Found) -> dict:
    """Where the rows went: read, dropped by reason, repaired by reason, kept."""
    facts = found.account
    if not facts:
        return {}
    return {
        "rows_in": facts.get("rows_in"), "rows_out": facts.get("rows_out"),
        "dropped": _by_reason(facts.get("dropped", {}), facts.get("rows_in")),
        "repaired": _by_reason(facts.get("repaired", {}), facts.get("rows_in")),
        "examples": facts.get("examples", [])[:12],
    }  # fmt: skip


def _by_reason(counts: dict, whole: int | None) -> list[dict]:
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"reason": reason, "rows": n, "share": n / whole if whole else None} for reason, n in rows]


def expectations(found: Found) -> list[dict]:
    """What the data had to be, and what it was; what failed comes first."""
    rows = found.quality.get("expectations", [])
    told = [{**row, "rows": row.get("rows", [])[:8], "n_rows": len(row.get("rows", []))} for row in rows]
    return sorted(told, key=lambda row: bool(row.get("passed")))


def left_out(found: Found) -> list[dict]:
    """Families that were asked for and are not in the comparison, and the reason."""
    told = dict(found.evaluation.left_out) if found.evaluation else {}
    for name, facts in found.training.items():
        if facts.get("failed") and name not in told:
            told[name] = facts["failed"]
    return [{"family": name, "why": why} for name, why in told.items()]


def training(found: Found) -> list[dict]:
    """One row a family: what it learned from and how long that took."""
    ranking = {row.get("family") or row.get("name"): row for row in found.selection.get("ranking", []) if isinstance(row, dict)}
    rows = []
    for name, facts in found.training.items():
        rank = ranking.get(name, {})
        rows.append({
            "family": name, "role": role_of(found, name), "failed": facts.get("failed"), "rows": _learned(facts.get("rows")),
            "seconds": facts.get("seconds"), "seed": facts.get("seed"), "threads": facts.get("threads"),
            "trials": len(facts.get("trials") or []),
            "params": facts.get("params", {}),
            "score": rank.get("score") if rank.get("score") is not None else rank.get("composite"),
        })  # fmt: skip
    return sorted(rows, key=lambda row: -(row["score"] if row["score"] is not None else -1e9))


def lineage(found: Found) -> dict:
    """Everything needed to make this night again: data, code, lock, policy, seeds, time taken."""
    night, opened, market = found.night, found.opened, found.night.market
    made = {**code(), **found.released}
    facts = {
        "Night": night.address, "Snapshot": night.snapshot, "Market": f"{market.market} — {market.title}", "Calendar": market.calendar,
        "As of": night.as_of.isoformat(), "Code (sha256)": opened.get("code", ""), "Version": opened.get("version", ""),
        "Git commit": made.get("git_commit") or "", "Lock (sha256)": made.get("lock_sha256") or "",
        "Policy (sha256)": fingerprints.policy(market), "Seed": market.execution.seed, "Threads": market.execution.threads,
        "Forced by": night.options.force or "nobody", "Rows in the snapshot": _rows_of(found.snapshot),
    }  # fmt: skip
    told = [{"name": name, "value": str(value)} for name, value in facts.items() if value not in {"", None}]
    return {"facts": told, "timings": timings(found), "policy": market.model_dump(mode="json", exclude={"alerts", "schedule"})}


def code() -> dict:
    """The commit and the lock that this library runs with."""
    from nightshift.storage import provenance

    return {**provenance.git(), "lock_sha256": provenance.lock_sha256()}


def timings(found: Found) -> list[dict]:
    """Seconds and memory of every stage, in the order they ended; of a stage run twice the last."""
    last = {(row.get("stage"), row.get("what")): row for row in found.timings}
    rows = [
        {"stage": row.get("stage", "?"), "what": row.get("what", ""), "seconds": row.get("seconds"), "peak_mib": row.get("peak_mib")}
        for row in last.values()
    ]
    return [row for row in rows if row["seconds"] is not None]


def _learned(rows: object) -> object:
    """Rows learned from, of an account by part."""
    return rows.get("train") if isinstance(rows, dict) else rows


def _rows_of(snapshot: dict) -> str:
    rows = snapshot.get("rows") or snapshot.get("row_count") or snapshot.get("n_rows")
    return shown(rows, "count") if isinstance(rows, int) else ""
