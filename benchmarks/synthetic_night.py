"""A finished night with real addresses and files and invented numbers: what the report is timed and tested on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nightshift import sessions
from nightshift.config import Market
from nightshift.nouns.evaluation import PARTS, Evaluation, Intervals, Span
from nightshift.nouns.measures import Measure, Measures
from nightshift.nouns.record import Record
from nightshift.proof.examination import charts
from nightshift.proof.metrics import METRICS, curves, measured
from nightshift.proof.metrics.metric import Answers
from nightshift.storage import store
from nightshift.storage.night import Night, Options, night_of, open_night

AS_OF = "2026-11-19T23:00:00+00:00"
FAMILIES = ("logistic", "random_forest", "xgboost", "lightgbm")
NAIVE = ("always_up", "last_sign")
RULES = ("buy_and_hold", "cash")
DRIFT = {"xgboost": 0.0014, "lightgbm": 0.0011, "logistic": 0.0008, "random_forest": 0.0006, "champion": 0.0007, "last_sign": -0.0004}
HIT = {"xgboost": 0.14, "lightgbm": 0.13, "logistic": 0.11, "random_forest": 0.08, "champion": 0.1}
CURVES = {
    "calibration": curves.calibration, "confidence": curves.accuracy_by_confidence, "confusion": curves.confusion, "roc": curves.roc_points,
    "pr": curves.pr_points,
}  # fmt: skip


def market(**more: object) -> Market:
    """A market of its own; its title may be as hostile as a test likes."""
    gates = [
        {"metric": "accuracy", "must_be": "at_least", "limit": 0.6},
        {"metric": "sharpe_annual", "must_be": "above_naive_by", "limit": 0.0},
    ]
    facts = {
        "market": "synthetic", "title": "Synthetic market", "calendar": "XNYS", "source": {"kind": "simulated"}, "gates": gates,
        "families": [{"name": name} for name in FAMILIES],
    }  # fmt: skip
    return Market.model_validate({**facts, **more})


def make_night(
    chosen: Market, n_symbols: int = 30, n_sessions: int = 900, decision: str = "PROMOTE", as_of: str = AS_OF, champion: str = ""
) -> Night:
    """A night up to its verdict, in NIGHTSHIFT_HOME."""
    rng = np.random.default_rng(11)
    night = night_of(open_night(chosen, sessions.utc(as_of), f"{chosen.market}/snapshots/0123456789abcdef", Options()))
    days = sessions.between("XNYS", night.session.replace(year=night.session.year - 8), night.session)[-n_sessions:]
    files = {"account.json": account(n_symbols * n_sessions), "quality.json": quality(), "data_docs/index.html": "<p>docs</p>"}
    write(night, "check", files)
    write(night, "columns", {"columns.json": {"store": f"{chosen.market}/columns/0000"}})
    for name in night.families:
        write(night, f"models/{name}", {"training.json": training(name)})
    returns = make_returns(rng, days, champion=bool(champion))
    evaluation = make_evaluation(rng, returns, n_symbols, champion)
    write(night, "evaluation", {"returns.parquet": returns}, evaluation)
    write(
        night, "examination", {"examination.json": charts.plain({"schema": 1, **make_charts(rng, returns, list(returns)[2:], n_symbols)})}
    )
    ranking = [{"name": name, "score": 0.61 - 0.07 * i} for i, name in enumerate(("xgboost", "lightgbm", "logistic", "random_forest"))]
    write(night, "selection", {"selection.json": {"selected": "xgboost", "ranking": ranking}})
    write(night, "verdict", {"verdict.json": make_verdict(decision, evaluation, champion)})
    (store.path(night.address) / "timings.jsonl").write_text('{"stage": "check", "what": "check", "seconds": 3.2, "peak_mib": 240}\n' * 2)
    return night


def make_returns(rng: np.random.Generator, days: np.ndarray, *, champion: bool) -> dict:
    """Net returns of every portfolio on the validation and test sessions."""
    held = days[int(len(days) * 0.7) :]
    whole = rng.normal(0.0003, 0.009, len(held))
    parts = ["validate" if i < len(held) * 2 // 3 else "test" for i in range(len(held))]
    names = [*FAMILIES, *(["champion"] if champion else []), *NAIVE]
    lines = {name: 0.7 * whole + rng.normal(DRIFT.get(name, 0.0), 0.004, len(held)) for name in names}
    return {"session": held, "part": parts, **lines, "buy_and_hold": whole, "cash": np.zeros(len(held))}


def make_evaluation(rng: np.random.Generator, returns: dict, n_symbols: int, champion: str) -> Evaluation:
    """Real metrics of invented scores."""
    held, parts = returns["session"], np.array(returns["part"])
    names = [name for name in returns if name not in {"session", "part"}]
    measures, spans = {}, {}
    for part in ("validate", "test"):
        kept = held[parts == part]
        spans[part] = Span(first=str(kept[0]), last=str(kept[-1]), sessions=len(kept))
        up = rng.random(len(kept) * n_symbols) < 0.52
        measures[part] = {name: make_measures(rng, name, up, np.asarray(returns[name])[parts == part]) for name in names}
    how = Intervals(method="stationary bootstrap of sessions", level=0.95, replicas=999, block_sessions=4.2)
    return Evaluation(
        task="classification", sessions=spans, challengers=("logistic", "xgboost", "lightgbm"), naive=NAIVE, benchmarks=RULES,
        champion="champion" if champion else None, champion_version=champion or None, rows={p: s.sessions for p, s in spans.items()},
        left_out={"random_forest": "3 predictions are not numbers, the first for S004 on 2026-11-03"},
        intervals=dict.fromkeys(PARTS, how), measures=measures,
    )  # fmt: skip


def make_charts(rng: np.random.Generator, returns: dict, names: list[str], n_symbols: int) -> dict:
    """The numbers of the charts that need more than the returns; the curves come from the room that makes them."""
    days, parts = np.array(returns["session"]), np.array(returns["part"])
    scored, traded = [n for n in names if n not in RULES], [n for n in names if n != "cash"]
    answers = {p: {n: make_answers(rng, n, int((parts == p).sum()), n_symbols) for n in scored} for p in ("validate", "test")}
    rolling = {}
    for part, mine in answers.items():
        of = {name: curves.rolling_accuracy(one, 21) for name, one in mine.items()}
        rolling[part] = {"sessions": [str(day) for day in days[parts == part]], "window": 21, "of": of}
    return {
        "leader": "xgboost", "rolling_accuracy": rolling,
        **{key: {name: draw(one) for name, one in answers["test"].items()} for key, draw in CURVES.items()},
        "cost_curve": {name: make_cost_curve(0.3 - 0.05 * i) for i, name in enumerate(traded)},
        "break_even_bps": {name: 15.0 - 2.5 * i for i, name in enumerate(traded)},
        "capacity": {"capital": 4.2e7, "participation_fraction": 0.01, "spared_fraction": 0.05},
        "windows": [make_window(rng, part, at, names) for part in ("validate", "test") for at in np.array_split(days[parts == part], 3)],
        "symbols": [make_symbol(rng, i) for i in range(n_symbols)],
        **about_the_leader(),
    }  # fmt: skip


def about_the_leader() -> dict:
    """Luck, importance and robustness of the challenger."""
    before = {"night": "2026-11-18-0a1b2c3d", "family": "xgboost", "columns": 44, "rank_correlation": 0.91}
    return {
        "chance": {"draws": 40, "sharpe_5_50_95": [-1.2, 0.3, 1.4], "share_beaten": 1.0},
        "overfitting": {
            "trials": 4, "probabilistic_sharpe": 0.981, "deflated_sharpe": 0.912, "track_record_sessions": 71.0, "sessions": 90,
            "pbo": {"over": "the night's families", "trials": 4, "sessions": 180, "probability": 0.12},
            "spa": {"against": "champion", "p_value": 0.021}, "model_confidence_set": {"xgboost": 1.0, "lightgbm": 0.31, "logistic": 0.02},
        },
        "importance": {
            "method": "native contributions", "rows": 4000, "family": "xgboost", "stability": {"last_night": before},
            "values": {f"column_{i:02d}": 0.2 * 0.87**i for i in range(44)},
        },
        "robustness": [
            make_stress("twice the costs", 1.71, 14.5, "bps a trade"),
            make_stress("one bar of delay", 0.2, 1, "sessions late"),
            make_stress("a 20 % gap", 0.21, None, "gap fraction", "drawdown_max_fraction", 0.06),
        ],
    }  # fmt: skip


def make_verdict(decision: str, evaluation: Evaluation, champion: str) -> dict:
    """A verdict of each kind."""
    accuracy = evaluation.measure("xgboost", "accuracy").value or 0.0
    limit, passed = {"PROMOTE": (0.6, True), "REJECT": (0.68, False), "ABSTAIN": (0.6, None)}[decision]
    reason = f"accuracy {accuracy:.4g} is {'' if passed else 'not '}at least {limit}"
    asked = {"metric": "accuracy", "must_be": "at_least", "limit": limit, "value": accuracy, "passed": passed, "margin": accuracy - limit}
    against = {"baseline": "champion" if champion else "always_up", "baseline_value": 0.79, "margin": 1.31}
    sharpe = {"metric": "sharpe_annual", "must_be": "above_naive_by", "limit": 0.0, "value": 2.1, "passed": True, **against}
    lacking = {"metric": "pr_auc", "must_be": "at_least", "limit": 0.5, "value": None, "passed": None if decision == "ABSTAIN" else True}
    told = {
        "PROMOTE": f"xgboost passes all 3 checks; closest: {reason}.", "REJECT": f"xgboost is refused: {reason}.",
        "ABSTAIN": f"Not enough evidence about xgboost: {reason}.",
    }  # fmt: skip
    reasons = (reason, "sharpe_annual 2.1 is above 0.79, by 1.31", "not enough evidence: 12 of 60 sessions")
    checks = [{**check, "reason": why} for check, why in zip((asked, sharpe, lacking), reasons, strict=True)]
    return {"decision": decision, "headline": told[decision], "challenger": "xgboost", "checks": checks}


def make_measures(rng: np.random.Generator, name: str, up: np.ndarray, returns: np.ndarray) -> Measures:
    """Real metrics of invented scores and returns, with invented intervals."""
    score, out = make_score(rng, name, up), {}
    for metric_name, metric in METRICS.items():
        if metric.needs not in {"returns", "rows"} or (metric.needs == "rows" and (name in RULES or metric.kind != "classification")):
            continue
        one = measured(metric, *((returns,) if metric.needs == "returns" else (up.astype(float), score)))
        width = max(abs(one.value or 0.0) * 0.05, 0.01)
        ends = (None, None) if one.value is None else (one.value - width, one.value + width)
        out[metric_name] = Measure(one.value, *ends, one.note)
    return out


def make_answers(rng: np.random.Generator, name: str, n_sessions: int, n_symbols: int) -> Answers:
    """Scores and outcomes of one name."""
    up = rng.random(n_sessions * n_symbols) < 0.52
    return Answers(up.astype(float), make_score(rng, name, up), np.repeat(np.arange(n_sessions), n_symbols), n_sessions, 0.5)


def make_score(rng: np.random.Generator, name: str, up: np.ndarray) -> np.ndarray:
    """Scores that know something about the outcome, a name more than another."""
    hit = HIT.get(name, 0.0)
    return np.clip(0.5 + np.where(up, hit, -hit) + rng.normal(0, 0.3, len(up)), 0.01, 0.99)


def make_window(rng: np.random.Generator, part: str, days: np.ndarray, names: list[str]) -> dict:
    """One stretch of sessions."""
    of = {
        n: {"sharpe_annual": rng.normal(1.5, 1), "return_total_fraction": rng.normal(0.02, 0.02), "accuracy": rng.normal(0.6, 0.03)}
        for n in names
    }
    return {"part": part, "first": str(days[0]), "last": str(days[-1]), "sessions": len(days), "of": of}


def make_cost_curve(free: float) -> list[dict]:
    """What is left of a return at each cost."""
    return [{"cost_bps": cost, "return_total_fraction": free - 0.02 * cost} for cost in (0.0, 3.0, 10.0, 30.0)]


def make_stress(name: str, value: float, at: float | None, unit: str, metric: str = "sharpe_annual", baseline: float = 2.1) -> dict:
    """One row of the robustness table."""
    note = "" if at is not None else "holds at every size tried"
    return {
        "name": name,
        "metric": metric,
        "value": value,
        "baseline": baseline,
        "breaks_verdict_at": at,
        "breaks_unit": unit,
        "note": note,
    }


def make_symbol(rng: np.random.Generator, number: int) -> dict:
    """One symbol's row."""
    earned = {"contribution_fraction": rng.normal(0.004, 0.01), "alone_return_fraction": rng.normal(0.1, 0.3)}
    return {"symbol": f"S{number:03d}", "rows": 90, "accuracy": rng.normal(0.6, 0.05), **earned}


def training(name: str) -> dict:
    """`training.json` of a family with a search and a learning curve."""
    history = [{"step": i + 1, "train_loss": 0.7 - 0.002 * i, "validate_loss": 0.69 - 0.0015 * i + 0.00001 * i * i} for i in range(80)]
    trials = [
        {
            "number": i,
            "state": "complete",
            "loss": 0.66 + 0.02 * ((7 * i + 5) % 11) / 11,
            "seconds": 0.4,
            "params": {"max_depth": i % 7 + 2},
        }
        for i in range(20)
    ]
    return {
        "family": name, "failed": None, "params": {"max_depth": 4, "learning_rate": 0.08}, "seconds": 3.21, "rows": {"train": 18_400},
        "seed": 7, "threads": 2, "history": history, "search": {"strategy": "tpe"}, "trials": trials,
    }  # fmt: skip


def account(rows: int) -> dict:
    """`account.json`."""
    example = {"symbol": "S003", "session": "2026-03-02", "reason": "duplicate bar"}
    dropped, repaired = {"duplicate bar": 12, "low above close": 3}, {"volume missing, set to 0": 4}
    return {"rows_in": rows, "rows_out": rows - 15, "dropped": dropped, "repaired": repaired, "examples": [example]}


def quality() -> dict:
    """`quality.json` with one warning."""
    met = [
        {"name": name, "passed": True, "expected": "every row", "found": "every row", "rows": []} for name in ("uniqueness", "low ≤ open")
    ]
    broken = {
        "name": "symbol coverage",
        "passed": False,
        "expected": "≥ 0.90",
        "found": "0.87",
        "rows": [{"symbol": "S7", "session": "2026-03-02"}],
    }
    return {"passed": True, "expectations": [*met, broken]}


def write(night: Night, stage: str, files: dict, *records: Record) -> None:
    """A sealed stage folder with these files and records."""
    store.write(night.stage(*stage.split("/")), lambda folder: _fill(folder, files, records))


def _fill(folder: Path, files: dict, records: tuple[Record, ...]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for record in records:
        record.write(folder)
    for name, facts in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".parquet"):
            pq.write_table(pa.table({key: pa.array(values) for key, values in facts.items()}), folder / name)
        elif isinstance(facts, str):
            (folder / name).write_text(facts)
        else:
            store.write_json(folder / name, facts)
