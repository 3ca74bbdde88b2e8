"""The mail of a run that broke: where, why in plain words, what is served now, and the advice that fits the cause."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.errors import NightshiftError
from nightshift.report.mail.alerts import Happening
from nightshift.report.mail.causes import Cause, cause_of, plain
from nightshift.report.mail.writing import Mail, written

# Stages at or after which the new release may already be the one that is served.
_AFTER_THE_SWAP = frozenset({"promote_or_keep", "signals", "report", "announce", "rollback"})


@dataclass(frozen=True)
class _Failure:
    where: Happening
    task: str
    reason: str
    error: str
    next_step: str
    cause: Cause
    served: str  # one sentence; empty: not known
    may_be_served: bool


def failure(where: Happening, task: str, error: BaseException | str, served: str = "") -> Mail:
    """A task or a whole run broke; `served` says what is served now, where that could be read.

    >>> mail = failure(Happening("demo", "scheduled__1", as_of="2026-11-19T21:30:00+00:00"), "check", OSError("disk full"))
    >>> mail.subject
    '[nightshift][demo] FAILED check 2026-11-19: the machine or the network refused something (OSError: disk full)'
    """
    kind, told = type(error).__name__, str(error).strip()
    full = plain(error) if isinstance(error, str) else f"{kind}: {told}" if told else kind
    next_step = error.next_step if isinstance(error, NightshiftError) else ""
    cause = cause_of(task, error)
    facts = _Failure(where, task, plain(error), full, next_step, cause, served, may_be_served=task in _AFTER_THE_SWAP)
    return written("failure", facts)
