"""A market whose served model is degraded is retrained at once, whatever else is due, and the run says why."""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator

REASON_LENGTH = 500  # of the form's


class RetrainIfDegraded(TriggerDagRunOperator):
    """Triggers the market's `daily_retrain`, once a week, with the headline as its reason; done at once where nothing is degraded."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(skip_when_already_exists=True, **settings)

    def execute(self, context: Any) -> Any:
        """Ask the week, and trigger."""
        from nightshift.nouns.week_record import WeekRecord
        from nightshift.storage import store

        week = WeekRecord.read(store.open_folder(context["ti"].xcom_pull(task_ids="evaluate")))
        if not week.degraded:
            self.log.info("not degraded: the next night comes when it is due")
            return None
        self.trigger_run_id = f"degraded__{week.session}"
        self.conf = {"force": True, "reason": f"degraded, says the week until {week.session}: {week.headline}"[:REASON_LENGTH]}
        return super().execute(context)
