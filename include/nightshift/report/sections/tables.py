"""The report's tables as facts: who measured what on the same sessions, where the rows went, where everything came from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from nightshift.nouns.evaluation_record import Evaluation, Part
from nightshift.nouns.measures import Measure, Measures
from nightshift.nouns.quality import Account
from nightshift.proof.metrics import METRICS
from nightshift.proof.metrics.metric import Group
from nightshift.report.drawing.numbers import best, format_of, interval, shape_of, shown
from nightshift.report.gather import Found
from nightshift.report.sections.roles import compared, role_of
from nightshift.storage import fingerprints


def comparison(found: Found, part: Part = "test", names: list[str] | None = None) -> dict:
    """One row a metric, one cell a name: value, interval, whether it is the best."""
    if found.evaluation is None:
        return {"intervals": {}, "names": [], "groups": [], "sessions": []}
    wanted = compared(found) if names is None else names
    return _compared(found, found.evaluation, part, [name for name in wanted if name in found.evaluation.measures[part]])


def _compared(found: Found, evaluation: Evaluation, part: Part, names: list[str]) -> dict:
    measures, span = {name: evaluation.measures_of(name, part) for name in names}, evaluation.sessions[part]
    present = dict.fromkeys(metric for of in measures.values() for metric in of)
    groups = [
        {"title": title, "rows": [_row(metric, measures, evaluation.task) for metric in metrics]}
        for title, metrics in _grouped(present).items()
        if metrics
    ]
    return {
        "intervals": evaluation.intervals[part].model_dump(),
        "names": [{"name": name, "role": role_of(found, name)} for name in names],
        "groups": groups,
        "sessions": [span.first, span.last, span.sessions],
    }


def _grouped(present: Iterable[str]) -> dict[str, list[str]]:
    """The metrics by group, those that lead first; what is no metric any more comes last."""
    known = set(present)
    ordered = sorted((metric for metric in METRICS.values() if metric.name in known), key=lambda metric: not metric.leads)
    groups = {title: [metric.name for metric in ordered if metric.group == title] for title in get_args(Group)}
    return groups | {"Other": [name for name in present if name not in METRICS]}


def _row(metric: str, measures: dict[str, Measures], task: str) -> dict:
    shape = shape_of(metric, task)
    found = {name: of.get(metric, Measure(None)) for name, of in measures.items()}
    top = best({name: one.value for name, one in found.items()}, shape.more_is_better)
    return {
        "metric": metric, "label": shape.label, "unit": shape.unit, "unit_words": format_of(shape.unit).words,
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
    rows = found.account
    if rows is None:
        return {}
    return {
        "rows_in": rows.rows_in, "rows_out": rows.rows_out,
        "dropped": _by_reason(rows, rows.dropped), "repaired": _by_reason(rows, rows.repaired),
        "examples": [example.model_dump() for example in rows.examples[:12]],
    }  # fmt: skip


def _by_reason(account: Account, counts: dict[str, int]) -> list[dict]:
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"reason": reason, "rows": n, "share": account.share(n)} for reason, n in rows]


def expectations(found: Found) -> list[dict]:
    """What the data had to be, and what it was; what failed comes first."""
    ordered = sorted(found.quality.expectations if found.quality else (), key=lambda one: one.passed)
    return [{**one.model_dump(), "rows": [row.model_dump() for row in one.rows[:8]], "n_rows": len(one.rows)} for one in ordered]


def left_out(found: Found) -> list[dict]:
    """Families that were asked for and are not in the comparison, and the reason."""
    told = dict(found.evaluation.left_out) if found.evaluation else {}
    for name, record in found.training.items():
        if record.failed and name not in told:
            told[name] = record.failed
    return [{"family": name, "why": why} for name, why in told.items()]


def training(found: Found) -> list[dict]:
    """One row a family: what it learned from and how long that took."""
    scores = {row.name: row.score for row in found.selection.ranking} if found.selection else {}
    rows = []
    for name, record in found.training.items():
        rows.append({
            "family": name, "role": role_of(found, name), "failed": record.failed, "rows": record.rows_learned,
            "seconds": record.seconds, "seed": record.seed, "threads": record.threads,
            "trials": len(record.trials),
            "params": record.params,
            "score": scores.get(name),
        })  # fmt: skip
    return sorted(rows, key=lambda row: -(row["score"] if row["score"] is not None else -1e9))


def lineage(found: Found) -> dict:
    """Everything needed to make this night again: data, code, lock, policy, seeds, time taken."""
    night, opened, market = found.night, found.opened, found.night.market
    made = {"git_commit": found.release.git_commit, "lock_sha256": found.release.lock_sha256} if found.release else code()
    facts = {
        "Night": night.address, "Snapshot": night.snapshot, "Market": f"{market.market} — {market.title}", "Calendar": market.calendar,
        "As of": night.as_of.isoformat(), "Code (sha256)": opened.code, "Version": opened.version,
        "Git commit": made.get("git_commit") or "", "Lock (sha256)": made.get("lock_sha256") or "",
        "Policy (sha256)": fingerprints.policy(market), "Seed": market.execution.seed, "Threads": market.execution.threads,
        "Forced by": night.options.force or "nobody", "Rows in the snapshot": shown(found.snapshot.rows, "count") if found.snapshot else "",
    }  # fmt: skip
    told = [{"name": name, "value": str(value)} for name, value in facts.items() if value not in {"", None}]
    return {"facts": told, "timings": timings(found), "policy": market.model_dump(mode="json", exclude={"alerts", "schedule"})}


def code() -> dict:
    """The commit and the lock that this library runs with."""
    from nightshift.storage import provenance

    return {**provenance.git(), "lock_sha256": provenance.lock_sha256()}


def timings(found: Found) -> list[dict]:
    """Seconds and memory of every stage, in the order they ended; of a stage run twice the last."""
    last = {(timing.stage, timing.what): timing for timing in found.timings}
    return [timing.model_dump(exclude={"started"}) for timing in last.values()]
