"""The verdict of a night: every gate is asked, and one sentence says what decided.

PROMOTE  every check passed, and there was at least one.
REJECT   a check failed on its value, nobody could be judged, or there is no policy.
ABSTAIN  nothing failed for certain, but a check has no value yet, the test part is shorter than a trading month, or a value
         misses its limit while its interval still holds it. The verdict then says how many more sessions would tell.
"""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.config import Gate
from nightshift.gates.checks import ask, differs_from_champion, enough_sessions
from nightshift.gates.evidence import Evidence, evidence_of
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.examination import Examination
from nightshift.nouns.night_roles import CHAMPION
from nightshift.nouns.selection_record import Selection
from nightshift.nouns.verdict_record import Check, Decision, Verdict
from nightshift.storage.night import Night

NO_GATES = "no gates means no release"


def judge(night: Night) -> Verdict:
    """The verdict of a night, from its evaluation, its examination, its selection and its market's policy."""
    evaluation, challenger = night.read(Evaluation, "evaluation"), night.read(Selection, "selection").selected
    if challenger:
        return decide(night.market.gates, evidence_of(evaluation, night.read(Examination, "examination"), challenger))
    reasons = "; ".join(f"{name}: {why}" for name, why in evaluation.left_out.items())
    return Verdict(
        decision="REJECT",
        headline=f"No family can be judged tonight ({reasons or 'none was fitted'}).",
        challenger=None,
        champion_version=evaluation.champion_version,
        champion_judged=CHAMPION not in evaluation.left_out,
        more_sessions=None,
        checks=(),
    )


def decide(gates: Sequence[Gate], evidence: Evidence) -> Verdict:
    """The verdict of a policy over evidence: all gates are asked even after one failed."""
    if not gates:
        return _verdict("REJECT", f"{evidence.challenger} is refused: {NO_GATES}.", evidence, ())
    always = (enough_sessions(evidence), differs_from_champion(evidence))
    checks = tuple(check for check in always if check) + tuple(ask(gate, evidence) for gate in gates)
    failed, unknown = ([check for check in checks if check.passed is state] for state in (False, None))
    if failed:
        others = f" ({len(failed)} of {len(checks)} checks failed)" if len(failed) > 1 else ""
        return _verdict("REJECT", f"{evidence.challenger} is refused: {failed[0].reason}{others}.", evidence, checks)
    if unknown:
        return _abstained(evidence, checks, unknown)
    closest = min(checks, key=lambda check: check.room or 0.0)
    headline = f"{evidence.challenger} passes all {len(checks)} checks on {evidence.n_sessions} test sessions; closest: {closest.reason}."
    return _verdict("PROMOTE", headline, evidence, checks)


def _abstained(evidence: Evidence, checks: tuple[Check, ...], unknown: list[Check]) -> Verdict:
    more = max((check.more_sessions for check in unknown if check.more_sessions is not None), default=None)
    asked = f"; about {more} more sessions are needed" if more is not None else ""
    return _verdict("ABSTAIN", f"Not enough evidence about {evidence.challenger}: {unknown[0].told}{asked}.", evidence, checks, more)


def _verdict(decision: Decision, headline: str, evidence: Evidence, checks: tuple[Check, ...], more_sessions: int | None = None) -> Verdict:
    return Verdict(
        decision=decision,
        headline=headline,
        challenger=evidence.challenger,
        champion_version=evidence.champion_version,
        champion_judged=evidence.champion_left_out is None,
        more_sessions=more_sessions,
        checks=checks,
    )
