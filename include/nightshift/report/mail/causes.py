"""Why a run failed, as a word that decides the advice: clearing the task helps only where the cause can pass."""

from __future__ import annotations

from typing import Literal

from nightshift.errors import ConfigError, DataRefused, LeakFound, NightshiftError, NotRepeatable, NotThere, ReleaseRefused

Cause = Literal["asked", "data", "refused", "rollback", "passing", "defect", "unknown", "killed", "late", "stuck"]

DEFECTS = (TypeError, AttributeError, NameError, ImportError, LookupError, AssertionError, NotImplementedError)
# Airflow's own words for a whole run that failed, in the callback of the DAG.
REASONS: dict[str, Cause] = {"task_failure": "killed", "timed_out": "late", "all_tasks_deadlocked": "stuck"}
_SAME_AGAIN: tuple[tuple[type[NightshiftError], Cause], ...] = (
    (ConfigError, "asked"), (NotThere, "asked"), (DataRefused, "data"), (LeakFound, "data"), (ReleaseRefused, "refused"),
    (NotRepeatable, "refused"),
)  # fmt: skip


def cause_of(task: str, error: BaseException | str) -> Cause:
    """The cause of a failure in a task; text is Airflow's reason for the failure of a whole run.

    >>> cause_of("train", MemoryError()), cause_of("train", KeyError("payload")), cause_of("", "timed_out")
    ('passing', 'defect', 'late')
    """
    if isinstance(error, str):
        return REASONS.get(error, "unknown")
    for kind, cause in _SAME_AGAIN:
        if isinstance(error, kind):
            return cause
    if task == "rollback":  # done once more, it would go one version further back
        return "rollback"
    if isinstance(error, DEFECTS):
        return "defect"
    return "passing" if isinstance(error, NightshiftError | OSError | MemoryError) else "unknown"


def plain(error: BaseException | str) -> str:
    """What happened, for a line of subject: the sentence of an expected failure, words for everything else.

    >>> plain(KeyError("payload")), plain("timed_out"), plain(ValueError(""))
    ("a defect in the code (KeyError: 'payload')", 'it took longer than it may', 'an unexpected error (ValueError)')
    """
    if isinstance(error, str):
        return _PLAIN_REASONS.get(error, error)
    if isinstance(error, NightshiftError):
        return f"expected {error.expected}; found {error.found}"
    kind, told = type(error).__name__, str(error).strip()
    named = f"{kind}: {told}" if told else kind
    if isinstance(error, MemoryError):
        return f"there was not enough memory ({named})"
    if isinstance(error, OSError):
        return f"the machine or the network refused something ({named})"
    return f"a defect in the code ({named})" if isinstance(error, DEFECTS) else f"an unexpected error ({named})"


_PLAIN_REASONS = {
    "task_failure": "a task ended without a word, killed from outside",
    "timed_out": "it took longer than it may",
    "all_tasks_deadlocked": "no task could start, and none had ended",
}
