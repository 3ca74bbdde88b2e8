"""The task that waits for a person. A module of its own: only markets that want approval import what asks."""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator

from wiring.approving import question_of


class Approve(HITLOperator):
    """Asks what is to be released; where there is nothing to ask, it is done at once."""

    def execute(self, context: Any) -> Any:
        """Put the question, and wait."""
        asked = question_of(context["ti"].xcom_pull(task_ids="gate"), context["params"]["dry_run"])
        if asked is None:
            self.log.info("nothing to approve: no model could be released tonight")
            return None
        self.subject, self.body = asked
        return super().execute(context)
