"""1 000 stationary-bootstrap replications of ten metrics over 1 260 sessions. Goal: at most 2 s.

python benchmarks/bench_bootstrap.py
"""

from __future__ import annotations

import time

import numpy as np

from nightshift.proof.evaluation import bootstrap
from nightshift.proof.evaluation.block_length import block_sessions
from nightshift.proof.metrics import METRICS
from nightshift.proof.metrics.metric import Answers

SESSIONS, SYMBOLS, GOAL_S = 1260, 30, 2.0
TRADED = ("sharpe_annual", "sortino_annual", "drawdown_max_fraction", "return_annual_fraction", "profit_factor")
PREDICTED = ("accuracy", "precision", "f1", "roc_auc", "brier")


def main():
    rng = np.random.default_rng(0)
    returns = rng.standard_t(5, SESSIONS) * 0.01
    label = (rng.random(SESSIONS * SYMBOLS) < 0.5).astype(float)
    score = np.clip(rng.normal(0.45 + 0.1 * label, 0.2), 0.001, 0.999)
    answers = Answers(label, score, np.repeat(np.arange(SESSIONS), SYMBOLS), SESSIONS)
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        drawn = bootstrap.replicas(SESSIONS, block_sessions(returns), n_replicas=1000, seed=1)
        traded = bootstrap.returns_measures([METRICS[name] for name in TRADED], {"returns": returns}, drawn, 252)
        predicted = bootstrap.rows_measures([METRICS[name] for name in PREDICTED], answers, drawn)
        seconds.append(time.perf_counter() - began)
    for name, found in (traded | predicted).items():
        print(f"{name:24s} {found.value:9.4f}   {found.low:9.4f} … {found.high:9.4f}")
    ratio = GOAL_S / min(seconds)
    print(f"1 000 replications × 10 metrics × {SESSIONS} sessions ({len(label)} rows)")
    print(f"{min(seconds):.2f} s, {ratio:.1f}× inside the goal of {GOAL_S:g} s")
    return 0 if min(seconds) <= GOAL_S else 1


if __name__ == "__main__":
    raise SystemExit(main())
