"""Decimal and thousands marks: which there are, by the numbers themselves, and text with them as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

BLANKS = (
    "", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "Null", "None", "none", "-", "--", "—", "#N/A", "#NA", "NULL ", "null ", "- ",
    " -", ".",
)  # fmt: skip
_SPACES = "\u0020\u00a0\u202f\u2009"
_GROUPERS = f"'’_{_SPACES}"
_MONEY = r"$€£₹¥₫₩฿₽"
_BARE = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?inf")
# Most files at a glance: nothing but digits and points, one point a number, and a point that can only be the decimal mark.
_ONLY_POINTS = re.compile(r"(?:[+-]?\d+(?:\.\d*)?\n)+")
_A_DECIMAL_POINT = re.compile(r"(?:^|[\n+-])(?:0+\.\d|\d{4,}\.\d|\d+\.(?:\d{1,2}|\d{4,})\n)")
_DRESSED = re.compile(rf"[{_MONEY}]?\s*[+-]?\s*[{_MONEY}]?\s*([\d.,{_GROUPERS}]*\d[.,]?)\s*([KMBTkmbt]?)\s*[%{_MONEY}]?")


@dataclass(frozen=True)
class Marks:
    """The decimal mark and the thousands mark of a file; the first is open where its numbers have two readings or none."""

    decimal: str | None
    thousands: str | None
    bare: bool  # no number seen has more than digits, a sign, the decimal mark and an exponent
    contradiction: str = ""  # two numbers that no marks can read together
    example: str = ""  # a number with two readings


def marks_of(cells: Iterable[str], decimal: str | None = None) -> Marks:
    """What the numbers among these cells say; `decimal` is what the market file says.

    >>> marks_of(["1.234,50", "987"]).decimal, marks_of(["1,234.5"]).thousands, marks_of(["1,234", "2,345"]).decimal
    (',', ',', None)
    """
    cells = list(cells)
    glance = "\n".join(cells) + "\n"
    if decimal != "," and _ONLY_POINTS.fullmatch(glance) and _A_DECIMAL_POINT.search(glance):
        return Marks(".", None, bare=True)
    points, groups, open_ones, bare = dict[str, str](), dict[str, str](), dict[str, str](), True
    for cell in cells:
        text = cell.strip()
        dressed = _DRESSED.fullmatch(text)
        if dressed is None:
            bare = bare and (text in BLANKS or _BARE.fullmatch(text) is not None)
            continue
        bare = bare and _BARE.fullmatch(text.replace(",", ".", 1)) is not None
        _weigh(dressed[1], points, groups, open_ones)
    return _decided(points, groups, open_ones, decimal, bare)


def _weigh(number: str, points: dict[str, str], groups: dict[str, str], open_ones: dict[str, str]) -> None:
    """Sorts one number's marks: a decimal mark for certain, a thousands mark for certain, or either."""
    marks = [letter for letter in number if not letter.isdigit()]
    for mark in {mark for mark in marks if mark in _GROUPERS}:
        groups[" " if mark in _SPACES else mark] = number
    marks = [mark for mark in marks if mark in ".,"]
    if not marks:
        return
    last, right = marks[-1], number.rsplit(marks[-1], 1)[1]
    left = number.rsplit(last, 1)[0]
    if len(set(marks)) == 2:
        points[last] = number
        groups[marks[0]] = number
    elif len(marks) > 1:
        groups[last] = number
    elif len(right) != 3 or not 1 <= len(left) <= 3 or left == "0" * len(left) or any(mark in _GROUPERS for mark in number):
        points[last] = number
    else:
        open_ones.setdefault(last, number)


def _decided(points: dict[str, str], groups: dict[str, str], open_ones: dict[str, str], settled: str | None, bare: bool) -> Marks:
    said = settled or next(iter(points), None) or {".": ",", ",": "."}.get(next((mark for mark in groups if mark in ".,"), ""))
    wrong = next((number for mark, number in points.items() if mark != said), None) or groups.get(said or "")
    if said and wrong:
        against = settled or points.get(said) or groups.get({".": ",", ",": "."}[said], said)
        return Marks(None, None, False, contradiction=f"{wrong!r} beside {against!r}")
    if said is None:
        return Marks(None, next(iter(groups), None), bare and not open_ones, example=next(iter(open_ones.values()), ""))
    other = next((mark for mark in open_ones if mark != said), None)
    thousands = next(iter(groups), other)
    if len({*groups, *([other] if other else [])}) > 1:
        return Marks(None, None, False, contradiction=" beside ".join(repr(number) for number in (*groups.values(), *open_ones.values())))
    return Marks(said, thousands, bare and thousands is None)


def as_numbers(text: pa.Array, marks: Marks) -> tuple[pa.Array, int | None]:
    """The numbers, and the place of the first cell that is none under these marks."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(text)
    blank = pc.fill_null(pc.is_in(trimmed, value_set=pa.array(sorted({word.strip() for word in BLANKS}))), True)
    naked = pc.replace_substring_regex(trimmed, rf"[{_MONEY}%]|^\s+|\s+$", "")
    right = pc.or_(blank, pc.match_substring_regex(naked, _pattern(marks)))
    wrong = np.flatnonzero(~pc.fill_null(right, False).to_numpy(zero_copy_only=False))
    if len(wrong):
        return pa.nulls(len(text), pa.float64()), int(wrong[0])
    plain = pc.replace_substring_regex(naked, rf"[{_SPACES}]" if marks.thousands == " " else _class(marks.thousands), "")
    plain = pc.replace_substring(plain, ",", ".") if marks.decimal == "," else plain
    for letter, zeros in (("k", "e3"), ("m", "e6"), ("b", "e9"), ("t", "e12")):
        plain = pc.replace_substring_regex(plain, rf"(?i)\s*{letter}$", zeros)
    return pc.cast(pc.if_else(blank, pa.scalar(None, pa.string()), plain), pa.float64()), None


def _class(mark: str | None) -> str:
    return r"[^\s\S]" if mark is None else f"[{mark}]"


def _pattern(marks: Marks) -> str:
    """A whole number under these marks: groups of three, or of two before the last as in India."""
    group = rf"[{_SPACES}]" if marks.thousands == " " else _class(marks.thousands)
    point = f"[{marks.decimal or '.'}]"
    whole = rf"(?:\d+|\d{{1,3}}(?:{group}\d{{3}})+|\d{{1,2}}(?:{group}\d{{2}})*{group}\d{{3}})"
    return rf"^[+-]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+|\s*[KMBTkmbt])?$|^[+-]?inf$"
