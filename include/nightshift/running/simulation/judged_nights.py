"""The nights of a simulation, one after the other: what is served and what was looked at decide the next one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from nightshift.errors import TrainingFailed
from nightshift.gates.brought import Brought
from nightshift.gates.nightly import judged
from nightshift.nouns.look import LookEntry
from nightshift.nouns.options import Options
from nightshift.nouns.simulation_record import Said, SimulatedNight
from nightshift.nouns.verdict_record import Verdict
from nightshift.proof.evaluation.gathering import gathered
from nightshift.proof.examination.doubt import count_trials
from nightshift.release.versions import following
from nightshift.release.yardsticks import Served, yardsticks_of
from nightshift.running.simulation.earlier_models import EarlierModel, model_of
from nightshift.running.simulation.gate_measures import evaluated
from nightshift.running.simulation.history import History, Known
from nightshift.running.simulation.plan import Plan
from nightshift.running.simulation.progress import Progress
from nightshift.storage import store


def nights_of(history: History) -> tuple[SimulatedNight, ...]:
    """Every night of the plan, judged; those that a simulation which was stopped had sealed are read."""
    plan = history.plan
    nights: list[SimulatedNight] = []
    champion: EarlierModel | None = None
    missing = [session for session in plan.nights if not store.exists(plan.where("nights", session))]
    progress = Progress(f"simulation of {plan.market.market}, judged", len(missing))
    for session in plan.nights:
        where = plan.where("nights", session)
        if session in missing:
            champion = _served(plan, nights, champion)
            store.write(where, judged_night(history, session, nights, champion).write)
            progress.one_more(session)
        nights.append(SimulatedNight.read(store.open_folder(where)))
    return tuple(nights)


def judged_night(history: History, session: str, before: Sequence[SimulatedNight], champion: EarlierModel | None) -> SimulatedNight:
    """The night of a session after those before it."""
    plan, known = history.plan, history.known(session)
    version = before[-1].said.version if before else ""
    try:
        brought = _brought(plan, known, version, champion)
    except TrainingFailed as failure:  # the night itself would have failed: nobody looked at anything
        said = Said(session=session, outcome="FAILED", challenger=None, headline=str(failure), version=version)
        return SimulatedNight(said=said, look=None, is_shared=known.is_shared)
    verdict, look = judged(brought, list(_entries(plan, before)), None)
    after = following(night.said.version for night in before) if verdict.promotes else version
    return SimulatedNight(said=_said(session, verdict, after), look=look, is_shared=known.is_shared)


def _brought(plan: Plan, known: Known, version: str, champion: EarlierModel | None) -> Brought:
    """As a night brings it: what everyone says of the same rows, measured."""
    market, split = plan.market, known.split
    asked_about = np.arange(split.validate[0], len(known.panel.sessions))
    served = Served(version, champion.learned_until, champion.says(known, asked_about)) if champion else None
    record, said = yardsticks_of(market, known.panel, split, served)
    fits = {family: plan.fit(known.session, family) for family in market.family_names}
    evaluation, returns, challenger = evaluated(gathered(market, known.bars, split, tuple(fits.values()), record, said))
    return Brought(
        market=market, options=Options(), session=known.session, evaluation=evaluation, test=returns.only("test"), challenger=challenger,
        trials=count_trials(fits), opponent=version,
    )  # fmt: skip


def _served(plan: Plan, before: Sequence[SimulatedNight], loaded: EarlierModel | None) -> EarlierModel | None:
    """What the gate serves after these nights; what is loaded already is not loaded again."""
    promoted = next((night.said for night in reversed(before) if night.said.outcome == "PROMOTE"), None)
    if promoted is None or (loaded and loaded.session == promoted.session):
        return loaded if promoted else None
    return model_of(plan, promoted.session, str(promoted.challenger))


def _entries(plan: Plan, before: Sequence[SimulatedNight]) -> Iterator[LookEntry]:
    """The looks of these nights as a ledger's lines, without its chain."""
    for night in before:
        if night.look:
            session = night.said.session
            yield LookEntry(
                market=plan.market.market, night=session, session=session, as_of=plan.as_of(session).isoformat(), who="simulation", at="",
                look=night.look, previous_hash="", hash="",
            )  # fmt: skip


def _said(session: str, verdict: Verdict, version: str) -> Said:
    outcome = "HELD" if verdict.held else verdict.decision
    return Said(session=session, outcome=outcome, challenger=verdict.challenger, headline=verdict.headline, version=version)
