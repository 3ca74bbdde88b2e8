"""What nothing in the project uses, found by vulture. What a page's template names is used; what only a test calls is dead.

Exit code 1 when something is dead, or when an entry of ALIVE hides nothing any more: the list may not rot.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from vulture import Vulture

PROJECT = Path(__file__).resolve().parents[1]
PLACES = ("include", "dags", "plugins", "scripts")
# A decorator hands what it decorates to whoever asks for it: the registries of columns and metrics, pydantic, the command line.
DECORATORS = ("@column", "@metric", "@command", "@field_validator", "@model_validator", "@*.command", "@*.group", "@routes.*", "@app.*")
# The fields of a record are what a stage writes down; a file may say more than the code reads back.
WRITTEN_DOWN = "nouns"
# name: who uses it without naming it in Python
ALIVE = {
    "list_commands": "called by click",
    "_load_pyfunc": "called by MLflow",
    "converged": "a series' fit, written into the model's file",
    "min_samples_leaf": "Params, handed on whole to scikit-learn",
    "max_features": "Params, handed on whole to scikit-learn",
    "max_samples": "Params, handed on whole to scikit-learn",
    "gamma": "Params, handed on whole to XGBoost",
    "after_iteration": "called by CatBoost",
    "before_iteration": "read by LightGBM",
    "batch_size": "read by LightGBM",
    "infer_relative_search_space": "called by Optuna",
    "sample_relative": "called by Optuna",
    "hide_exceptions": "read by yfinance",
    "row_factory": "read by sqlite3",
    "text_factory": "read by sqlite3",
    "model_config": "read by pydantic",
    "__test__": "read by pytest",
    "custom_operator_name": "read by Airflow",
    "deserialize": "called by Airflow",
    "infer_manual_data_interval": "called by Airflow",
    "next_dagrun_info": "called by Airflow",
    "TradingSessionsPlugin": "found by Airflow",
    "NightshiftPagesPlugin": "found by Airflow",
    "timetables": "read by Airflow",
    "fastapi_apps": "read by Airflow",
    "trigger_run_id": "read by Airflow",
    "external_views": "read by Airflow",
    "_add_datetime": "called by pandas",
    "_get_daily_offset_mask": "called by pandas",
    "to_polars": "called in notebooks",
    "model_name": "read by clients of the service",
    "model_version": "read by clients of the service",
    "get_route_handler": "called by FastAPI",
    "extensions": "read by clients of the service",
}


def dead(places: Iterable[Path], alive: Mapping[str, str] = ALIVE) -> list[str]:
    """One line for each name that nothing uses, then one for each entry of `alive` that is not needed."""
    places = list(places)
    search = Vulture(ignore_decorators=list(DECORATORS))
    search.scavenge([str(place) for place in places])
    shown = {name for place in places for file in place.rglob("*.jinja") for name in _named_by(file.read_text())}
    unused = [item for item in search.get_unused_code(min_confidence=60) if item.name not in shown]
    found = [item for item in unused if not _written_down(item.typ, Path(item.filename))]
    told = [item.get_report() for item in found if item.name not in alive]
    needless = sorted(alive.keys() - {item.name for item in found})
    return told + [f"ALIVE names {name}, which is used or gone: take it off the list" for name in needless]


def _named_by(template: str) -> set[str]:
    """The words between a template's braces, its own and ours."""
    return {word for code in re.findall(r"\{[{%](.*?)[%}]\}", template, re.DOTALL) for word in re.findall(r"\w+", code)}


def _written_down(kind: str, file: Path) -> bool:
    return kind == "variable" and WRITTEN_DOWN in file.parts


if __name__ == "__main__":
    lines = dead(PROJECT / place for place in PLACES)
    print("\n".join(lines) or "nothing is dead")
    sys.exit(bool(lines))
