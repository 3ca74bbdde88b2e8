"""Which code, libraries and lock made something: facts for releases, model cards and tracked runs."""

from __future__ import annotations

import platform
import subprocess
from functools import cache
from importlib import metadata
from typing import Any

from nightshift.project import PROJECT
from nightshift.storage import store

# What decides a prediction's bits; the lock's checksum stands for the rest.
_DECISIVE = (
    "numpy",
    "pandas",
    "pyarrow",
    "ta-lib",
    "scikit-learn",
    "xgboost",
    "lightgbm",
    "catboost",
    "tensorflow",
    "keras",
    "statsmodels",
)


@cache
def libraries() -> dict[str, str]:
    """Versions of Python and of the libraries that decide a prediction, as installed."""
    installed = {name.lower(): version for name in _DECISIVE if (version := _version(name))}
    return {"python": platform.python_version(), **installed}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def lock_sha256() -> str | None:
    """sha256 of the environment lock, or None where the project lies without one."""
    lock = PROJECT / "uv.lock"
    return store.sha256_of(lock) if lock.is_file() else None


def git() -> dict[str, Any]:
    """The commit that is checked out and whether files differ from it; None and None outside a checkout."""
    commit = _git("rev-parse", "HEAD")
    return {"git_commit": commit, "git_dirty": bool(_git("status", "--porcelain", "--untracked-files=no")) if commit else None}


def git_diff(limit_bytes: int = 1_000_000) -> str:
    """What differs from the commit, cut to a size that a tracking server takes."""
    return (_git("diff", "HEAD") or "")[:limit_bytes]


def _git(*words: str) -> str | None:
    if not (PROJECT / ".git").exists():  # a home inside somebody else's checkout is not our code
        return None
    try:
        done = subprocess.run(("git", "-C", str(PROJECT), *words), capture_output=True, text=True, timeout=20, check=False)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
