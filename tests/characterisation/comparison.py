"""Facts against pinned facts: the first that differs, in words."""

from __future__ import annotations

import json
import math
import re

# Another processor adds in another order and rounds the last bit of a logarithm otherwise: a millionth is far above both.
RELATIVE, ABSOLUTE = 1e-6, 1e-9


def first_difference(expected: object, found: object, where: str) -> str:
    """What differs first, named from the outside in; empty when everything agrees.

    >>> first_difference({"a": [1.0, 2.0]}, {"a": [1.0000001, 2.1]}, "night")
    'night/a/1: expected 2.0; found 2.1'
    >>> first_difference({"a": 1, "b": 2}, {"a": 1, "c": 2}, "night")
    'night/b: expected 2; found nothing'
    """
    if isinstance(expected, dict) and isinstance(found, dict):
        return _between(expected, found, [*expected, *(key for key in found if key not in expected)], where)
    if isinstance(expected, list) and isinstance(found, list):
        both = (dict(enumerate(side)) for side in (expected, found))
        return _between(*both, range(max(len(expected), len(found))), where)
    return "" if _same(expected, found) else f"{where}: expected {_word(expected)}; found {_word(found)}"


def _between(expected: dict, found: dict, keys: object, where: str) -> str:
    for key in keys:  # type: ignore[attr-defined]
        place = f"{where}/{key}"
        if key not in found or key not in expected:
            sides = (_word(side[key]) if key in side else "nothing" for side in (expected, found))
            return f"{place}: expected {next(sides)}; found {next(sides)}"
        if told := first_difference(expected[key], found[key], place):
            return told
    return ""


def _same(expected: object, found: object) -> bool:
    numbers = [isinstance(side, int | float) and not isinstance(side, bool) for side in (expected, found)]
    if all(numbers):
        return math.isclose(expected, found, rel_tol=RELATIVE, abs_tol=ABSOLUTE)  # type: ignore[arg-type]
    return type(expected) is type(found) and expected == found


def _word(fact: object) -> str:
    told = json.dumps(fact, ensure_ascii=False)
    return told if len(told) <= 200 else f"{told[:200]}…"


def written(facts: object) -> str:
    """Facts as JSON that reads well: ten digits, and what has no inner part on one line.

    >>> print(written({"a": [0.1, 1 / 3], "b": {"c": {}}}), end="")
    {
     "a": [0.1, 0.3333333333],
     "b": {
      "c": {}
     }
    }
    """
    text = json.dumps(_rounded(facts), indent=1, ensure_ascii=False)
    return re.sub(r"[\[{][^\[\]{}]*[\]}]", lambda found: _on_one_line(found[0]), text) + "\n"


def _on_one_line(text: str) -> str:
    line = re.sub(r"\n\s*", " ", text)
    line = line[0] + line[1:-1].strip() + line[-1]
    return line if len(line) <= 160 else text


def _rounded(facts: object) -> object:
    if isinstance(facts, dict):
        return {key: _rounded(fact) for key, fact in facts.items()}
    if isinstance(facts, list):
        return [_rounded(fact) for fact in facts]
    return float(f"{facts:.10g}") if isinstance(facts, float) else facts
