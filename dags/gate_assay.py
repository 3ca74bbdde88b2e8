"""Measures how often the market's policy is wrong: made markets of known truth, lived through by the gate's own code, once a week.

A policy that is found out of bounds makes this run red, and runs no night until it was changed and assayed again.
"""

from airflow.sdk import DAG

from nightshift.running import stages
from wiring import params, run
from wiring.house import rules
from wiring.markets import every_market
from wiring.schedules import each_week
from wiring.steps import step

for market in every_market():
    with DAG(**rules(market, "gate_assay", __doc__), schedule=each_week(market, market.schedule.assay_cron), params=params.gate_assay()):
        assayed = step(run.as_asked(stages.gate_assay), task_id="assay", pool="training")(market.market)
