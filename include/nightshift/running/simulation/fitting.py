"""The fits of all nights: a night's fits depend on no verdict, so as many nights as there are cores are fitted at once."""

from __future__ import annotations

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import Any

from nightshift import isolation
from nightshift.errors import TrainingFailed
from nightshift.models import Context
from nightshift.nouns.panel import seen_until
from nightshift.nouns.training import TrainingRecord
from nightshift.running.simulation.history import Known, history_of
from nightshift.running.simulation.plan import Plan
from nightshift.running.simulation.progress import Progress
from nightshift.storage import store
from nightshift.training import fit, making
from nightshift.training.walking import Recipe


def fit_missing(plan: Plan) -> None:
    """Every family of every night that is not there yet, each sealed when it is fitted."""
    missing = [night for night in plan.nights if _missing(plan, night)]
    at_once = min(max(len(os.sched_getaffinity(0)), 1), len(missing))
    if not missing:
        return
    target, threads = f"{work.__module__}:{work.__name__}", plan.market.execution.threads
    with ThreadPoolExecutor(at_once) as pool:
        halves = [{"plan": plan.facts(), "nights": missing[place::at_once]} for place in range(at_once)]
        running = [pool.submit(isolation.call, target, half, None, threads) for half in halves]
        for future in as_completed(running):
            future.result()


def work(plan: dict[str, Any], nights: list[str]) -> int:
    """Fit these nights, in this process."""
    chosen = Plan.of_facts(plan)
    history, progress = history_of(chosen), Progress(f"simulation of {chosen.market.market}, fitted in one of its processes", len(nights))
    for night in nights:
        known = history.known(night)
        for family in _missing(chosen, night):
            store.write(chosen.fit(night, family), partial(fill, chosen, known, family))
        progress.one_more(night)
    return len(nights)


def fill(plan: Plan, known: Known, family: str, folder: Path) -> None:
    """One family of one night, as the stage `train` leaves it; one that cannot be fitted is out, and says why."""
    market, began = plan.market, time.perf_counter()
    execution, params = market.execution, market.family(family).params
    facts: dict[str, Any] = {
        "family": family, "task": market.label.task, "snapshot": plan.snapshot, "as_of": plan.as_of(known.session).isoformat(),
        "seed": execution.seed, "threads": execution.threads, "params": params,
    }  # fmt: skip
    context = Context(market.label.task, execution.seed, execution.threads, memory_budget_mib=execution.memory_budget_mib)
    walks = plan.where("walks", known.session, family)
    recipe = Recipe(family, params, known.panel, context)
    try:
        with fit.blas_threads(execution.threads):
            made = making.made_by(recipe, known.split, market.proof, walks)
    except TrainingFailed as failure:
        TrainingRecord(**facts, failed=str(failure)).write(folder)
        return
    fit.keep(made, folder)
    shutil.rmtree(store.path(walks), ignore_errors=True)
    learned = {"learned_until": seen_until(*made.learned), "columns": made.fitted.preparation.kept, "rows": {"train": len(made.learned[0])}}
    TrainingRecord(**facts | learned, history=made.history, seconds=time.perf_counter() - began).write(folder)


def _missing(plan: Plan, night: str) -> list[str]:
    return [family for family in plan.market.family_names if not store.exists(plan.fit(night, family))]
