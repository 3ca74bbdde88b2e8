"""Retrains the market's models after each session, and releases the best one only if it passes every gate.

A refused model is a green run, and so is a night without a new bar. Red means that something broke; what was served still is.
"""

from airflow.sdk import DAG

from nightshift.running import stages
from wiring import alerts, assets, params, run
from wiring.house import rules
from wiring.markets import every_market
from wiring.next_session import signals
from wiring.schedules import each_session
from wiring.steps import heavy, step
from wiring.verdict import gate, not_a_dry_run, promote_or_refuse, work_or_rest

for market in every_market():
    name, delay = market.market, market.schedule.delay_minutes
    with DAG(**rules(market, "daily_retrain", __doc__), schedule=each_session(market), params=params.night(market)):
        night = step(run.night, task_id="preflight", multiple_outputs=True)(name, delay)
        opened = step(stages.extract)(name, night["as_of"], night["options"], night["full"])
        listened = step(stages.listen)(opened)
        checked = step(stages.check)(opened)
        kept = step(stages.hunt_leaks)(step(stages.columns)(checked))
        workers, families = step(run.search_workers)(opened), step(run.families)(opened)
        searched = heavy(stages.search, market).partial(kept=kept).expand_kwargs(workers)
        models = heavy(stages.train, market, trigger_rule="none_failed").partial(kept=kept).expand(family=families)
        evaluated = step(stages.evaluate)(kept, models, step(stages.score_yardsticks)(kept))
        judged = step(gate)(step(stages.examine)(step(stages.select)(evaluated)))
        staged = step(stages.stage)(judged)
        tested = step(stages.deployment_test)(staged)
        promoted = step(stages.promote, outlets=[assets.release(market)])(tested, part=night["part"])
        issued = step(signals, trigger_rule="none_failed", outlets=[assets.signals(market)])(listened, night["dry_run"])
        reported = step(stages.report)(issued)
        told = step(alerts.announce)(name, reported, night["dry_run"])

        work_or_rest(listened) >> [checked, workers, families, issued]
        searched >> models
        promote_or_refuse(judged) >> [staged, issued]
        not_a_dry_run(tested, night["dry_run"]) >> promoted >> issued
