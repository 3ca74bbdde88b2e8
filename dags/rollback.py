"""Serves the previous or a named version of the market's model again: a new ledger entry, never an edit."""

from airflow.sdk import DAG

from wiring import alerts, assets, params, run
from wiring.house import rules
from wiring.markets import every_market
from wiring.steps import step

for market in every_market():
    with DAG(**rules(market, "rollback", __doc__), schedule=None, params=params.rollback()):
        back = step(run.roll_back, task_id="rollback", outlets=[assets.release(market)], retries=0)(market.market)
        told = step(alerts.announce_rollback, task_id="announce")(market.market, back)
