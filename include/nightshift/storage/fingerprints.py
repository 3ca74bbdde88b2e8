"""What identifies a result: the policy it was made under, and the code that decides it. What decides nothing moves no address."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from nightshift import sessions
from nightshift.config import Market
from nightshift.storage import store

PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Made:
    """What makes something: files and folders of this library, and other libraries."""

    rooms: tuple[str, ...]
    libraries: tuple[str, ...] = ()


# Bars are not among it: a panel's address holds their values.
PANEL = Made(
    ("data/bar_blocks.py", "data/columns", "data/labels.py", "data/splits", "nouns/bars.py", "nouns/dataset.py", "nouns/panel.py"),
    ("numpy", "pyarrow", "ta-lib"),
)
TRAINING = Made(
    ("isolation.py", "models", "nouns", "training"),
    (
        "catboost", "cmaes", "keras", "lightgbm", "numpy", "optuna", "pyarrow", "pydantic", "scikit-learn", "scipy", "statsmodels",
        "tensorflow", "threadpoolctl", "xgboost",
    ),
)  # fmt: skip
NIGHT = Made(
    (*TRAINING.rooms, "config", "data", "gates", "proof", "release", "running/stages.py", "sessions", "storage/night.py"),
    (*TRAINING.libraries, *PANEL.libraries, "exchange-calendars", "fsspec", "great-expectations", "pandas", "pymongo"),
)
JUDGING = Made(("gates", "proof/evaluation", "proof/metrics"), ("numpy", "scipy"))
ASSAY = Made((*JUDGING.rooms, "data/labels.py", "nouns/lives.py", "running/assay"), JUDGING.libraries)
SIMULATION = Made((*NIGHT.rooms, "running/simulation"), NIGHT.libraries)
PAGE = Made(
    ("report/__init__.py", "report/drawing", "report/gather.py", "report/pages", "report/sections", "nouns", "proof/metrics"),
    ("jinja2", "markupsafe", "numpy", "pyarrow", "pydantic", "pyyaml"),
)


def policy(market: Market) -> str:
    """sha256 of what decides a night; alert lists, schedules and serving do not change a result, the days of a calendar file do.

    So does who belongs to the market, which the snapshot's address says: what the files hold, not where they lie.
    """
    asked = market.model_dump(mode="json", exclude={"alerts", "schedule", "serving", "owner", "title", "universe"})
    own = sessions.facts_of(market.calendar)
    return store.fingerprint({**asked, "calendar_files": own} if own else asked)


@cache
def of(made: Made) -> str:
    """sha256 over the bytes of these rooms and the versions of these libraries, as installed.

    Bytes, so that an edited comment counts too: to parse what decides a night takes a second, to read it a hundredth.
    """
    inside = {name: sha for name, sha in _files().items() if any(name == room or name.startswith(f"{room}/") for room in made.rooms)}
    versions = {"python": list(sys.version_info[:2]), **{name: _version(name) for name in made.libraries}}
    return store.fingerprint([inside, versions])


def library() -> str:
    """sha256 over the whole library: which code it was, for lineage."""
    return store.fingerprint(_files())


def library_in(package: Path) -> str:
    """sha256 over the whole library that lies in another folder."""
    return store.fingerprint(_files_in(package))


@cache
def _files() -> dict[str, str]:
    """sha256 of every file of the library, templates too, as this process found them."""
    return _files_in(PACKAGE)


def _files_in(package: Path) -> dict[str, str]:
    files = sorted(file for file in package.rglob("*") if file.suffix != ".pyc" and file.is_file())
    return {file.relative_to(package).as_posix(): store.sha256_of(file) for file in files}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
