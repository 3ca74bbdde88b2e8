"""A simulation from its plan to its record: fits, nights, books, numbers; what is finished is kept, and a killed one goes on."""

from __future__ import annotations

import shutil

from nightshift.gates.assayed import policy_of
from nightshift.nouns.simulation_record import PolicyLife, SimulatedNight, SimulationRecord
from nightshift.running.simulation.fitting import fit_missing
from nightshift.running.simulation.gate_measures import refuse_examined
from nightshift.running.simulation.history import History, history_of, refuse_too_early
from nightshift.running.simulation.judged_nights import nights_of
from nightshift.running.simulation.plan import Plan
from nightshift.running.simulation.policies import GATE
from nightshift.running.simulation.policy_books import Book, books_of, holding
from nightshift.running.simulation.policy_lives import Draws, draws_of, life_of
from nightshift.running.simulation.unknown_then import cannot_say
from nightshift.running.simulation.wrong_promotions import promoted
from nightshift.storage import fingerprints, locks, store

PASSING = ("columns", "fits", "walks", "nights")  # what a simulation needs until its record is written


def simulated(plan: Plan) -> SimulationRecord:
    """The record of a plan; one that is there already is read."""
    where = plan.where("record")
    with locks.held(store.path(plan.where("lock"))):  # a second command for the same waits, and reads what the first one found
        if not store.exists(where):
            _live_through(plan, where)
        for name in PASSING:
            shutil.rmtree(store.path(plan.where(name)), ignore_errors=True)
    return SimulationRecord.read(store.open_folder(where))


def _live_through(plan: Plan, where: str) -> None:
    refuse_examined(plan.market)
    history = history_of(plan)
    refuse_too_early(history)
    fit_missing(plan)
    store.write(where, _record(history, nights_of(history)).write)


def _record(history: History, nights: tuple[SimulatedNight, ...]) -> SimulationRecord:
    plan, market = history.plan, history.market
    said = tuple(night.said for night in nights)
    books = (*books_of(history, said), *holding(history))
    draws = draws_of(books, market.label.reach_sessions, market.execution.seed, market.sessions_a_year)
    revised = sum(not night.is_shared for night in nights)
    return SimulationRecord(
        market=market.market, policy=policy_of(market), code=fingerprints.of(fingerprints.SIMULATION), snapshot=plan.snapshot,
        first=plan.sessions[0], last=plan.sessions[-1], every_sessions=plan.every, families=market.family_names,
        symbols=len(history.bars.symbols), sessions=plan.sessions[1:], nights=said, revised_nights=revised,
        first_release_nights=next((place for place, night in enumerate(said, 1) if night.outcome == "PROMOTE"), None),
        policies=_lives(books, draws), promoted=tuple(one for book in books for one in promoted(book, draws.reach, draws.seed)),
        replicas=len(draws.replicas.index) if draws.replicas else 0, block_sessions=draws.block_sessions,
        cannot_say=cannot_say(history, nights),
    )  # fmt: skip


def _lives(books: tuple[Book, ...], draws: Draws) -> tuple[PolicyLife, ...]:
    gate = next(book for book in books if book.policy.name == GATE)
    return tuple(life_of(book, gate, draws) for book in books)
