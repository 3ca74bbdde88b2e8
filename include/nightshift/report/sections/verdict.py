"""The first ten seconds: what was decided, the reason that binds, which model, on which sessions, what is served now."""

from __future__ import annotations

from dataclasses import asdict

from nightshift.gates.comparisons import in_words
from nightshift.nouns.evaluation_record import Span
from nightshift.nouns.verdict_record import Check
from nightshift.report.drawing.numbers import difference, shape_of, shown
from nightshift.report.gather import Found
from nightshift.report.lines.hunted import hunted
from nightshift.report.lines.loud import held_command, kept_out, loud, waits_for, word_of
from nightshift.report.sections.stands_on import stands_on
from nightshift.storage import addresses
from nightshift.storage.night_state import NightState

SIGNS = {"PROMOTE": "▲", "REJECT": "■", "ABSTAIN": "◆"}
STATES = {  # of a night without a verdict
    "data refused": "DATA REFUSED", "leak found": "LEAK FOUND", "no new bar": "NO NEW BAR", "unfinished": "UNFINISHED",
}  # fmt: skip


def banner(found: Found) -> dict:
    """The facts of the verdict banner."""
    verdict, rows = found.verdict, checks(found)
    decision, headline = (verdict.decision, verdict.headline) if verdict else without_verdict(found.state)
    binding = binding_check(decision, rows)
    return {
        "decision": decision,
        "sign": SIGNS.get(decision, "○"),
        "headline": headline,
        "binding": binding,
        "binding_words": _binding_words(decision, headline, binding, rows),
        "facts": _facts(found, decision),
        "loud": [asdict(one) for one in loud(verdict, word_of(found.promotion), kept_out(found.night))] if verdict else [],
        "waits_for": waits_for(verdict) if verdict else "",
        "next": _next(found),
        "stands_on": stands_on(found),
    }


def without_verdict(state: NightState) -> tuple[str, str]:
    """The word and the sentence for a night that was not judged."""
    return STATES[state.word], f"The night has no verdict: {state.reason}."


def _next(found: Found) -> list[dict]:
    """What a person can do about a verdict that waits for one, each with what it does."""
    if found.verdict is None or not found.verdict.held or found.promotion is not None:
        return []
    market, night = found.night.market.market, addresses.name_of(found.night.address)
    stays = f"{found.against} keeps serving" if found.against else "nothing is served"
    hunt = hunted(found.night)
    return [
        *([{"command": "", "does": f"Leak hunt: {hunt}."}] if hunt else []),
        {"command": held_command(market, night), "does": "once you have looked: serves it on your word, which the ledger keeps"},
        {"command": "", "does": f"or leave it: {stays}"},
    ]


def checks(found: Found) -> list[dict]:
    """Every gate that was asked, with its margin to the point where it turns; in the policy's order."""
    return [_check(found, check) for check in found.verdict.checks] if found.verdict else []


def binding_check(decision: str, rows: list[dict]) -> dict | None:
    """The check that decided: the first that said no, the first without evidence, or the closest call of those passed.

    >>> binding_check("PROMOTE", [{"passed": True, "share": 0.3}, {"passed": True, "share": 0.1}])
    {'passed': True, 'share': 0.1}
    """
    failed = [row for row in rows if row["passed"] is False]
    unknown = [row for row in rows if row["passed"] is None]
    passed = [row for row in rows if row["passed"] and row["share"] is not None]
    order = {"REJECT": failed + unknown, "ABSTAIN": unknown + failed}.get(decision, sorted(passed, key=lambda row: row["share"]))
    return order[0] if order else None


def _check(found: Found, check: Check) -> dict:
    shape = shape_of(check.metric or "every_metric", found.night.market.label.task)
    return {
        **check.model_dump(mode="json"),
        "told": check.told,
        "label": shape.label,
        "unit": shape.unit,
        "asked": in_words(check.must_be, shown(check.limit, shape.unit)),
        "shown_value": shown(check.value, shape.unit),
        "shown_margin": difference(check.margin, shape.unit),
        "share": check.room,
        "state": "held" if check.held and check.passed is None else {None: "unknown", True: "pass", False: "fail"}[check.passed],
    }


def _binding_words(decision: str, headline: str, binding: dict | None, rows: list[dict]) -> str:
    if not rows:
        return "No gate was asked: no gates means no release."
    if binding is None:
        return f"All {len(rows)} checks passed." if decision == "PROMOTE" else ""
    failed, unknown = sum(row["passed"] is False for row in rows), sum(row["passed"] is None for row in rows)
    asked = "1 check" if len(rows) == 1 else f"{len(rows)} checks"
    counts = f"{asked}: {len(rows) - failed - unknown} passed, {failed} failed, {unknown} without enough evidence."
    if binding["told"] in headline:
        return counts
    before = {"PROMOTE": "Closest call", "REJECT": "Binding reason", "ABSTAIN": "What is missing"}.get(decision, "Reason")
    return f"{before}: {binding['told']}. {counts}".replace("..", ".")


def _facts(found: Found, decision: str) -> list[dict]:
    evaluation, night = found.evaluation, found.night
    test = evaluation.sessions["test"] if evaluation else Span(first="?", last="?", sessions=0)
    fitted = len(evaluation.challengers) if evaluation else 0
    return [
        {"name": "Model", "value": found.challenger or "none", "note": f"best of {fitted} fitted families"},
        {"name": "Judged against", "value": _opponent(found), "note": _opponent_note(found)},
        {"name": "Judged on", "value": f"{test.sessions} sessions", "note": f"{test.first} … {test.last}, not learned from"},
        {"name": "Release", "value": _release(found), "note": _release_note(found, decision)},
        {"name": "Night", "value": str(night.session), "note": f"as of {night.as_of:%Y-%m-%d %H:%M} UTC"},
    ]


def _opponent(found: Found) -> str:
    evaluation = found.evaluation
    if evaluation and evaluation.champion:
        return f"champion {evaluation.champion_version}"
    return f"{len(evaluation.naive)} naive rules" if evaluation and evaluation.naive else "nothing"


def _opponent_note(found: Found) -> str:
    evaluation = found.evaluation
    return "and the naive rules, same sessions" if evaluation and evaluation.champion else ", ".join(evaluation.naive if evaluation else ())


def _release(found: Found) -> str:
    return f"{found.promotion.version} released" if found.promotion else "nothing released"


def _release_note(found: Found, decision: str) -> str:
    if found.promotion:
        return f"replaces {found.promotion.previous_version}" if found.promotion.previous_version else "the first of this market"
    unjudged = found.verdict is not None and not found.verdict.champion_judged
    served = "the champion, which could not be judged," if unjudged else found.against
    if decision == "PROMOTE":
        return f"not deployed when this was written; {served or 'nothing'} is served"
    return f"{served} keeps serving" if served else "nothing is served yet"
