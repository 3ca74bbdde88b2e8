"""A night before its judge: what every earlier look has seen and spent, the verdict, and the look that the ledger keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from nightshift.gates.brought import Brought, tonight_of
from nightshift.gates.earned import Earned
from nightshift.gates.evidence import evidence_of
from nightshift.gates.judge import decide, nobody_judged
from nightshift.gates.liveness import alarm
from nightshift.gates.partial import partial_reason
from nightshift.gates.recipe import recipe
from nightshift.gates.weighing import Weighed, weigh
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.examination import Examination
from nightshift.nouns.look import Look, LookEntry
from nightshift.nouns.net_returns import Returns
from nightshift.nouns.night_roles import CHAMPION
from nightshift.nouns.selection_record import Selection
from nightshift.nouns.verdict_record import Verdict
from nightshift.proof.examination.doubt import count_trials
from nightshift.storage import ledger
from nightshift.storage.night import Night


def judge(night: Night, *, at: dt.datetime | None = None) -> Verdict:
    """The verdict of a night; the look that it takes is written into the ledger before it is returned, once however often it is asked."""
    looks = ledger.looks_before(night.market.market, night.address)
    brought = _brought(night)
    examination = night.read(Examination, "examination") if brought.challenger else None
    verdict, look = judged(brought, looks, examination)
    facts = {"market": night.market.market, "night": night.address, "session": brought.session, "as_of": night.as_of.isoformat()}
    ledger.record_look(look, **facts, who="gate", at=at or dt.datetime.now(dt.UTC))
    return verdict


def judged(brought: Brought, looks: Sequence[LookEntry], examination: Examination | None) -> tuple[Verdict, Look]:
    """The verdict on what a night brings after these looks (oldest first), and the look that it takes."""
    evaluation, market = brought.evaluation, brought.market
    if brought.challenger is None:
        champion_judged = CHAMPION not in evaluation.left_out
        verdict = nobody_judged(evaluation.left_out, evaluation.champion_version, champion_judged=champion_judged)
        return verdict, _look(brought, verdict, None)
    partial = partial_reason(market, brought.options, evaluation)
    weighed = weigh(market, looks, tonight_of(brought, partial))
    verdict = decide(market.gates, evidence_of(evaluation, examination, brought.challenger, weighed, partial))
    verdict = verdict.model_copy(update={"alarm": alarm(looks, verdict)})
    return verdict, _look(brought, verdict, weighed)


def _brought(night: Night) -> Brought:
    evaluation, returns = night.read(Evaluation, "evaluation"), Returns.read(night.folder("evaluation"))
    return Brought(
        market=night.market,
        options=night.options,
        session=str(night.session),
        evaluation=evaluation,
        test=returns.only("test") if returns else None,
        challenger=night.read(Selection, "selection").selected,
        trials=count_trials({family: night.stage("models", family) for family in night.families}),
        opponent=_opponent(night, evaluation),
    )


def _opponent(night: Night, evaluation: Evaluation) -> str:
    """The version that is served, judged tonight or not; empty before a first release."""
    if evaluation.champion_version or CHAMPION not in evaluation.left_out:
        return evaluation.champion_version or ""
    live = ledger.live(night.market.market)
    return live.version if live else ""


def _look(brought: Brought, verdict: Verdict, weighed: Weighed | None) -> Look:
    standing = weighed.standing if weighed else None
    earned = weighed.brought if weighed else Earned.nothing()
    return Look(
        recipe=recipe(brought.market, brought.options),
        opponent=brought.opponent,
        period_from=standing.period_from if standing else brought.session,
        sessions=earned.sessions,
        net_returns={name: tuple(map(float, values)) for name, values in earned.of.items()},
        n_sessions=standing.n_sessions if standing else 0,
        horizon_sessions=standing.horizon_sessions if standing else brought.market.budget.sessions,
        lead_annual=standing.lead_annual if standing else None,
        z=standing.z if standing else None,
        bound=standing.bound if standing else None,
        spent_fraction=standing.spent_fraction if standing else 0.0,
        trials=standing.trials if standing else 0,
        reused_sessions=standing.reused_sessions if standing else 0,
        decision=verdict.decision,
        headline=verdict.headline,
        partial=verdict.partial,
        forced=brought.options.force,
        blocking=tuple(check.name for check in verdict.checks if check.passed is not True),
    )
