"""The task that waits for a person. A module of its own: only markets that want approval import what asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator


class Approve(HITLOperator):
    """Asks what is to be released; where there is nothing to ask, it is done at once."""

    def __init__(self, *, question_of: Callable[[str, bool], tuple[str, str] | None], **settings: Any) -> None:
        super().__init__(**settings)
        self.question_of = question_of

    def execute(self, context: Any) -> Any:
        """Put the question, and wait."""
        asked = self.question_of(context["ti"].xcom_pull(task_ids="gate"), context["params"]["dry_run"])
        if asked is None:
            self.log.info("nothing to approve: no model could be released tonight")
            return None
        self.subject, self.body = asked
        return super().execute(context)
