"""The first ten seconds: what was decided, the reason that binds, which model, on which sessions, what is served now."""

from __future__ import annotations

from nightshift.gates.comparisons import in_words
from nightshift.report.drawing.numbers import difference, shape_of, shown
from nightshift.report.gather import Found

SIGNS = {"PROMOTE": "▲", "REJECT": "■", "ABSTAIN": "◆"}


def banner(found: Found) -> dict:
    """The facts of the verdict banner."""
    verdict, rows = found.verdict, checks(found)
    decision = str(verdict.get("decision", "UNFINISHED"))
    binding = binding_check(decision, rows)
    return {
        "decision": decision,
        "sign": SIGNS.get(decision, "○"),
        "headline": verdict.get("headline") or "The night has no verdict yet.",
        "binding": binding,
        "binding_words": _binding_words(decision, verdict.get("headline", ""), binding, rows),
        "facts": _facts(found, decision),
    }


def checks(found: Found) -> list[dict]:
    """Every gate that was asked, with its margin to the point where it turns; in the policy's order."""
    return [_check(found, check) for check in found.verdict.get("checks", ())]


def binding_check(decision: str, rows: list[dict]) -> dict | None:
    """The check that decided: the first that said no, the first without evidence, or the closest call of those passed.

    >>> binding_check("PROMOTE", [{"passed": True, "share": 0.3}, {"passed": True, "share": 0.1}])
    {'passed': True, 'share': 0.1}
    """
    failed = [row for row in rows if row["passed"] is False]
    unknown = [row for row in rows if row["passed"] is None]
    passed = [row for row in rows if row["passed"] and row.get("share") is not None]
    order = {"REJECT": failed + unknown, "ABSTAIN": unknown + failed}.get(decision, sorted(passed, key=lambda row: row["share"]))
    return order[0] if order else None


def _check(found: Found, check: dict) -> dict:
    shape = shape_of(check["metric"], found.evaluation.get("task", ""))
    value, limit, margin = check.get("value"), check.get("limit"), check.get("margin")
    return {
        **check,
        "label": shape.label,
        "unit": shape.unit,
        "asked": in_words(check["must_be"], shown(limit, shape.unit)),
        "shown_value": shown(value, shape.unit),
        "margin": margin,
        "shown_margin": difference(margin, shape.unit),
        "share": None if margin is None else abs(margin) / max(abs(limit or 0.0), abs(value or 0.0), 1e-9),
        "state": "unknown" if check.get("passed") is None else "pass" if check["passed"] else "fail",
    }


def _binding_words(decision: str, headline: str, binding: dict | None, rows: list[dict]) -> str:
    if not rows:
        return "No gate was asked: no gates means no release."
    if binding is None:
        return f"All {len(rows)} checks passed." if decision == "PROMOTE" else ""
    failed, unknown = sum(row["passed"] is False for row in rows), sum(row["passed"] is None for row in rows)
    asked = "1 check" if len(rows) == 1 else f"{len(rows)} checks"
    counts = f"{asked}: {len(rows) - failed - unknown} passed, {failed} failed, {unknown} without enough evidence."
    reason = binding.get("reason") or f"{binding['label']} {binding['asked']}"
    if reason in headline:
        return counts
    before = {"PROMOTE": "Closest call", "REJECT": "Binding reason", "ABSTAIN": "What is missing"}.get(decision, "Reason")
    return f"{before}: {reason}. {counts}".replace("..", ".")


def _facts(found: Found, decision: str) -> list[dict]:
    evaluation, night = found.evaluation, found.night
    test = evaluation.get("sessions", {}).get("test") or ["?", "?", 0]
    return [
        {"name": "Model", "value": found.challenger or "none", "note": f"best of {len(evaluation.get('challengers', []))} fitted families"},
        {"name": "Judged against", "value": _opponent(found), "note": _opponent_note(found)},
        {"name": "Judged on", "value": f"{test[2]} sessions", "note": f"{test[0]} … {test[1]}, not learned from"},
        {"name": "Release", "value": _release(found), "note": _release_note(found, decision)},
        {"name": "Night", "value": str(night.session), "note": f"as of {night.as_of:%Y-%m-%d %H:%M} UTC"},
    ]


def _opponent(found: Found) -> str:
    if found.evaluation.get("champion"):
        version = found.evaluation.get("champion_version") or found.serving.get("version", "")
        return f"champion {version}".strip()
    return f"{len(found.evaluation['naive'])} naive rules" if found.evaluation.get("naive") else "nothing"


def _opponent_note(found: Found) -> str:
    rules = ", ".join(found.evaluation.get("naive", []))
    return "and the naive rules, same sessions" if found.evaluation.get("champion") else rules


def _release(found: Found) -> str:
    version = found.released.get("version")
    if version:
        return f"{version} released"
    return "nothing released"


def _release_note(found: Found, decision: str) -> str:
    serving = found.serving.get("version")
    if found.released.get("version"):
        return (
            f"replaces {found.released.get('parent') or serving}" if found.released.get("parent") or serving else "the first of this market"
        )
    if decision == "PROMOTE":
        return f"not deployed when this was written; {serving or 'nothing'} is served"
    return f"{serving} keeps serving" if serving else "nothing is served yet"
