"""A 20-trial XGBoost study: Nightshift's (rows binned once, hopeless trials pruned) against the scikit-learn API without pruning.

    python benchmarks/bench_study.py [--rows 630000] [--columns 40] [--trials 20] [--threads 2] [--seed 0] [--repeats 1]

Both draw the same parameters in the same order from one seeded random sampler over the family's own space, stop a fit early by
the same patience, and are judged by the same validation rows. Each runs in a process of its own; medians over the repeats.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from functools import cache

import numpy as np

N_SYMBOLS = 250


@dataclass(frozen=True)
class Race:
    """What both have to do."""

    rows: int = 630_000  # training and validation rows together
    columns: int = 40
    trials: int = 20
    threads: int = 2
    seed: int = 0  # of the parameters drawn; each repeat takes the next one


@cache
def market(race: Race) -> tuple:
    """Training and validation rows with a weak signal of five columns, two of which only matter together."""
    from nightshift.records import Panel, rows_of

    rng, sessions = np.random.default_rng(0), race.rows // N_SYMBOLS
    values = rng.standard_normal((N_SYMBOLS, sessions, race.columns), dtype=np.float32)
    known = 0.25 * values[..., 0] - 0.15 * values[..., 1] + 0.1 * np.abs(values[..., 2]) + 0.25 * values[..., 3] * np.sign(values[..., 4])
    label = (known + rng.standard_normal((N_SYMBOLS, sessions)) > 0.08).astype(np.float64)
    names = tuple(f"c{place}" for place in range(race.columns))
    symbols, days = tuple(f"S{place}" for place in range(N_SYMBOLS)), np.datetime64("2000-01-01") + np.arange(sessions)
    panel = Panel(symbols, days, names, values, label, 1)
    cut = int(0.8 * sessions)
    return rows_of(panel, np.arange(cut)), rows_of(panel, np.arange(cut + 1, sessions))


def nightshift_study(race: Race) -> dict:
    """The objective, pruner and family of a night's search."""
    import optuna

    from nightshift.models import Context
    from nightshift.tuning import strategies
    from nightshift.tuning.objective import Objective, Pulse

    train, validate = market(race)
    context = Context("classification", seed=race.seed, threads=race.threads)
    objective = Objective("xgboost", {}, train, validate, context, with_size=False, pulse=Pulse(1e9, stop=lambda: None))
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=race.seed), pruner=strategies.pruner("median"))
    return account(study, objective, race)


def plain_study(race: Race) -> dict:
    """The same trials as most people write them: XGBClassifier.fit in an Optuna objective."""
    import optuna
    import xgboost

    from nightshift.models import FAMILIES
    from nightshift.tuning.objective import loss

    family, (train, validate) = FAMILIES["xgboost"], market(race)
    table, label, asked, answer = train.table, train.label, validate.table, validate.label
    fixed = family.Params().model_dump(include={"reg_lambda", "reg_alpha", "gamma", "max_bin", "early_stopping_rounds"})

    def objective(trial: optuna.Trial) -> float:
        settings = fixed | family.space(trial)
        model = xgboost.XGBClassifier(**settings, tree_method="hist", eval_metric="logloss", n_jobs=race.threads, random_state=race.seed)
        model.fit(table, label, eval_set=[(asked, answer)], verbose=False)
        return loss(answer, model.predict_proba(asked)[:, 1], "classification")

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=race.seed), pruner=optuna.pruners.NopPruner())
    return account(study, objective, race)


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
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--only", choices=list(RUNNERS))
    chosen = vars(parser.parse_args())
    only, repeats = chosen.pop("only"), chosen.pop("repeats")
    race = Race(**chosen)
    if only:
        run_one(only, race)
        return
    ratios, by_processor, gaps = [], [], []
    for seed in range(race.seed, race.seed + repeats):
        found = {name: measured(name, replace(race, seed=seed)) for name in RUNNERS}
        ours, plain = found["nightshift"], found["scikit-learn API"]
        ratios.append(plain["seconds"] / ours["seconds"])
        by_processor.append(plain["processor"] / ours["processor"])
        gaps.append(ours["best"] - plain["best"])
    times, processor, gap = (statistics.median(values) for values in (ratios, by_processor, gaps))
    print(f"Nightshift is {times:.2f}x as fast (goal 2x; {processor:.2f}x by processor time); best score differs by {gap:+.5f}")


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
