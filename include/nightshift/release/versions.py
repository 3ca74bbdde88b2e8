"""Semantic versions of releases: the first is 1.0.0, the next one patch further unless more is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

Part = Literal["major", "minor", "patch"]
_VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")


def numbers(version: str) -> tuple[int, int, int] | None:
    """A version as numbers that sort; None for what is no version.

    >>> numbers("1.10.2"), numbers("latest"), numbers("1.0"), numbers("1.0.0" + chr(10))
    ((1, 10, 2), None, None, None)
    """
    found = _VERSION.fullmatch(version)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def following(versions: Iterable[str], part: Part = "patch") -> str:
    """The version after the highest of these.

    >>> following([]), following(["1.0.9", "1.0.10"]), following(["1.2.3"], "minor"), following(["1.2.3"], "major")
    ('1.0.0', '1.0.11', '1.3.0', '2.0.0')
    """
    known = [found for version in versions if (found := numbers(version))]
    if not known:
        return "1.0.0"
    major, minor, patch = max(known)
    return {"major": f"{major + 1}.0.0", "minor": f"{major}.{minor + 1}.0", "patch": f"{major}.{minor}.{patch + 1}"}[part]
