"""Retrains the market's models after each session, and releases the best one only if it passes every gate.

A refused model is a green run, and so is a night without a new bar. Red means that something broke; what was served still is.
"""

from airflow.sdk import DAG

from nightshift.running import stages
from wiring import alerts, assets, params, run
from wiring.approving import approval
from wiring.house import part, rules
from wiring.learning import trained
from wiring.markets import every_market
from wiring.next_session import signals
from wiring.schedules import each_session
from wiring.steps import step
from wiring.verdict import gate, listen, promote_or_keep

for market in every_market():
    name = market.market
    with DAG(**rules(market, "daily_retrain", __doc__), schedule=each_session(market), params=params.night(market)):
        with part("data", "What was known, checked, as columns"):
            night = step(run.night, task_id="preflight", multiple_outputs=True)(name, market.schedule.delay_minutes)
            opened = step(stages.extract)(name, night["as_of"], night["options"], night["full"])
            news = listen(opened)
            checked = step(stages.check)(opened)
            kept = step(stages.hunt_leaks)(step(stages.columns)(checked))
        with part("learn", "Every family"):
            models = trained(market, kept)
        with part("prove", "Against what is served and what learns nothing"):
            evaluated = step(stages.evaluate, trigger_rule="none_failed_min_one_success")(kept, models, step(stages.score_yardsticks)(kept))
            examined = step(stages.examine)(step(stages.select)(evaluated))
        with part("decide", "May it serve?"):
            judged = step(gate)(examined)
            answer = approval(market, judged)
        with part("release", "What is served, what it says of the next session, and who is told"):
            released = step(promote_or_keep, outlets=[assets.new_release(market)])(judged, night["part"], night["dry_run"], *answer)
            issued = step(signals, trigger_rule="none_failed", outlets=[assets.signals(market)])(opened, night["dry_run"])
            told = step(alerts.announce)(name, step(stages.report)(issued), night["dry_run"])
        news >> [checked, released >> issued]
