"""How a number is written: digits, scale, sign and what follows, by its unit. The page's script reads the same table."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, is_dataclass

from nightshift.proof.examination import EXAMINED
from nightshift.proof.metrics import metric_of


@dataclass(frozen=True)
class Format:
    """How the numbers of one unit are written."""

    factor: float = 1.0
    digits: int = 3
    tail: str = ""  # what follows
    words: str = ""  # what the number itself does not say
    end_digits: int | None = None  # of an interval's ends, where they are fewer
    difference: str = ""  # the unit of a difference, where it is another


FORMATS = {
    "percent": Format(100.0, 2, " %", end_digits=1, difference="points"),
    "percent1": Format(100.0, 1, " %"),
    "points": Format(100.0, 2, " pp", end_digits=1),
    "ratio": Format(),
    "annual": Format(digits=2, words="a year"),
    "times": Format(digits=1, tail=" ×", words="a year"),
    "bps": Format(digits=1, tail=" bps"),
    "bps0": Format(digits=0, tail=" bps"),
    "count": Format(digits=0),
    "money": Format(digits=0),
    "seconds": Format(digits=1, tail=" s"),
    "precise": Format(digits=4),
}


@dataclass(frozen=True)
class Shape:
    """How one metric is written: label, unit, and whether more of it is better (None: neither)."""

    label: str
    unit: str
    more_is_better: bool | None


def shape_of(metric: str, task: str = "classification") -> Shape:
    """The shape of a metric, as it declares it; a name that is no metric (any more) is written as a plain number.

    >>> shape_of("drawdown_max_fraction")
    Shape(label='Max drawdown', unit='percent', more_is_better=False)
    >>> shape_of("deflated_sharpe")
    Shape(label='Deflated Sharpe', unit='percent', more_is_better=True)
    >>> shape_of("hit_rate_of_my_own").label
    'Hit rate of my own'
    """
    known, examined = metric_of(metric, task), EXAMINED.get(metric)
    if known is not None:
        return Shape(known.label, known.unit.form, known.higher_is_better)
    if examined is not None:
        return Shape(examined.label, examined.form, examined.higher_is_better)
    return Shape(metric.replace("_", " ").capitalize(), "count" if metric.endswith("_sessions") else "ratio", None)


def format_of(unit: str) -> Format:
    """The format of a unit, or a plain ratio's."""
    return FORMATS.get(unit, FORMATS["ratio"])


def formats_for_the_page() -> dict[str, list]:
    """Factor, digits and tail by unit, for the script that writes the read-outs."""
    return {unit: [one.factor, one.digits, one.tail] for unit, one in FORMATS.items()}


def shown(value: object, unit: str = "ratio", *, signed: bool = False, digits: int | None = None) -> str:
    """A number as text; what is not a finite number is a dash.

    >>> shown(0.0123, "percent", signed=True), shown(-0.5, "annual"), shown(float("nan")), shown(1234567, "count")
    ('+1.23 %', '−0.50', '–', '1 234 567')
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "–"
    form = format_of(unit)
    places = form.digits if digits is None else digits
    scaled = round(value * form.factor, places) + 0.0  # + 0.0: no negative zero
    body = f"{abs(scaled):,.{places}f}".replace(",", " ")
    sign = "−" if scaled < 0 else "+" if signed and scaled > 0 else ""
    return f"{sign}{body}{form.tail}"


def interval(low: object, high: object, unit: str) -> str:
    """An interval as text, or nothing where it is not known.

    >>> interval(0.58, 0.64, "percent"), interval(None, 0.64, "percent")
    ('58.0 … 64.0', '')
    """
    form = format_of(unit)
    ends = [shown(end, unit, digits=form.end_digits).removesuffix(form.tail) for end in (low, high)]
    return "" if "–" in ends else " … ".join(ends)


def difference(value: object, unit: str) -> str:
    """A difference of two numbers of a unit, with its sign.

    >>> difference(0.013, "percent"), difference(-0.5, "annual")
    ('+1.30 pp', '−0.50')
    """
    return shown(value, format_of(unit).difference or unit, signed=True)


def best(values: dict[str, float | None], more_is_better: bool | None) -> frozenset[str]:
    """The names that hold the best value; none where there is nothing to compare.

    >>> sorted(best({"a": 1.0, "b": 2.0, "c": None}, True)), sorted(best({"a": 1.0}, True))
    (['b'], [])
    """
    known = {name: value for name, value in values.items() if value is not None and math.isfinite(value)}
    if more_is_better is None or len(known) < 2 or len(set(known.values())) == 1:
        return frozenset()
    top = max(known.values()) if more_is_better else min(known.values())
    return frozenset(name for name, value in known.items() if value == top)


def plain(facts: object) -> object:
    """Facts as JSON can hold them: no NaN, no infinity, no foreign number types.

    >>> plain({"a": float("nan"), "b": (1, 2.0)})
    {'a': None, 'b': [1, 2.0]}
    """
    if is_dataclass(facts):
        return {one.name: plain(value) for one in fields(facts) if (value := getattr(facts, one.name)) is not None}
    if isinstance(facts, dict):
        return {str(key): plain(value) for key, value in facts.items()}
    if isinstance(facts, list | tuple | set | frozenset):
        return [plain(value) for value in facts]
    if hasattr(facts, "tolist"):
        return plain(facts.tolist())
    if isinstance(facts, float):
        return facts if math.isfinite(facts) else None
    return facts if isinstance(facts, str | int | bool | None) else str(facts)
