"""The verdict of a night: every gate is asked, and one sentence says what decided.

PROMOTE  every check passed, and there was at least one.
REJECT   a check failed on its value, nobody could be judged, or there is no policy.
ABSTAIN  nothing failed for certain, but a check has no value yet, the test part is shorter than a trading month, or a value
         misses its limit while its interval still holds it. The verdict then says how many more sessions would tell.
"""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.config import Gate
from nightshift.gates.checks import Answer, ask, differs_from_champion, enough_sessions
from nightshift.gates.evidence import Evidence, evidence_of
from nightshift.nouns.evaluation import Evaluation
from nightshift.nouns.examination import Examination
from nightshift.nouns.measures import as_facts
from nightshift.nouns.roles import CHAMPION
from nightshift.storage.night import Night

NO_GATES = "no gates means no release"


def judge(night: Night) -> dict:
    """The verdict facts of a night, from its evaluation, its selection and its market's policy."""
    evaluation, challenger = night.read(Evaluation, "evaluation"), night.facts("selection").get("selected")
    champion = {} if CHAMPION in evaluation.left_out else {"champion_version": evaluation.champion_version}
    if not challenger:
        reasons = "; ".join(f"{name}: {why}" for name, why in evaluation.left_out.items())
        return _verdict("REJECT", f"No family can be judged tonight ({reasons or 'none was fitted'}).", None, ()) | champion
    return decide(night.market.gates, evidence_of(evaluation, night.read(Examination, "examination"), challenger)) | champion


def decide(gates: Sequence[Gate], evidence: Evidence) -> dict:
    """The verdict facts of a policy over evidence: all gates are asked even after one failed."""
    if not gates:
        return _verdict("REJECT", f"{evidence.challenger} is refused: {NO_GATES}.", evidence.challenger, ())
    always = (enough_sessions(evidence), differs_from_champion(evidence))
    answers = tuple(answer for answer in always if answer) + tuple(ask(gate, evidence) for gate in gates)
    failed, unknown = ([a for a in answers if a.passed is state] for state in (False, None))
    if failed:
        others = f" ({len(failed)} of {len(answers)} checks failed)" if len(failed) > 1 else ""
        return _verdict("REJECT", f"{evidence.challenger} is refused: {failed[0].reason}{others}.", evidence.challenger, answers)
    if unknown:
        return _abstained(evidence, answers, unknown)
    closest = min(answers, key=_room)
    headline = f"{evidence.challenger} passes all {len(answers)} checks on {evidence.n_sessions} test sessions; closest: {closest.reason}."
    return _verdict("PROMOTE", headline, evidence.challenger, answers)


def _abstained(evidence: Evidence, answers: tuple[Answer, ...], unknown: list[Answer]) -> dict:
    more = max((a.more_sessions for a in unknown if a.more_sessions is not None), default=None)
    asked = f"; about {more} more sessions are needed" if more is not None else ""
    headline = f"Not enough evidence about {evidence.challenger}: {unknown[0].reason}{asked}."
    return _verdict("ABSTAIN", headline, evidence.challenger, answers) | {"more_sessions": more}


def _room(answer: Answer) -> float:
    """How far a passed check was from turning, as a share of the numbers it compared: units differ."""
    size = max(abs(answer.value or 0.0), abs(answer.turns_at or 0.0), 1e-9)
    return (answer.margin or 0.0) / size


def _verdict(decision: str, headline: str, challenger: str | None, answers: tuple[Answer, ...]) -> dict:
    return {
        "decision": decision,
        "headline": headline[0].upper() + headline[1:] if decision == "ABSTAIN" else headline,
        "challenger": challenger,
        "checks": [as_facts(answer) for answer in answers],
    }
