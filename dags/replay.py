"""Makes a past night again, drawn by lot, once a week: from its snapshot, code, seeds and threads, compared byte for byte.

A run is red when something comes out otherwise by more than its family declares. What is kept and what is served are not touched.
"""

from airflow.sdk import DAG

from nightshift.running import stages
from wiring import params, run
from wiring.house import rules
from wiring.markets import every_market
from wiring.schedules import each_week
from wiring.steps import step

for market in every_market():
    with DAG(**rules(market, "replay", __doc__), schedule=each_week(market, market.schedule.replay_cron), params=params.weekly()):
        again = step(run.as_asked(stages.replay), task_id="replay", pool="training")(market.market)
