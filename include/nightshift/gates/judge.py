"""The verdict of a night: every gate is asked, and one sentence says what decided.

PROMOTE  every check passed, and there was at least one.
REJECT   a check failed, nobody could be judged, or there is no policy.
ABSTAIN  nothing failed for certain, but a check lacks evidence, or what was measured is too good to be true and waits for a person.
         The verdict says how many more sessions would tell, where waiting can tell.
"""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.config import Gate
from nightshift.gates.checks import ask, champion_can_be_judged, differs_from_champion, enough_sessions, is_lead, whole_market
from nightshift.gates.evidence import Evidence
from nightshift.gates.lead_check import ask_lead
from nightshift.nouns.verdict_record import Check, Decision, Verdict

NO_GATES = "no gates means no release"


def decide(gates: Sequence[Gate], evidence: Evidence) -> Verdict:
    """The verdict of a policy over evidence: all gates are asked even after one failed, and the lead always."""
    if not gates:
        return _verdict("REJECT", f"{evidence.challenger} is refused: {NO_GATES}.", evidence, ())
    always = [enough_sessions(evidence), champion_can_be_judged(evidence), differs_from_champion(evidence), whole_market(evidence)]
    lead = [] if any(is_lead(gate) for gate in gates) else [ask_lead(evidence, 0.0)]
    checks = (*(check for check in always if check), *(ask(gate, evidence) for gate in gates), *lead)
    failed, unknown = ([check for check in checks if check.passed is state] for state in (False, None))
    if failed:
        others = f" ({len(failed)} of {len(checks)} checks failed)" if len(failed) > 1 else ""
        return _verdict("REJECT", f"{evidence.challenger} is refused: {failed[0].reason}{others}.", evidence, checks)
    if unknown:
        return _abstained(evidence, checks, unknown)
    headline = f"{evidence.challenger} passes all {len(checks)} checks on {evidence.n_sessions} test sessions; {_deciding(checks)}."
    return _verdict("PROMOTE", headline, evidence, checks)


def nobody_judged(left_out: dict[str, str], champion_version: str | None, *, champion_judged: bool) -> Verdict:
    """The verdict of a night in which no family could be fitted and measured."""
    reasons = "; ".join(f"{name}: {why}" for name, why in left_out.items())
    return Verdict(
        decision="REJECT",
        headline=f"No family can be judged tonight ({reasons or 'none was fitted'}).",
        challenger=None,
        champion_version=champion_version,
        champion_judged=champion_judged,
        more_sessions=None,
        checks=(),
    )


def _deciding(checks: tuple[Check, ...]) -> str:
    """The lead, which is what a promotion stands on; without one the closest call."""
    lead = next((check for check in checks if check.must_be == "above_champion_by" and check.baseline), None)
    return lead.reason if lead else f"closest: {min(checks, key=lambda check: check.room or 0.0).reason}"


def _abstained(evidence: Evidence, checks: tuple[Check, ...], unknown: list[Check]) -> Verdict:
    if all(check.held for check in unknown):
        return _verdict("ABSTAIN", f"{evidence.challenger} is held for a person: {unknown[0].reason}.", evidence, checks)
    waiting = [check for check in unknown if not check.held]
    more = [check.more_sessions for check in waiting]
    most = max((n for n in more if n is not None), default=None) if None not in more else None
    needed = f"; about {most} more sessions are needed" if most is not None and str(most) not in waiting[0].told else ""
    return _verdict("ABSTAIN", f"Not enough evidence about {evidence.challenger}: {waiting[0].told}{needed}.", evidence, checks, most)


def _verdict(decision: Decision, headline: str, evidence: Evidence, checks: tuple[Check, ...], more_sessions: int | None = None) -> Verdict:
    return Verdict(
        decision=decision,
        headline=headline,
        challenger=evidence.challenger,
        champion_version=evidence.champion_version,
        champion_judged=evidence.champion_left_out is None,
        more_sessions=more_sessions,
        checks=checks,
        standing=evidence.weighed.standing if evidence.weighed else None,
        partial=evidence.partial,
    )
