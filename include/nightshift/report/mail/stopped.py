"""The mail of a night that was stopped: what was refused, each reason with what to try, and the data account."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.nouns.data_account import Breach, DataAccount
from nightshift.report.lines import data_lines
from nightshift.report.mail.alerts import Happening
from nightshift.report.mail.writing import Mail, written
from nightshift.storage.night_state import NightState


@dataclass(frozen=True)
class _Stopped:
    where: Happening
    task: str
    word: str
    reason: str
    reasons: tuple[tuple[str, str], ...]
    data: tuple[tuple[str, str], ...]
    next_step: str
    command: str


def stopped(where: Happening, task: str, state: NightState, account: DataAccount | None, next_step: str) -> Mail:
    """A night whose data was refused, or in which a leak was found.

    >>> state = NightState("leak found", "leak_hunt", "column momentum knew the future")
    >>> stopped(Happening("demo", "scheduled__1", as_of="2026-11-19"), "hunt_leaks", state, None, "leave it out").subject
    '[nightshift][demo] LEAK FOUND 2026-11-19: column momentum knew the future'
    """
    refusals = account.refusals if account and state.word == "data refused" and state.at == "check" else ()
    reasons = tuple((f"reason {number}", _in_full(one)) for number, one in enumerate(refusals, 1))
    command = f"nightshift run --market {where.market} --as-of {where.as_of or 'DATE'}"
    facts = _Stopped(
        where, task, state.word.upper(), state.reason, reasons or (("reason", state.reason),),
        data_lines.rows(account) if account else (), next_step, command,
    )  # fmt: skip
    return written("stopped", facts)


def _in_full(one: Breach) -> str:
    worst = f"\nworst: {one.worst_words}" if one.worst_words else ""
    return f"{one.sentence}{worst}\ntry: {one.next_step}"
