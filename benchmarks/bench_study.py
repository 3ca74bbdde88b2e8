"""A 20-trial XGBoost study: Nightshift's (rows binned once, hopeless trials pruned) against the scikit-learn API without pruning.

    python benchmarks/bench_study.py [--rows 630000] [--columns 40] [--trials 20] [--threads 2] [--seed 0] [--repeats 2] [--signal linear]

The rows are those of a simulated market: bars, columns and labels through Nightshift's own rooms. Both draw the same parameters
in the same order from one seeded random sampler over the family's own space, stop a fit early by the same patience, and are
judged by the same validation rows. Each runs in a process of its own; medians over the repeats. The noise is how far the best
trial's score moves over five seeds.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from functools import cache

import numpy as np

SPAN = dt.date(2020, 10, 1), dt.date(2025, 12, 31)
USABLE_SESSIONS = 1_259  # of the span: the columns of its first 60 sessions are not known yet
OTHER_SEEDS = 4
STRENGTH = 0.3  # of the planted signal: the best rule is right on 60 of 100 days


@dataclass(frozen=True)
class Race:
    """What both have to do."""

    signal: str = "linear"
    rows: int = 630_000  # training and validation rows together
    columns: int = 40
    trials: int = 20
    threads: int = 2
    seed: int = 0  # of the parameters drawn; each repeat takes the next one


@cache
def market(race: Race) -> tuple:
    """Training and validation rows of a simulated market, by its last columns (both shocks of the planted signals are there)."""
    from nightshift import sessions
    from nightshift.config import Label
    from nightshift.data import columns, labels, snapshot
    from nightshift.data.sources import Query, planted, simulated
    from nightshift.nouns.panel import Panel, rows_of

    signal = planted.Signal(kind=race.signal, strength=STRENGTH)
    params = simulated.Params(symbols=race.rows // USABLE_SESSIONS, first_session=SPAN[0], seed=11, signal=signal)
    bars = snapshot.bars(simulated.fetch(params, Query("XNYS", (), None, SPAN[1], sessions.utc("2030-01-01"))))
    outcome, reach = labels.label(bars, Label(kind="direction"))
    chosen = columns.chosen(("all",))[-race.columns :]
    panel = Panel(bars.symbols, bars.sessions, tuple(c.name for c in chosen), columns.compute(bars, chosen), outcome, reach)
    cut, end = int(0.8 * len(bars.sessions)), len(bars.sessions)
    return rows_of(panel, np.arange(cut)), rows_of(panel, np.arange(cut + reach, end))


def nightshift_study(race: Race) -> dict:
    """The objective, storage, pruner and family of a night's search."""
    import optuna

    from nightshift.models import FAMILIES, Context
    from nightshift.training.search import strategies, studies
    from nightshift.training.search.objective import Objective, Pulse

    train, validate = market(race)
    context = Context("classification", seed=race.seed, threads=race.threads)
    objective = Objective("xgboost", {}, train, validate, context, with_size=False, pulse=Pulse(1e9, stop=lambda: None))
    pruner = strategies.pruner("median", FAMILIES["xgboost"].pruned_from_step)
    with tempfile.TemporaryDirectory() as home:
        os.environ["NIGHTSHIFT_HOME"] = home
        study = studies.open_study("race", "xgboost", "random", pruner)
        study.sampler = optuna.samplers.RandomSampler(seed=race.seed)
        return account(study, objective, race)


def plain_study(race: Race) -> dict:
    """The same trials as most people write them: XGBClassifier.fit in an Optuna objective."""
    import optuna
    import xgboost

    from nightshift.models import FAMILIES
    from nightshift.models.losses import mean_loss

    family, (train, validate) = FAMILIES["xgboost"], market(race)
    table, label, asked, answer = train.table, train.label, validate.table, validate.label
    fixed = family.Params().model_dump(include={"reg_lambda", "reg_alpha", "gamma", "max_bin", "early_stopping_rounds"})

    def scored(params: dict, seed: int) -> float:
        settings = fixed | params | {"tree_method": "hist", "eval_metric": "logloss", "n_jobs": race.threads}
        model = xgboost.XGBClassifier(**settings, random_state=seed)
        model.fit(table, label, eval_set=[(asked, answer)], verbose=False)
        return mean_loss(task="classification", label=answer, score=model.predict_proba(asked)[:, 1])

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=race.seed), pruner=optuna.pruners.NopPruner())
    found = account(study, lambda trial: scored(family.space(trial), race.seed), race)
    again = [scored(study.best_params, race.seed + more) for more in range(1, OTHER_SEEDS + 1)]
    return {**found, "noise": float(np.ptp([found["best"], *again]))}


def account(study, objective, race: Race) -> dict:
    """Run the study; what it took and found. Processor seconds beside: on a busy machine they are the fairer figure."""
    began, busy = time.perf_counter(), time.process_time()
    study.optimize(objective, n_trials=race.trials)
    seconds, processor = time.perf_counter() - began, time.process_time() - busy
    states = [trial.state.name.lower() for trial in study.trials]
    took = {"seconds": seconds, "processor": processor}
    return {**took, "best": study.best_value, "trial": study.best_trial.number, "pruned": states.count("pruned")}


RUNNERS = {"nightshift": nightshift_study, "scikit-learn API": plain_study}


def run_one(name: str, race: Race) -> None:
    """One study in this process."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    market(race)
    print(json.dumps(RUNNERS[name](race)))


def main() -> None:
    """Run both and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in asdict(Race()).items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--only", choices=list(RUNNERS))
    chosen = vars(parser.parse_args())
    only, repeats = chosen.pop("only"), chosen.pop("repeats")
    race = Race(**chosen)
    if only:
        run_one(only, race)
        return
    ratios, by_processor, gaps, noises = [], [], [], []
    for seed in range(race.seed, race.seed + repeats):
        found = {name: measured(name, replace(race, seed=seed)) for name in RUNNERS}
        ours, plain = found["nightshift"], found["scikit-learn API"]
        ratios.append(plain["seconds"] / ours["seconds"])
        by_processor.append(plain["processor"] / ours["processor"])
        gaps.append(ours["best"] - plain["best"])
        noises.append(plain["noise"])
    times, processor, gap, noise = (statistics.median(values) for values in (ratios, by_processor, gaps, noises))
    print(f"Nightshift is {times:.2f}x as fast (goal 2x; {processor:.2f}x by processor time)")
    print(f"its best log loss differs by {gap:+.5f}; the noise of a best log loss is {noise:.5f}")


def measured(name: str, race: Race) -> dict:
    """One study in a process of its own, and a line about it."""
    options = [f"--{key}={value}" for key, value in asdict(race).items()]
    done = subprocess.run([sys.executable, __file__, f"--only={name}", *options], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    said = f"best log loss {found['best']:.5f} (trial {found['trial']}), {found['pruned']} of {race.trials} trials pruned"
    print(f"seed {race.seed}  {name:<17} {found['seconds']:8.1f} s  {found['processor']:8.1f} processor s   {said}", flush=True)
    return found


if __name__ == "__main__":
    main()
