"""Loads the market's bars into MongoDB by idempotent upserts; a second run changes nothing.

Where to: the environment variable `NIGHTSHIFT_MONGO_URI`, else the Airflow connection `nightshift_mongo`.
"""

from airflow.sdk import DAG

from wiring import assets, params, run
from wiring.house import rules
from wiring.markets import every_market
from wiring.steps import step

for market in every_market():
    with DAG(**rules(market, "ingest", __doc__), schedule=None, params=params.ingest()):
        counts = step(run.load_bars, task_id="ingest", outlets=[assets.bars(market)])(market.market)
