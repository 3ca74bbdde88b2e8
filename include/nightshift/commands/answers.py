"""How an answer looks: the answer first, aligned, the same facts as JSON on request."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterable, Sequence

from nightshift import sessions


def say(text: str = "") -> None:
    """One line to standard output."""
    sys.stdout.write(text + "\n")


def answer(asked: argparse.Namespace, facts: object, lines: Iterable[str]) -> None:
    """The facts as JSON when asked for, else the lines."""
    if asked.json:
        say(json.dumps(facts, indent=2, default=str))
    else:
        for line in lines:
            say(line)


def table(rows: Sequence[Sequence[object]], header: Sequence[str]) -> list[str]:
    """Aligned lines; numbers to the right.

    >>> table([["xgboost", 0.5], ["mean", 12.25]], ["family", "value"])
    ['family   value', 'xgboost    0.5', 'mean     12.25']
    """
    cells = [[str(c) for c in row] for row in [header, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    right = [bool(rows) and all(isinstance(row[i], int | float) for row in rows) for i in range(len(header))]
    laid = [[c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True)] for row in cells]
    return ["  ".join(row).rstrip() for row in laid]


def as_of(asked: argparse.Namespace) -> str:
    """The instant asked for; a bare date is the end of that day, nothing is now: the clock is read here and nowhere deeper."""
    if not asked.as_of:
        return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    instant = sessions.utc(asked.as_of)
    return (instant + dt.timedelta(days=1, seconds=-1) if len(asked.as_of) == len("2026-11-19") else instant).isoformat()


def listed(text: str) -> tuple[str, ...]:
    """Names separated by commas.

    >>> listed("AAA, BBB")
    ('AAA', 'BBB')
    """
    return tuple(name.strip() for name in text.split(",") if name.strip())
