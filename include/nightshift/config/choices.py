"""A name out of a closed list; a misspelt one is refused with the nearest."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from nightshift.errors import ConfigError


def known(what: str, name: str, choices: Iterable[str]) -> str:
    """`name` when it is one of `choices`; else an error with the nearest one.

    >>> known("family", "xgbost", ["lightgbm", "xgboost"])
    Traceback (most recent call last):
    nightshift.errors.ConfigError: expected a known family; found 'xgbost'; next: did you mean 'xgboost'? (lightgbm, xgboost)
    """
    choices = sorted(choices)
    if name in choices:
        return name
    near = difflib.get_close_matches(str(name), choices, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else "choose one of these "
    raise ConfigError(expected=f"a known {what}", found=repr(name), next_step=f"{hint}({', '.join(choices) or 'there is none yet'})")
