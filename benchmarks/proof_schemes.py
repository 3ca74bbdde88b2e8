"""What each `proof.scheme` promises and then earns on markets that drift: the table of docs/adr/0009, by the library's own code.

    python benchmarks/proof_schemes.py              # 300 markets a case, three minutes on one core
    python benchmarks/proof_schemes.py --markets 60 --family lightgbm

A market is 20 symbols with five columns; a return is their weighted sum, at a correlation of about 0.06, plus noise. The weights
stand still, drift (an autoregression with a half-life in sessions), turn round 200 sessions before tonight for good, or turn for a
spell: the newest 63 sessions, and back. Each scheme fits a ridge regression (or LightGBM) on 756 sessions, says by its test part
what it promises, and is then held for 63 sessions. Numbers are Sharpe ratios a year of going long or short by the sign of the score,
before costs.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from nightshift import models
from nightshift.config import Proof, Split
from nightshift.data import splits
from nightshift.models import Context
from nightshift.nouns.panel import Panel, rows_of
from nightshift.training import walking

SYMBOLS, COLUMNS, HISTORY, HELD, CORRELATION = 20, 5, 756, 63, 0.06
CASES = {
    "stands still": None,
    "half-life 1000": 1000,
    "half-life 250": 250,
    "half-life 60": 60,
    "turned 200 ago": "turned",
    "a spell until tonight": "spell",
}
TURNS = {"turned": (200, HELD), "spell": (63, 0)}  # case -> how long before tonight the weights turn round, and until how long after
SCHEMES = {
    "ordered": Proof(),
    "walk_forward": Proof(scheme="walk_forward"),
    "rolling 252": Proof(scheme="rolling", max_train_sessions=252),
}
PARAMS = {"ridge": {}, "lightgbm": {"n_estimators": 200, "early_stopping_rounds": 20}}


def market(case, seed):
    rng, n_sessions = np.random.default_rng(seed), HISTORY + HELD
    weights = np.repeat(rng.normal(size=(1, COLUMNS)), n_sessions, axis=0)
    if case in TURNS:
        weights[HISTORY - TURNS[case][0] : HISTORY + TURNS[case][1]] *= -1
    elif case:
        stays = 0.5 ** (1 / case)
        for at in range(1, n_sessions):
            weights[at] = stays * weights[at - 1] + np.sqrt(1 - stays**2) * rng.normal(size=COLUMNS)
    values = rng.normal(size=(SYMBOLS, n_sessions, COLUMNS)).astype(np.float32)
    signal = np.einsum("stc,tc->st", values, weights) / np.sqrt(COLUMNS)
    ahead = 0.02 * (CORRELATION * signal + rng.normal(size=signal.shape))
    days = np.datetime64("2020-01-01") + np.arange(n_sessions)
    return Panel(tuple(f"S{place}" for place in range(SYMBOLS)), days, tuple("abcde"), values, ahead, 1)


def sharpe(score, ahead):
    known = np.isfinite(score)
    earned = np.where(known, np.sign(score) * ahead, 0.0).sum(axis=0)[known.any(axis=0)] / SYMBOLS
    return float(earned.mean() / earned.std(ddof=1) * np.sqrt(252))


def promised_and_earned(panel, proof, family):
    """(Sharpe on the test part, Sharpe of what is released over the sessions after tonight)."""
    split = splits.ordered(HISTORY, Split(), panel.label_reach)
    recipe = walking.Recipe(family, PARAMS[family], panel, Context("regression", seed=1))
    walked = splits.blocks(split, proof)
    joined = walking.answers(recipe, walked)
    last = models.fit(family, PARAMS[family], rows_of(panel, walked[-1].train), rows_of(panel, walked[-1].validate), recipe.context)
    released = walking.newest(recipe, rows_of(panel, splits.matured(split, proof)), last.course) if proof.refits else last
    after = rows_of(panel, np.arange(HISTORY, HISTORY + HELD))
    return sharpe(joined[:, split.test], panel.label[:, split.test]), sharpe(after.scattered(released.predict(after)), panel.label)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--markets", type=int, default=300)
    parser.add_argument("--family", choices=sorted(PARAMS), default="ridge")
    asked = parser.parse_args()
    began = time.perf_counter()
    print(
        f"| weights ({asked.family}) | "
        + " | ".join(f"{name}: promised, earned" for name in SCHEMES)
        + " | walk_forward − ordered, earned |"
    )
    print("|---|" + "---|" * (len(SCHEMES) + 1))
    for name, case in CASES.items():
        panels = [market(case, seed) for seed in range(asked.markets)]
        seen = {
            scheme: np.array([promised_and_earned(panel, proof, asked.family) for panel in panels]) for scheme, proof in SCHEMES.items()
        }
        gain = seen["walk_forward"][:, 1] - seen["ordered"][:, 1]
        half = 1.96 * gain.std(ddof=1) / np.sqrt(len(gain))
        cells = [f"{promised:.2f}, {earned:.2f}" for promised, earned in (of.mean(axis=0) for of in seen.values())]
        print(f"| {name} | " + " | ".join(cells) + f" | {gain.mean():+.2f} ± {half:.2f} |", flush=True)
    print(f"\n{asked.markets} markets a case, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
