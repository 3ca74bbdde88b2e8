"""One day as vendors write it, under a given order of its parts; strictly: what does not match is no day."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

_ZONE = r"(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_TIME = rf"(?:(?:T|,?\s+)\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d{{1,9}})?)?\s*(?:[AaPp][Mm])?\s*{_ZONE})?"
_PATTERNS = {
    "year_first": re.compile(rf"(?P<y>\d{{4}})([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}}){_TIME}"),
    "compact": re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:[T ]\d{2}:?\d{2}(?::?\d{2})?|\d{6})?"),
    "year_last": re.compile(rf"(?P<a>\d{{1,2}})([-/. ])(?P<b>\d{{1,2}})\2(?P<y>\d{{4}}){_TIME}"),
    "two_digits": re.compile(rf"(?P<a>\d{{2}})([-/.])(?P<b>\d{{2}})\2(?P<c>\d{{2}}){_TIME}"),
    "named_month": re.compile(
        rf"(?:[A-Za-z]{{3,9}},\s*)?(?:(?P<d>\d{{1,2}})[-/. ]*(?P<n>[^\W\d_]{{3,9}})|(?P<n2>[^\W\d_]{{3,9}})[-/. ]*(?P<d2>\d{{1,2}}))"
        rf"[-/., ]+(?P<y>\d{{4}}|\d{{2}}){_TIME}"
    ),
    "epoch": re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}(?:\.0+)?|\d{15,16}|\d{18,19}"),
    "excel": re.compile(r"[2-7]\d{4}(?:\.\d+)?"),
}
ORDERS = {"year_last": ("day_first", "month_first"), "two_digits": ("day_first", "month_first", "year_first")}
_MONTHS = {
    name: 1 + at
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "january february march april may june july august september october november december",
        "jan feb mär apr mai jun jul aug sept okt nov dez",
        "ene feb mar abr may jun jul ago sept oct nov dic",
        "jan fev mar abr mai jun jul ago set out nov dez",
    )
    for at, name in enumerate(names.split())
}
_EXCEL_DAY_0 = dt.date(1899, 12, 30)
CENTURY_TURNS = 70  # 70 is 1970, 69 is 2069: as POSIX has it


def kind_of(text: str) -> str | None:
    """How a cell writes its day, before any order is chosen.

    >>> [kind_of(text) for text in ("2024-01-02 00:00:00-05:00", "03/04/2024", "02-Jan-2024", "1704153600000", "45293", "soon")]
    ['year_first', 'year_last', 'named_month', 'epoch', 'excel', None]
    """
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.fullmatch(text)), None)


def zone_of(text: str) -> str | None:
    """The offset that a cell ends in; UTC for an epoch."""
    kind = kind_of(text)
    if kind == "epoch":
        return "UTC"
    met = _PATTERNS[kind].fullmatch(text) if kind else None
    zone = met.groupdict().get("zone") if met else None
    return "UTC" if zone in {"Z", "GMT", "UTC"} else zone


@lru_cache(maxsize=1 << 16)
def day_of(text: str, kind: str, order: str) -> dt.date | None:
    """The exchange's own day: what the text says, whatever its time zone; of an epoch its day in UTC.

    >>> day_of("03/04/2024", "year_last", "day_first"), day_of("1704153600000000", "epoch", "epoch")
    (datetime.date(2024, 4, 3), datetime.date(2024, 1, 2))
    """
    met = _PATTERNS[kind].fullmatch(text)
    if met is None:
        return None
    if kind == "epoch":
        digits = len(text.split(".", maxsplit=1)[0])
        seconds = float(text) / {9: 1, 10: 1, 12: 1e3, 13: 1e3, 15: 1e6, 16: 1e6}.get(digits, 1e9)
        return dt.datetime.fromtimestamp(seconds, dt.UTC).date()
    if kind == "excel":
        return _EXCEL_DAY_0 + dt.timedelta(days=int(float(text)))
    year, month, day = _parts(met, order)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _parts(met: re.Match[str], order: str) -> tuple[int, int, int]:
    parts = met.groupdict()
    if "n" in parts:
        month = _MONTHS.get((parts["n"] or parts["n2"]).lower(), 0)
        return _year(parts["y"]), month, int(parts["d"] or parts["d2"])
    if "c" in parts and order == "year_first":
        return _year(parts["a"]), int(parts["b"]), int(parts["c"])
    if "a" in parts:
        first, second, year = int(parts["a"]), int(parts["b"]), _year(parts.get("y") or parts["c"])
        return (year, second, first) if order == "day_first" else (year, first, second)
    return int(parts["y"]), int(parts["m"]), int(parts["d"])


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else int(text) + (1900 if int(text) >= CENTURY_TURNS else 2000)
