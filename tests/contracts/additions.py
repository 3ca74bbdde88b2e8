"""One of everything that is added to the house: the edits that CONTRIBUTING asks for, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """Text put into one file: a new one, at its end, or in place of other text that is there exactly once."""

    file: str
    text: str
    instead_of: str = ""


@dataclass(frozen=True)
class Addition:
    """What is added, the most it may cost, and the word that its tests have in their names."""

    row: str  # of CONTRIBUTING's table
    name: str
    edits: tuple[Edit, ...]
    files: int
    lines: int


LIBRARY, METRICS = "include/nightshift", "include/nightshift/proof/metrics"

COLUMN = '''

@column(warmup_sessions=4)
def log_return_4(bars: Bars) -> np.ndarray:
    """Log return over 4 bars; positive when the price rose."""
    return log_return(bars, 4)
'''

CLASSIFICATION = '''

@metric("classification", unit=FRACTION, better="higher", group="Skill", label="Precision, down", undefined="0 of 1 calls for down")
def down_precision(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Share of the calls for down that did not go up, 0 to 1; undefined without such a call.

    >>> down_precision(np.array([1, 0, 0, 1]), np.array([0.9, 0.8, 0.2, 0.1]))
    0.5
    """
    n = confusion_counts(label, score, threshold)
    return float(ratio(n.true_down, n.true_down + n.false_down))
'''

REGRESSION = '''

@metric("regression", unit=RETURN, better="lower", group="Skill", label="Median error", lowest=0.0)
def median_error(label: np.ndarray, score: np.ndarray) -> float:
    """Median absolute error, in the label's own unit (a return fraction); 0 is perfect.

    >>> median_error(np.array([0.04, -0.01, 0.0]), np.array([0.0, -0.01, 0.01]))
    0.01
    """
    return float(np.median(np.abs(score - label))) if len(label) else np.nan
'''

TRADING = '''

@metric("trading", unit=FRACTION, better="lower", group="Risk", label="Worst session", lowest=-math.inf)
def worst_session_fraction(returns: np.ndarray) -> np.ndarray:
    """Loss of the worst session, as a positive fraction; lower is better.

    >>> float(worst_session_fraction(np.array([0.25, -0.50, 0.10])))
    0.5
    """
    return -returns.min(axis=-1)
'''

FAMILY = '''"""Covariance: every column weighs as much as it moved with the label on the training rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nightshift.models.family import Context, Family, Params, Scaling
from nightshift.models.tabular import linear
from nightshift.models.losses import mean_loss
from nightshift.nouns.panel import Rows


class CovarianceParams(Params):
    """Nothing of its own."""

    scaling: Scaling = "standard"


def fit(params: CovarianceParams, train: Rows, validate: Rows, context: Context) -> linear.Linear:
    """A weight a column: its covariance with the label."""
    table, mean = train.table.astype(np.float64), float(train.label.mean())
    weights = (table - table.mean(axis=0)).T @ (train.label - mean) / len(table)
    model = linear.Linear(weights, mean - float(table.mean(axis=0) @ weights), probability=False, validate_loss=0.0)
    score = mean_loss(task="regression", label=validate.label, score=linear.predict(model, validate))
    context.on_step(1, {"validate_loss": score})
    return replace(model, validate_loss=score)


FAMILY = Family(
    name="covariance", Params=CovarianceParams, tasks=frozenset({"regression"}), fit=fit, predict=linear.predict,
    save=linear.save, load=linear.load, history=linear.history, importance=linear.importance,
)  # fmt: skip
'''

SOURCE = '''"""Bars from a file of JSON lines, a bar a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from nightshift.config import Closed
from nightshift.data.sources.source import Query, Source
from nightshift.data.sources.spellings import as_bars, meant

if TYPE_CHECKING:
    import pyarrow as pa


class Params(Closed):
    """Which file."""

    file: str = Field(min_length=1)


def fetch(params: Params, query: Query) -> pa.Table:
    """Every bar in the file."""
    from pyarrow import json

    answer = json.read_json(params.file)
    columns = meant(answer.column_names, params.file)
    return as_bars(answer.select(list(columns.values())).rename_columns(list(columns)), "", query.calendar)


SOURCE = Source("json_lines", Params, fetch)
'''

COMMAND = '''

@command(MARKET, JSON, examples=("nightshift where --market demo",))
def where(market: str) -> Answer:
    """Say where a market's nights are."""
    from nightshift.running.market_check import checked_market

    checked_market(market)
    folder = str(store.path(f"{market}/nights"))
    return Answer({"folder": folder}, [folder])
'''

MARKET = """market: own
title: Our own market
calendar: XNYS
source: {kind: folder, folder: data/own}
families:
  - {name: logistic}
gates:
  - {metric: sharpe_annual, must_be: above_champion_by, limit: 0.0}
"""

GATE = "  - {metric: win_rate,     must_be: at_least,          limit: 0.50}\n"

DAG = '''"""Finishes now what a killed promotion left half done, instead of at the next night."""

from airflow.sdk import DAG

from nightshift.running import stages
from wiring import params, run
from wiring.house import rules
from wiring.markets import every_market
from wiring.steps import step

for market in every_market():
    with DAG(**rules(market, "repair", __doc__), schedule=None, params=params.repair()):
        repaired = step(run.as_asked(stages.repair))(market.market)
'''

VERB = '''

def repair(market: str, as_of: str, why: str) -> dict:
    """What a killed promotion left half done is finished."""
    from nightshift import release

    release.repair(load_market(market).market)
    return {"as_of": as_of, "why": why}
'''

FORM = '''

def repair() -> dict[str, Param]:
    """The form of `repair`."""
    return {"as_of": _instant(), "why": Param(type="string", minLength=3, title="Why", description="Written into the log.")}
'''

_CLI = f"{LIBRARY}/commands/cli.py"
_FAMILIES, _SOURCES = f"{LIBRARY}/models/single_families.py", f"{LIBRARY}/data/sources/every_source.py"
ADDITIONS = (
    Addition("column", "log_return_4", (Edit(f"{LIBRARY}/data/columns/returns.py", COLUMN),), files=1, lines=10),
    Addition("metric", "down_precision", (Edit(f"{METRICS}/classification.py", CLASSIFICATION),), files=1, lines=10),
    Addition("metric", "median_error", (Edit(f"{METRICS}/regression.py", REGRESSION),), files=1, lines=10),
    Addition("metric", "worst_session_fraction", (Edit(f"{METRICS}/risk.py", TRADING),), files=1, lines=10),
    Addition("gate on a known metric", "import_error", (Edit("include/markets/demo_null.yaml", GATE),), files=1, lines=1),
    Addition("market", "one_dag_a_file", (Edit("include/markets/own.yaml", MARKET),), files=1, lines=10),
    Addition(
        "command", "[where]",
        (
            Edit(f"{LIBRARY}/commands/pages.py", COMMAND),
            Edit(_CLI, "import compare, report, runs, where", "import compare, report, runs"),
            Edit(_CLI, "report, compare, runs, where, tune", "report, compare, runs, tune"),
        ),
        files=2, lines=10,
    ),
    Addition(
        "model family", "covariance",
        (
            Edit(f"{LIBRARY}/models/tabular/covariance.py", FAMILY),
            Edit(_FAMILIES, "catboost_family, covariance, lightgbm_family", "catboost_family, lightgbm_family"),
            Edit(_FAMILIES, "        ridge.FAMILY,\n        covariance.FAMILY,\n", "        ridge.FAMILY,\n"),
        ),
        files=2, lines=30,
    ),
    Addition(
        "source", "json_lines",
        (
            Edit(f"{LIBRARY}/data/sources/json_lines.py", SOURCE),
            Edit(_SOURCES, "import folder, json_lines, mongo", "import folder, mongo"),
            Edit(_SOURCES, "folder.SOURCE, json_lines.SOURCE, mongo.SOURCE", "folder.SOURCE, mongo.SOURCE"),
        ),
        files=2, lines=30,
    ),
    Addition(
        "DAG for one more verb", "table_of_contents[repair]",
        (Edit("dags/repair.py", DAG), Edit(f"{LIBRARY}/running/stages.py", VERB), Edit("dags/wiring/params.py", FORM)),
        files=3, lines=20,
    ),
)  # fmt: skip
