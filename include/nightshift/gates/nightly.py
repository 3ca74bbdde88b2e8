"""A night before its judge: what it brings, what every earlier look has seen and spent, the verdict, and the look that the ledger keeps."""

from __future__ import annotations

import datetime as dt

from nightshift.gates.earned import Earned
from nightshift.gates.evidence import evidence_of
from nightshift.gates.judge import decide, nobody_judged
from nightshift.gates.liveness import alarm
from nightshift.gates.partial import partial_reason
from nightshift.gates.recipe import recipe
from nightshift.gates.tonight import Tonight
from nightshift.gates.weighing import Weighed, weigh
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.examination import Examination
from nightshift.nouns.look import Look
from nightshift.nouns.net_returns import Returns
from nightshift.nouns.night_roles import CASH, CHALLENGER, CHAMPION
from nightshift.nouns.selection_record import Selection
from nightshift.nouns.verdict_record import Verdict
from nightshift.proof.examination.doubt import count_trials
from nightshift.storage import ledger
from nightshift.storage.night import Night


def judge(night: Night, *, at: dt.datetime | None = None) -> Verdict:
    """The verdict of a night; the look that it takes is written into the ledger before it is returned, once however often it is asked."""
    looks = ledger.looks_before(night.market.market, night.address)
    evaluation, challenger = night.read(Evaluation, "evaluation"), night.read(Selection, "selection").selected
    if challenger is None:
        verdict, look = _nobody(evaluation), None
    else:
        examination = night.read(Examination, "examination")
        partial = partial_reason(night.market, night.options, evaluation)
        look = weigh(night.market, looks, _tonight(night, evaluation, challenger, partial))
        verdict = decide(night.market.gates, evidence_of(evaluation, examination, challenger, look, partial))
        verdict = verdict.model_copy(update={"alarm": alarm(looks, verdict)})
    _record(night, _opponent(night, evaluation), verdict, look, at or dt.datetime.now(dt.UTC))
    return verdict


def _tonight(night: Night, evaluation: Evaluation, challenger: str, partial: str) -> Tonight:
    returns = Returns.read(night.folder("evaluation"))
    test = returns.only("test") if returns else None
    market, first = night.market, _first_compared(evaluation)
    margin = next((g.limit for g in market.gates if (g.metric, g.must_be) == ("sharpe_annual", "above_champion_by")), 0.0)
    unjudged = CHAMPION in evaluation.left_out
    return Tonight(
        session=str(night.session),
        recipe=recipe(market, night.options),
        opponent=_opponent(night, evaluation),
        earned=Earned.nothing() if test is None or unjudged else _earned(test, evaluation, challenger, first),
        test_sessions=test.sessions if test else (),
        excluded_sessions=sum(session < first for session in test.sessions) if test else 0,
        trials=count_trials({family: night.stage("models", family) for family in night.families}),
        margin_annual=margin,
        reach=max(market.label.horizon_sessions, market.costs.holding_sessions),
        sessions_a_year=market.sessions_a_year,
        may_promote=not unjudged and not (partial and evaluation.champion),
    )


def _opponents(evaluation: Evaluation) -> list[str]:
    return [CHAMPION] if evaluation.champion else [*evaluation.naive, CASH]


def _first_compared(evaluation: Evaluation) -> str:
    """The first test session that neither side learned from; after every session where there is none."""
    known = [evaluation.compared[name].first or "9999" for name in _opponents(evaluation) if name in evaluation.compared]
    return max(known, default="9999")


def _earned(test: Returns, evaluation: Evaluation, challenger: str, first: str) -> Earned:
    """What the challenger and its opponents earned on the sessions that none of them learned from, but for the first.

    A session's return was decided at the close before it, so the first of them was decided by nobody.
    """
    opponents = [name for name in _opponents(evaluation) if name in test.of]
    whole = Earned(test.sessions, {CHALLENGER: test.of[challenger], **{name: test.of[name] for name in opponents}})
    return whole.only([session > first for session in test.sessions])


def _opponent(night: Night, evaluation: Evaluation) -> str:
    """The version that is served, judged tonight or not; empty before a first release."""
    if evaluation.champion_version or CHAMPION not in evaluation.left_out:
        return evaluation.champion_version or ""
    live = ledger.live(night.market.market)
    return live.version if live else ""


def _nobody(evaluation: Evaluation) -> Verdict:
    return nobody_judged(evaluation.left_out, evaluation.champion_version, champion_judged=CHAMPION not in evaluation.left_out)


def _record(night: Night, opponent: str, verdict: Verdict, weighed: Weighed | None, at: dt.datetime) -> None:
    found = weighed.standing if weighed else None
    brought = weighed.brought if weighed else Earned.nothing()
    look = Look(
        recipe=recipe(night.market, night.options),
        opponent=opponent,
        period_from=found.period_from if found else str(night.session),
        sessions=brought.sessions,
        net_returns={name: tuple(map(float, values)) for name, values in brought.of.items()},
        n_sessions=found.n_sessions if found else 0,
        horizon_sessions=found.horizon_sessions if found else night.market.budget.sessions,
        lead_annual=found.lead_annual if found else None,
        z=found.z if found else None,
        bound=found.bound if found else None,
        spent_fraction=found.spent_fraction if found else 0.0,
        trials=found.trials if found else 0,
        reused_sessions=found.reused_sessions if found else 0,
        decision=verdict.decision,
        headline=verdict.headline,
        partial=verdict.partial,
        forced=night.options.force,
        blocking=tuple(check.name for check in verdict.checks if check.passed is not True),
    )
    ledger.record_look(
        look, market=night.market.market, night=night.address, session=str(night.session), as_of=night.as_of.isoformat(), who="gate", at=at
    )
