"""Simulates four nights of the market `small` in one process, and kills itself with SIGKILL at its n-th folder."""

import datetime as dt
import os
import signal
import sys

from nightshift.config import load_market
from nightshift.running.simulation import fitting, policy_backtest
from nightshift.running.simulation.plan import plan_of
from nightshift.storage import store

FIRST, LAST = dt.date(2026, 10, 26), dt.date(2026, 10, 29)


def simulate() -> policy_backtest.SimulationRecord:
    """The record; fits are made here, so that every folder is counted."""
    policy_backtest.fit_missing = lambda plan: fitting.work(plan.facts(), list(plan.nights))
    return policy_backtest.simulated(plan_of(load_market("small"), FIRST, LAST))


def main(at: int, moment: str) -> None:
    real, calls = store._put_in_place, 0

    def deadly(building, target):
        nonlocal calls
        calls += 1
        if calls == at and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        real(building, target)
        if calls == at and moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    store._put_in_place = deadly
    simulate()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
