"""How an answer looks: the facts as JSON on request, else the same as aligned lines; and how it is written."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import click

from nightshift.errors import EXIT_SUCCESS

LONGEST = 140  # characters of a line


@dataclass(frozen=True)
class Answer:
    """What a command found: the facts, the same in lines for people, and the exit code."""

    facts: object
    lines: Sequence[str]
    exit_code: int = EXIT_SUCCESS


def tell(answer: Answer, as_json: bool) -> None:
    """The facts as JSON when asked for, else the lines."""
    say(json.dumps(answer.facts, indent=2, default=str) if as_json else "\n".join(answer.lines))


def say(text: str, *, error: bool = False) -> None:
    """Text to standard output or error; where its reader has gone (`| head`), the rest goes nowhere and the command goes on."""
    try:
        click.echo(text, err=error)
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, (sys.stderr if error else sys.stdout).fileno())
        os.close(nowhere)


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


def folded(line: str, *, indent: int) -> list[str]:
    """A line as long as a terminal bears; what is longer goes on below, indented.

    >>> folded("evidence  " + "word " * 40, indent=10)[1]
    '          word word word word word word word word word word word word word word'
    """
    return textwrap.wrap(line, LONGEST, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False) or [line]
