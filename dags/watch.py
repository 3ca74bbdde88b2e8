"""Asks every hour whether each night that was due has an answer, mails once what is late or silent, and empties the outbox.

It runs in the same Airflow as the nights: for the day on which that does not run at all, `nightshift watch --once` belongs into cron.
Once a day it proves that a mail can leave; red means that none can.
"""

from airflow.sdk import DAG

from wiring import watching
from wiring.house import rules_of_all
from wiring.steps import step

with DAG(**rules_of_all("watch", __doc__, owner="quant"), schedule="20 * * * *"):
    step(watching.watch)()
