"""A file of a release as facts that are the same on every x86 processor: what changes from machine to machine is left out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

# The code, the machine and the hour: true, but not what a release is. Sizes are those of numbers written as text.
VOLATILE = {"code", "git_commit", "git_dirty", "libraries", "lock_sha256", "model_bytes", "night", "promoted_at", "schema", "snapshot"}
UNSAID = {"champion_judged", "more_sessions"}  # schema 1 of a verdict left out what it had nothing to say about
# What a release says since it has a changelog: asked in tests/release/test_registry.py, not pinned here.
LATER = {"changelog.json", "column_store", "first_session", "recipe", "study", "symbols"}
CHANGES = "## What changed"
_HASH = re.compile(r"[0-9a-f]{16,}")


def content(file: Path) -> object:
    """What is pinned of one file."""
    if file.name == "manifest.json":
        return sorted(set(json.loads(file.read_text())["sha256"]) - LATER)
    if file.suffix == ".json":
        facts = {name: fact for name, fact in json.loads(file.read_text()).items() if name not in VOLATILE | UNSAID | LATER}
        facts = facts | facts.pop("label", {})  # schema 1 of a release's label had no level of its own for it
        return facts | ({"measures": {part: measures(of) for part, of in facts["measures"].items()}} if "measures" in facts else {})
    if file.suffix == ".npz":
        with np.load(file, allow_pickle=False) as held:
            return {name: array(held[name]) for name in sorted(held.files)}
    if file.suffix == ".txt":
        return trees(file.read_text())
    return [_HASH.sub("…", line) for line in without_section(file.read_text(), CHANGES).splitlines()]


def without_section(text: str, title: str) -> str:
    """A card without one of its sections.

    >>> without_section("# A\\n\\n## B\\n- b\\n\\n## C\\n- c", "## B")
    '# A\\n\\n## C\\n- c'
    """
    before, there, after = text.partition(f"{title}\n")
    return before + after[after.index("## ") :] if there else text


def measures(of: dict) -> dict:
    """metric → [value, low, high], and what is said where one of them is missing."""
    return {name: [one["value"], one["low"], one["high"], *([one["note"]] if one["note"] else [])] for name, one in of.items()}


def array(values: np.ndarray) -> dict:
    """Shape, ends and size of an array.

    >>> array(np.array([[1.0, -3.0]]))
    {'shape': '1 x 2', 'first': 1.0, 'last': -3.0, 'mean_size': 2.0}
    """
    ends = {"first": _plain(values.flat[0]), "last": _plain(values.flat[-1])} if values.size else {}
    known = values[np.isfinite(values)].astype(np.float64) if values.dtype.kind in "fiu" else np.empty(0)
    return {"shape": " x ".join(map(str, values.shape)), **ends} | ({"mean_size": float(np.abs(known).mean())} if known.size else {})


def trees(text: str) -> dict:
    """LightGBM's own text, without the parameters: the words of each key, and shape, ends and size of all its numbers.

    >>> trees("objective=binary\\nTree=0\\nleaf_value=1 -3\\ntree_sizes=99")["leaf_value"]
    {'shape': '2', 'first': 1.0, 'last': -3.0, 'mean_size': 2.0}
    """
    found: dict[str, list[str]] = {}
    for line in text.partition("\nparameters:")[0].splitlines():
        key, equals, rest = line.partition("=")
        if equals and key != "tree_sizes":  # how many characters each tree is
            found.setdefault(key, []).extend(re.sub(r"[\[:\]]", " ", rest).split())  # [lowest:highest] are two numbers
    return {key: array(np.array(words, dtype=float)) if all(map(_number, words)) else words for key, words in found.items()}


def _number(word: str) -> bool:
    return re.fullmatch(r"-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", word) is not None


def _plain(value: np.generic) -> object:
    found = value.item()
    return found if isinstance(found, int | float | str) else str(found)
