"""A finished night with real addresses and files and invented numbers: what the report is timed and tested on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from synthetic_examination import RULES, make_examination, make_score

from nightshift import sessions
from nightshift.config import Market
from nightshift.nouns.dataset import ColumnsRecord
from nightshift.nouns.evaluation_record import PARTS, Evaluation, Intervals, Span
from nightshift.nouns.measures import Measure, Measures
from nightshift.nouns.net_returns import Returns
from nightshift.nouns.options import Options
from nightshift.nouns.selection_record import Ranked, Selection
from nightshift.nouns.timing_line import Timing
from nightshift.nouns.training import Study, TrainingRecord, Trial
from nightshift.nouns.verdict_record import Check, Verdict
from nightshift.proof.metrics import METRICS, measured
from nightshift.storage import store
from nightshift.storage.night import Night, night_of, open_night

AS_OF = "2026-11-19T23:00:00+00:00"
FAMILIES = ("logistic", "random_forest", "xgboost", "lightgbm")
NAIVE = ("always_up", "last_sign")
DRIFT = {"xgboost": 0.0014, "lightgbm": 0.0011, "logistic": 0.0008, "random_forest": 0.0006, "champion": 0.0007, "last_sign": -0.0004}


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
    store.write(night.stage("columns"), ColumnsRecord(store=f"{chosen.market}/columns/0000").write)
    for name in night.families:
        write(night, f"models/{name}", {TrainingRecord.FILE: training(name)})
    returns = make_returns(rng, days, champion=bool(champion))
    evaluation = make_evaluation(rng, returns, n_symbols, champion)
    store.write(night.stage("evaluation"), lambda folder: [noun.write(folder) for noun in (evaluation, returns)])
    store.write(night.stage("examination"), make_examination(rng, returns, n_symbols, champion).write)
    ranked = enumerate(("xgboost", "lightgbm", "logistic", "random_forest"))
    ranking = tuple(Ranked(name=name, score=0.61 - 0.07 * i, parts={}) for i, name in ranked)
    store.write(night.stage("selection"), Selection(selected="xgboost", ranking=ranking, weights=chosen.selection).write)
    store.write(night.stage("verdict"), make_verdict(decision, evaluation, champion).write)
    for _ in range(2):
        Timing(stage="check", what="check", started=0.0, seconds=3.2, peak_mib=240).append(store.path(night.address))
    return night


def make_returns(rng: np.random.Generator, days: np.ndarray, *, champion: bool) -> Returns:
    """Net returns of every portfolio on the validation and test sessions."""
    held = days[int(len(days) * 0.7) :]
    whole = rng.normal(0.0003, 0.009, len(held))
    parts = tuple("validate" if i < len(held) * 2 // 3 else "test" for i in range(len(held)))
    names = [*FAMILIES, *(["champion"] if champion else []), *NAIVE]
    lines = {name: 0.7 * whole + rng.normal(DRIFT.get(name, 0.0), 0.004, len(held)) for name in names}
    return Returns(tuple(map(str, held)), parts, {**lines, "buy_and_hold": whole, "cash": np.zeros(len(held))})


def make_evaluation(rng: np.random.Generator, returns: Returns, n_symbols: int, champion: str) -> Evaluation:
    """Real metrics of invented scores."""
    measures, spans = {}, {}
    for part in PARTS:
        mine = returns.only(part)
        spans[part] = Span(first=mine.sessions[0], last=mine.sessions[-1], sessions=len(mine.sessions))
        up = rng.random(len(mine.sessions) * n_symbols) < 0.52
        measures[part] = {name: make_measures(rng, name, up, of) for name, of in mine.of.items()}
    how = Intervals(method="stationary bootstrap of sessions", level=0.95, replicas=999, block_sessions=4.2)
    return Evaluation(
        task="classification", sessions=spans, challengers=("logistic", "xgboost", "lightgbm"), naive=NAIVE, benchmarks=RULES,
        champion="champion" if champion else None, champion_version=champion or None, rows={p: s.sessions for p, s in spans.items()},
        left_out={"random_forest": "3 predictions are not numbers, the first for S004 on 2026-11-03"},
        intervals=dict.fromkeys(PARTS, how), measures=measures,
    )  # fmt: skip


def make_verdict(decision: str, evaluation: Evaluation, champion: str) -> Verdict:
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
    checks = tuple(Check(**check, reason=why) for check, why in zip((asked, sharpe, lacking), reasons, strict=True))
    return Verdict(decision=decision, headline=told[decision], challenger="xgboost", champion_version=champion or None, checks=checks)


def make_measures(rng: np.random.Generator, name: str, up: np.ndarray, returns: np.ndarray) -> Measures:
    """Real metrics of invented scores and returns, with invented intervals."""
    score, out = make_score(rng, name, up), {}
    for metric_name, metric in METRICS.items():
        if metric.needs not in {"returns", "rows"} or (metric.needs == "rows" and (name in RULES or metric.kind != "classification")):
            continue
        one = measured(metric, *((returns,) if metric.needs == "returns" else (up.astype(float), score)), sessions_a_year=252)
        width = max(abs(one.value or 0.0) * 0.05, 0.01)
        ends = (None, None) if one.value is None else (one.value - width, one.value + width)
        out[metric_name] = Measure(one.value, *ends, one.note)
    return out


def training(name: str) -> dict:
    """`training.json` of a family with a search and a learning curve."""
    history = [{"step": i + 1, "train_loss": 0.7 - 0.002 * i, "validate_loss": 0.69 - 0.0015 * i + 0.00001 * i * i} for i in range(80)]
    trials = [
        Trial(
            number=i, state="complete", loss=0.66 + 0.02 * ((7 * i + 5) % 11) / 11, size_bytes=None, seconds=0.4, steps=None,
            params={"max_depth": i % 7 + 2}, error=None,
        )
        for i in range(20)
    ]  # fmt: skip
    return TrainingRecord(
        family=name, params={"max_depth": 4, "learning_rate": 0.08}, seconds=3.21, rows={"train": 18_400}, seed=7, threads=2,
        history=history, search=Study(study="synthetic", strategy="tpe", best=0, note=""), trials=trials,
    ).facts()  # fmt: skip


def account(rows: int) -> dict:
    """`account.json`."""
    example = {"symbol": "S003", "session": "2026-03-02", "reason": "duplicate bar", "value": "open 10"}
    dropped, repaired = {"duplicate bar": 12, "low above close": 3}, {"volume missing, set to 0": 4}
    gaps = {"missing_bars": 0, "symbols_with_gaps": 0, "sessions_without_any_bar": 0}
    return {"rows_in": rows, "rows_out": rows - 15, "dropped": dropped, "repaired": repaired, "examples": [example], "gaps": gaps}


def quality() -> dict:
    """`quality.json` with one warning."""
    met = [
        {"name": name, "severity": "critical", "passed": True, "expected": "every row", "found": "every row", "rows": []}
        for name in ("uniqueness", "low ≤ open")
    ]
    broken = {
        "name": "symbol coverage",
        "severity": "warning",
        "passed": False,
        "expected": "≥ 0.90",
        "found": "0.87",
        "rows": [{"symbol": "S7", "session": "2026-03-02", "value": "no bar"}],
    }
    return {"passed": True, "expectations": [*met, broken]}


def write(night: Night, stage: str, files: dict) -> None:
    """A sealed stage folder with these files."""
    store.write(night.stage(*stage.split("/")), lambda folder: _fill(folder, files))


def _fill(folder: Path, files: dict) -> None:
    for name, facts in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if isinstance(facts, str):
            (folder / name).write_text(facts)
        else:
            store.write_json(folder / name, facts)
