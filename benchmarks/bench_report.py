"""Seconds and bytes of a night's report: `python benchmarks/bench_report.py [symbols] [sessions]`. Promised: ≤ 10 s, ≤ 3 MB for 500 × 1260.

Also the synthetic night that the report's tests draw: real addresses and files, invented numbers.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from nightshift import sessions, store
from nightshift.config import Market
from nightshift.night import Night, Options, night_of, open_night
from nightshift.proof import METRICS, charts, measured
from nightshift.proof.metric import Answers

AS_OF = "2026-11-19T23:00:00+00:00"
FAMILIES = ("logistic", "random_forest", "xgboost", "lightgbm")
NAIVE = ("always_up", "last_sign")
RULES = ("buy_and_hold", "cash")


def market(**more: object) -> Market:
    """A market of its own; names may be as hostile as a test likes."""
    facts = {
        "market": "synthetic", "title": "Synthetic market", "calendar": "XNYS", "source": {"kind": "simulated"},
        "families": [{"name": name} for name in FAMILIES],
        "gates": [{"metric": "accuracy", "must_be": "at_least", "limit": 0.6}, {"metric": "sharpe_annual", "must_be": "above_naive_by", "limit": 0.0}],
    }  # fmt: skip
    return Market.model_validate({**facts, **more})


def make_night(
    chosen: Market, n_symbols: int = 30, n_sessions: int = 900, decision: str = "PROMOTE", as_of: str = AS_OF, champion: str = ""
) -> Night:
    """A finished night up to its verdict, in NIGHTSHIFT_HOME."""
    rng = np.random.default_rng(11)
    night = night_of(open_night(chosen, sessions.utc(as_of), f"{chosen.market}/snapshots/0123456789abcdef", Options()))
    days = sessions.between("XNYS", night.session.replace(year=night.session.year - 8), night.session)[-n_sessions:]
    _write(
        night,
        "check",
        {"account.json": _account(n_symbols * n_sessions), "quality.json": _quality(), "data_docs/index.html": "<p>docs</p>"},
    )
    _write(night, "columns", {"columns.json": {"store": f"{chosen.market}/columns/0000"}})
    for name in night.families:
        _write(night, f"models/{name}", {"training.json": _training(name)})
    returns = make_returns(rng, days, bool(champion))
    evaluation = make_evaluation(rng, days, returns, n_symbols, champion)
    folder = {"evaluation.json": evaluation}
    store.write(night.stage("evaluation"), lambda place: (_fill(place, folder), _parquet(place / "returns.parquet", returns)))  # type: ignore[arg-type,func-returns-value]
    ranking = [{"family": name, "score": 0.61 - 0.07 * i} for i, name in enumerate(("xgboost", "lightgbm", "logistic", "random_forest"))]
    _write(night, "selection", {"selection.json": {"selected": "xgboost", "ranking": ranking}})
    _write(night, "verdict", {"verdict.json": make_verdict(decision, evaluation, champion)})
    (store.path(night.address) / "timings.jsonl").write_text('{"stage": "check", "what": "check", "seconds": 3.2, "peak_mib": 240}\n' * 2)
    return night


def make_returns(rng: np.random.Generator, days: np.ndarray, champion: bool) -> dict:
    """Net returns of every portfolio on the validation and test sessions."""
    held = days[int(len(days) * 0.7) :]
    whole = rng.normal(0.0003, 0.009, len(held))
    parts = ["validate" if i < len(held) * 2 // 3 else "test" for i in range(len(held))]
    names = [*FAMILIES, *(["champion"] if champion else []), *NAIVE]
    skill = {
        "xgboost": 0.0014,
        "lightgbm": 0.0011,
        "logistic": 0.0008,
        "random_forest": 0.0006,
        "champion": 0.0007,
        "always_up": 0.0,
        "last_sign": -0.0004,
    }
    lines = {name: 0.7 * whole + rng.normal(skill[name], 0.004, len(held)) for name in names}
    return {"session": held, "part": parts, **lines, "buy_and_hold": whole, "cash": np.zeros(len(held))}


def make_evaluation(rng: np.random.Generator, days: np.ndarray, returns: dict, n_symbols: int, champion: str) -> dict:
    """`evaluation.json` in its documented shape."""
    held, parts = returns["session"], np.array(returns["part"])
    names = [name for name in returns if name not in {"session", "part"}]
    measures, spans = {}, {}
    for part in ("validate", "test"):
        kept = held[parts == part]
        spans[part] = [str(kept[0]), str(kept[-1]), len(kept)]
        up = rng.random(len(kept) * n_symbols) < 0.52
        measures[part] = {name: _measures(rng, name, up, np.asarray(returns[name])[parts == part]) for name in names}
    return {
        "schema": 1, "task": "classification", "sessions": spans, "challengers": [*FAMILIES[:1], *FAMILIES[2:]], "naive": list(NAIVE),
        "champion": "champion" if champion else None, **({"champion_version": champion} if champion else {}),
        "left_out": {"random_forest": "its predictions for 2026-11-03 hold NaN: a model that does not know is not asked again"},
        "measures": measures, "charts": charts.plain(make_charts(rng, returns, names, n_symbols)),
    }  # fmt: skip


def make_charts(rng: np.random.Generator, returns: dict, names: list[str], n_symbols: int) -> dict:
    """The numbers of the charts that need more than the returns, from the room that makes them."""
    from nightshift.proof import curves

    days, parts = np.array(returns["session"]), np.array(returns["part"])
    scored = [name for name in names if name not in RULES]
    answers = {part: {name: _answers(rng, name, int((parts == part).sum()), n_symbols) for name in scored} for part in ("validate", "test")}
    test, traded = answers["test"], [name for name in names if name != "cash"]
    draw = {
        "calibration": curves.calibration,
        "confidence": curves.accuracy_by_confidence,
        "confusion": curves.confusion,
        "roc": curves.roc_points,
        "pr": curves.pr_points,
    }
    rolling = {
        part: {"sessions": [str(d) for d in days[parts == part]], "window": 21, "of": {n: curves.rolling_accuracy(one, 21) for n, one in mine.items()}}
        for part, mine in answers.items()
    }  # fmt: skip
    return {
        "leader": "xgboost", "rolling_accuracy": rolling, **{key: {n: f(one) for n, one in test.items()} for key, f in draw.items()},
        "cost_curve": {n: [{"cost_bps": c, "return_total_fraction": 0.3 - 0.02 * c - 0.05 * i, "sharpe_annual": 2 - 0.1 * c} for c in (0.0, 1.0, 3.0, 10.0, 30.0)] for i, n in enumerate(traded)},
        "break_even_bps": {n: 15.0 - 2.5 * i for i, n in enumerate(traded)}, "capacity": {"capital": 4.2e7, "participation_fraction": 0.01, "spared_fraction": 0.05},
        "windows": [
            {"part": part, "first": str(at[0]), "last": str(at[-1]), "sessions": len(at), "of": {n: {"sharpe_annual": rng.normal(1.5, 1), "return_total_fraction": rng.normal(0.02, 0.02), **({"accuracy": rng.normal(0.6, 0.03)} if n in scored else {})} for n in names}}
            for part in ("validate", "test") for at in np.array_split(days[parts == part], min(6, int((parts == part).sum())))
        ],
        "symbols": [{"symbol": f"S{i:03d}", "rows": 90, "accuracy": rng.normal(0.6, 0.05), "contribution_fraction": rng.normal(0.004, 0.01), "alone_return_fraction": rng.normal(0.1, 0.3)} for i in range(n_symbols)],
        "chance": {"draws": 40, "sharpe_5_50_95": [-1.2, 0.3, 1.4], "share_beaten": 1.0},
        "overfitting": {
            "trials": 4, "deviation_of_trials": 0.04, "probabilistic_sharpe": 0.981, "deflated_sharpe": 0.912, "track_record_sessions": 71.0, "sessions": 90,
            "pbo": {"over": "the night's families", "trials": 4, "sessions": 180, "probability": 0.12, "slope": 0.3, "blocks": 16},
            "spa": {"against": "champion", "p_value": 0.021}, "model_confidence_set": {"xgboost": 1.0, "lightgbm": 0.31, "logistic": 0.02},
        },
        "importance": {"method": "native contributions", "rows": 4000, "family": "xgboost", "values": {f"column_{i:02d}": 0.2 * 0.87**i for i in range(44)},
                       "stability": {"last_night": {"night": "2026-11-18-0a1b2c3d", "family": "xgboost", "columns": 44, "rank_correlation": 0.91}}},
        "robustness": [
            {"name": "twice the costs", "metric": "sharpe_annual", "value": 1.71, "unit": "a year", "baseline": 2.1, "breaks_verdict_at": 14.5, "breaks_unit": "bps a trade", "note": ""},
            {"name": "one bar of delay", "metric": "sharpe_annual", "value": 0.2, "unit": "a year", "baseline": 2.1, "breaks_verdict_at": 1, "breaks_unit": "sessions late", "note": ""},
            {"name": "a 20 % gap against the fullest session", "metric": "drawdown_max_fraction", "value": 0.21, "unit": "fraction", "baseline": 0.06, "breaks_verdict_at": None, "breaks_unit": "gap fraction", "note": "holds at every size tried"},
        ],
    }  # fmt: skip


def _answers(rng: np.random.Generator, name: str, n_sessions: int, n_symbols: int) -> Answers:
    up = rng.random(n_sessions * n_symbols) < 0.52
    return Answers(up.astype(float), _score(rng, name, up), np.repeat(np.arange(n_sessions), n_symbols), n_sessions, 0.5)


def _score(rng: np.random.Generator, name: str, up: np.ndarray) -> np.ndarray:
    hit = {"xgboost": 0.14, "lightgbm": 0.13, "logistic": 0.11, "random_forest": 0.08, "champion": 0.1}.get(name, 0.0)
    return np.clip(0.5 + np.where(up, hit, -hit) + rng.normal(0, 0.3, len(up)), 0.01, 0.99)


def make_verdict(decision: str, evaluation: dict, champion: str) -> dict:
    """A verdict of each kind."""
    accuracy = evaluation["measures"]["test"]["xgboost"]["accuracy"]["value"] or 0.0
    limit = {"PROMOTE": 0.6, "REJECT": 0.68, "ABSTAIN": 0.6}[decision]
    passed = {"PROMOTE": True, "REJECT": False, "ABSTAIN": None}[decision]
    reason = f"accuracy {accuracy:.4g} is {'' if passed else 'not '}at least {limit}"
    against = "champion" if champion else "always_up"
    checks = [
        {"metric": "accuracy", "must_be": "at_least", "limit": limit, "value": accuracy, "passed": passed, "reason": reason, "margin": accuracy - limit},
        {"metric": "sharpe_annual", "must_be": "above_naive_by", "limit": 0.0, "value": 2.1, "passed": True, "margin": 1.31, "baseline": against,
         "baseline_value": 0.79, "reason": f"sharpe_annual 2.1 is above 0.79 of {against}, by 1.31"},
        {"metric": "pr_auc", "must_be": "at_least", "limit": 0.5, "value": None, "passed": None if decision == "ABSTAIN" else True,
         "reason": "not enough evidence: 12 of 60 sessions"},
    ]  # fmt: skip
    headline = {
        "PROMOTE": f"xgboost passes all 3 checks; closest: {reason}.",
        "REJECT": f"xgboost is refused: {reason}.",
        "ABSTAIN": f"Not enough evidence about xgboost: {reason}.",
    }
    return {"decision": decision, "headline": headline[decision], "challenger": "xgboost", "checks": checks}


def _measures(rng: np.random.Generator, name: str, up: np.ndarray, returns: np.ndarray) -> dict:
    if name in RULES:
        wanted = {n: m for n, m in METRICS.items() if m.needs == "returns"}
    else:
        wanted = {n: m for n, m in METRICS.items() if m.kind == "classification" or m.needs == "returns"}
    score, out = _score(rng, name, up), {}
    for metric_name, metric in wanted.items():
        one = measured(metric, *((returns,) if metric.needs == "returns" else (up.astype(float), score)))
        width = None if one.value is None else max(abs(one.value) * 0.05, 0.01) * (6 if metric.needs == "returns" else 1)
        out[metric_name] = {
            "value": one.value,
            "low": None if width is None else one.value - width,
            "high": None if width is None else one.value + width,
            "note": one.note,
        }
    return out


def _training(name: str) -> dict:
    return {"family": name, "failed": None, "params": {"max_depth": 4, "learning_rate": 0.08}, "seconds": 3.21, "rows": {"train": 18_400}, "seed": 7, "threads": 2, "history": [{"train_loss": 0.7 - 0.002 * i, "validate_loss": 0.69 - 0.0015 * i + 0.00001 * i * i} for i in range(80)],
            "search": {"strategy": "tpe"}, "trials": [{"number": i, "state": "complete", "loss": 0.66 + 0.02 * ((7 * i) % 11) / 11, "seconds": 0.4, "params": {"max_depth": i % 7 + 2}, "error": None} for i in range(20)]}  # fmt: skip


def _account(rows: int) -> dict:
    dropped = {"duplicate bar": 12, "low above close": 3}
    return {"rows_in": rows, "rows_out": rows - 15, "dropped": dropped, "repaired": {"volume missing, set to 0": 4}, "examples": [{"symbol": "S003", "session": "2026-03-02", "reason": "duplicate bar"}]}  # fmt: skip


def _quality() -> dict:
    kept = [
        {"name": f"expect_{what}", "passed": True, "expected": "every row", "found": "every row", "rows": []}
        for what in ("unique_rows", "positive_prices", "no_future_session")
    ]
    failed = {
        "name": "expect_symbol_coverage",
        "passed": False,
        "expected": "≥ 0.90",
        "found": "0.87",
        "rows": [{"symbol": "S007", "session": "2026-03-02"}],
    }
    return {"passed": True, "expectations": [*kept, failed]}


def _write(night: Night, stage: str, files: dict) -> None:
    store.write(night.stage(*stage.split("/")), lambda folder: _fill(folder, files))


def _fill(folder: Path, files: dict) -> None:
    for name, facts in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if isinstance(facts, str):
            (folder / name).write_text(facts)
        else:
            store.write_json(folder / name, facts)


def _parquet(file: Path, columns: dict) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({name: pa.array(values) for name, values in columns.items()}), file)


def main(n_symbols: int = 500, n_sessions: int = 1260) -> None:
    """Print one line of figures."""
    from nightshift import report

    with tempfile.TemporaryDirectory() as home:
        os.environ["NIGHTSHIFT_HOME"] = home
        night = make_night(market(), n_symbols, n_sessions)
        started = time.perf_counter()
        where = store.write(night.stage("report"), lambda folder: report.write(night, folder))
        seconds = time.perf_counter() - started
        size = (store.path(where) / "report.html").stat().st_size
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"report of {n_symbols} symbols x {n_sessions} sessions: {seconds:.2f} s, {size / 1e6:.2f} MB, peak {peak} MiB; promised: 10 s, 3 MB"
        )


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
