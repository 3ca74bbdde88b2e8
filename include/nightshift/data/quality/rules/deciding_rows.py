"""The rows that decide rules about single bars: all that break one, as far as they are named, and each rule's extremes.

A long history is millions of rows, and Great Expectations takes a dozen copies of what it is asked about. Where the least and the
largest value of a column are within its limits, all of them are: it is handed these rows, and judges them; how many rows of all
break a rule is counted here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

ALL_OF_THEM = 100_000  # as many rows are handed over as they are
Columns = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Counted:
    """Of all rows, by the name of each rule that is asked of every row: how many break it, and how many it does not apply to."""

    rows: int
    broken: dict[str, int]
    missing: dict[str, int]

    def told_of_all(self, result: Any) -> Any:
        """A result of the deciding rows, with the counts of all rows."""
        name = result.expectation_config.meta["name"]
        if name not in self.broken:
            return result
        rows, broken, missing = self.rows, self.broken[name], self.missing[name]
        of_known = broken / max(rows - missing, 1) * 100.0
        counts = {
            "element_count": rows, "unexpected_count": broken, "missing_count": missing, "missing_percent": missing / rows * 100.0,
            "unexpected_percent": of_known, "unexpected_percent_nonmissing": of_known, "unexpected_percent_total": broken / rows * 100.0,
        }  # fmt: skip
        again = copy(result)
        again.result = {**result.result, **{key: value for key, value in counts.items() if key in result.result}}
        return again


@dataclass(frozen=True, eq=False)
class _Look:
    """One rule, asked of every row."""

    broken: np.ndarray
    missing: int = 0
    extremes: tuple[int, ...] = ()


def deciding(columns: Columns, rules: Sequence[Any], most_named: int) -> tuple[np.ndarray, Counted]:
    """The places of the rows that decide these rules, ascending, and the counts of all rows."""
    rows = len(next(iter(columns.values())))
    looks = {rule.meta["name"]: _LOOKS[type(rule).__name__](columns, rule) for rule in rules if type(rule).__name__ in _LOOKS}
    counted = Counted(
        rows, {name: int(look.broken.sum()) for name, look in looks.items()}, {name: look.missing for name, look in looks.items()}
    )
    chosen = {0, *(place for look in looks.values() for place in look.extremes)}
    for look in looks.values():
        chosen |= {*np.flatnonzero(look.broken)[: most_named + 1].tolist()}  # one more than is named: of a pair both
    return np.array(sorted(chosen), dtype=np.int64), counted


def _between(columns: Columns, rule: Any) -> _Look:
    values = columns[rule.column]
    known = ~np.isnan(values)
    within = np.ones(len(values), dtype=bool)
    if rule.min_value is not None:
        within &= values > rule.min_value if rule.strict_min else values >= rule.min_value
    if rule.max_value is not None:
        within &= values < rule.max_value if rule.strict_max else values <= rule.max_value
    extremes = (int(np.nanargmin(values)), int(np.nanargmax(values))) if known.any() else ()
    return _Look(known & ~within, int((~known).sum()), extremes)


def _not_null(columns: Columns, rule: Any) -> _Look:
    return _Look(np.isnan(columns[rule.column]))


def _in_set(columns: Columns, rule: Any) -> _Look:
    return _Look(~np.isin(columns[rule.column], rule.value_set))


def _pair(columns: Columns, rule: Any) -> _Look:
    larger, smaller = columns[rule.column_A], columns[rule.column_B]
    neither = np.isnan(larger) & np.isnan(smaller)
    apart = np.nan_to_num(larger - smaller, nan=np.inf)
    return _Look(~(larger >= smaller) & ~neither, int(neither.sum()), (int(apart.argmin()),))


def _unique(columns: Columns, rule: Any) -> _Look:
    """Rows that are equal in all these columns; most often the rows come sorted, and that no two are equal is seen at once."""
    keys = [columns[name] for name in rule.column_list]
    order = np.arange(len(keys[0])) if _is_ascending(keys) else np.lexsort(keys[::-1])
    again = np.logical_and.reduce([key[order[1:]] == key[order[:-1]] for key in keys])
    broken = np.zeros(len(order), dtype=bool)
    broken[order[1:][again]] = broken[order[:-1][again]] = True
    return _Look(broken)


def _is_ascending(keys: Sequence[np.ndarray]) -> bool:
    later = np.zeros(len(keys[0]) - 1, dtype=bool)
    for key in reversed(keys):
        later = (key[1:] > key[:-1]) | ((key[1:] == key[:-1]) & later)
    return bool(later.all())


_LOOKS: dict[str, Callable[[Columns, Any], _Look]] = {
    "ExpectColumnValuesToBeBetween": _between,
    "ExpectColumnValuesToNotBeNull": _not_null,
    "ExpectColumnValuesToBeInSet": _in_set,
    "ExpectColumnPairValuesAToBeGreaterThanB": _pair,
    "ExpectCompoundColumnsToBeUnique": _unique,
}
