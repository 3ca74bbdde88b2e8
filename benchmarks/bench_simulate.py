"""The policy backtest at its promised size: `python benchmarks/bench_simulate.py [nights] [symbols] [sessions]`.

250 nights of 100 symbols, the last with 1,000 sessions, logistic and LightGBM on every column: at most 30 minutes on 2 cores.
Printed are minutes on the clock and CPU seconds a night, children included, because a machine is seldom alone.
"""

import datetime as dt
import os
import resource
import sys
import tempfile
import time

from nightshift import sessions
from nightshift.config import Market
from nightshift.running.simulation.plan import plan_of
from nightshift.running.simulation.policy_backtest import simulated

LIMIT_MINUTES = 30.0
LAST = dt.date(2026, 6, 1)


def market(symbols: int, first: dt.date) -> Market:
    """A market of plain size with the policy that real markets are shipped with."""
    source = {"kind": "simulated", "symbols": symbols, "first_session": first, "seed": 7, "signal": {"kind": "linear", "strength": 0.15}}
    return Market.model_validate({
        "market": "bench", "title": "Bench", "calendar": "XNYS", "source": source, "columns": ["all"],
        "families": [{"name": "logistic"}, {"name": "lightgbm"}], "costs": {"slippage_bps": 2, "max_volume_fraction": 0.05},
        "gates": [
            {"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0},
            {"metric": "sharpe_annual", "must_be": "at_least", "limit": 0.0, "by": "value"},
            {"metric": "drawdown_max_fraction", "must_be": "at_most", "limit": 0.35, "by": "value"},
            {"metric": "accuracy", "must_be": "at_most", "limit": 0.60, "by": "value"},
        ],
    })  # fmt: skip


def cpu_s() -> float:
    """CPU seconds of this process and of its children that ended."""
    return sum(
        resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )


def main() -> None:
    """Simulate, and print the figure."""
    n_nights, symbols, n_sessions = map(int, sys.argv[1:4] or ("250", "100", "1000"))
    days = [sessions.following("XNYS", LAST, -back).isoformat() for back in (n_sessions - 1, n_nights - 1)]
    with tempfile.TemporaryDirectory(prefix="nightshift-bench-") as home:
        os.environ["NIGHTSHIFT_HOME"] = home
        began, cpu = time.perf_counter(), cpu_s()
        record = simulated(plan_of(market(symbols, dt.date.fromisoformat(days[0])), dt.date.fromisoformat(days[1]), LAST))
        minutes, spent = (time.perf_counter() - began) / 60, cpu_s() - cpu
    lives = "; ".join(f"{life.name} {life.return_annual_fraction.value:+.1%}, {life.promotions} promotions" for life in record.policies)
    print(f"{n_nights} nights × {symbols} symbols × {n_sessions} sessions: {minutes:.1f} min, {spent / n_nights:.2f} CPU s a night")
    print(f"{spent / 60:.1f} CPU min in all, fits on every core, verdicts one after the other (limit {LIMIT_MINUTES:g} min on 2 cores)")
    print(lives)


if __name__ == "__main__":
    main()
