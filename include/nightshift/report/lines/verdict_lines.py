"""A verdict in plain lines: the decision, what is loud, every check, and what it stands on."""

from __future__ import annotations

from nightshift.nouns.verdict_record import Check, Verdict
from nightshift.report.lines import standing_words
from nightshift.report.lines.loud import loud, waits_for

_MARKS = {True: "pass", False: "FAIL", None: "n/a "}


def whole(verdict: Verdict) -> list[str]:
    """All of it, the decision first."""
    said = [f"{one.word}  {one.says}" for one in loud(verdict)]
    return [f"{verdict.decision}  {verdict.headline}", *said, *checks(verdict), *stands_on(verdict)]


def checks(verdict: Verdict) -> list[str]:
    """A line a check."""
    return [f"{mark(check)}  {check.reason}" for check in verdict.checks] or ["none: no gates means no release"]


def stands_on(verdict: Verdict) -> list[str]:
    """A line each for the evidence, the error budget and what an ABSTAIN waits for."""
    return [f"{name:9} {says}" for name, says in named(verdict)]


def named(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """The same as pairs of a name and what it says; of a night of before there was a budget only what it waits for."""
    found, waits = verdict.standing, waits_for(verdict)
    known = (("evidence", standing_words.evidence(found)), ("budget", standing_words.budget(found))) if found else ()
    return (*known, ("waits for", waits)) if waits else known


def mark(check: Check) -> str:
    """Four letters for an answer."""
    return "HELD" if check.held and check.passed is None else _MARKS[check.passed]
