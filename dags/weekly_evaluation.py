"""Compares what the market's served models predicted last week with what then happened, and mails the report.

A market whose served model is degraded is retrained at once, with the week's headline as the reason.
"""

from airflow.sdk import DAG

from nightshift.running import stages
from wiring import alerts, params, run
from wiring.house import rules
from wiring.markets import every_market
from wiring.retraining import RetrainIfDegraded
from wiring.schedules import each_week
from wiring.steps import step

for market in every_market():
    with DAG(
        **rules(market, "weekly_evaluation", __doc__), schedule=each_week(market, market.schedule.weekly_cron), params=params.weekly()
    ):
        week = step(run.as_asked(stages.weekly), task_id="evaluate")(market.market)
        told = step(alerts.announce_week, task_id="announce")(market.market, week)
        again = RetrainIfDegraded(task_id="retrain_if_degraded", trigger_dag_id=f"{market.market}_daily_retrain", doc_md=__doc__)
        week >> again
