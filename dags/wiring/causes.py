"""Retries by cause: what may pass is tried again, what would fail identically fails at once."""

from __future__ import annotations

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from nightshift.errors import NightshiftError, SourceUnreachable

_DEFECTS: list[type[BaseException] | str] = [TypeError, AttributeError, NameError, ImportError, LookupError, AssertionError]


def by_cause() -> ExceptionRetryPolicy:
    """The policy of every task; causes it does not know get the DAG's usual retries, for stages are idempotent."""
    return ExceptionRetryPolicy(
        rules=[
            RetryRule(exception=SourceUnreachable, action=RetryAction.RETRY, reason="the vendor or server did not answer"),
            RetryRule(exception=NightshiftError, action=RetryAction.FAIL, reason="the same input would fail the same way"),
            RetryRule(exception=_DEFECTS, action=RetryAction.FAIL, reason="a defect in the code: report it"),
        ]
    )
