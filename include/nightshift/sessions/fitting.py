"""Which calendar do these trading days belong to? Every calendar is compared, by its days alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nightshift.sessions import calendar_file, calendar_folder, library
from nightshift.sessions.exchange_names import of_library
from nightshift.sessions.trading_days import between, span

if TYPE_CHECKING:
    import numpy as np

LEAST_JUDGED_FRACTION = 0.5  # a calendar that knows fewer of the days is named last
# Exchanges that share their holidays with others: the first of these is meant, where nothing else decides.
LIKELIEST = ("XNYS", "XLON", "XETR", "XPAR", "XTKS", "XHKG", "XSHG", "XNSE", "XSTC", "XTSE", "XASX", "XSTO", "XMAD", "XMIL", "XAMS", "XSWX")
NO_EXCHANGE = ("us_futures", "CMES", "IEPA", "24/5", "24/7")  # named after every exchange that fits as well


@dataclass(frozen=True)
class Closeness:
    """How well a calendar agrees with trading days: between the first and the last of them, as far as it is known."""

    name: str
    matched_fraction: float  # days that are in both, of those in either
    missing: tuple[dt.date, ...]  # sessions of the calendar that are not among the days
    extra: tuple[dt.date, ...]  # days that are no sessions of the calendar
    n_beyond: int  # days before the calendar's first session, or after its last: not compared


def best_calendars(days: Iterable[dt.date] | np.ndarray) -> list[Closeness]:
    """Every calendar of the library and of files, the closest first; aliases are left out.

    >>> days = [dt.date(2026, 11, day) for day in (16, 17, 18, 19, 20, 21, 23, 24, 25, 27, 30)]  # a Saturday; no Thanksgiving
    >>> closest = best_calendars(days)[0]
    >>> closest.name, round(closest.matched_fraction, 2), closest.extra
    ('XNYS', 0.91, (datetime.date(2026, 11, 21),))
    """
    import numpy as np

    unique = np.unique(np.array(days if isinstance(days, np.ndarray) else list(days), dtype="datetime64[D]"))
    if not len(unique):
        return []
    names = (*library.names(), *(name for name, file in calendar_folder.files().items() if calendar_file.read(file).has_days_of_its_own))
    return sorted((_closeness(name, unique) for name in names), key=lambda fit: _rank(fit, len(unique)))


def _closeness(name: str, days: np.ndarray) -> Closeness:
    import numpy as np

    begins, ends = library.known_span(name) if of_library(name) else span(name)
    first, last = max(days[0].item(), begins), min(days[-1].item(), ends)
    judged = days[(days >= np.datetime64(first)) & (days <= np.datetime64(last))]
    if not len(judged):
        return Closeness(name, 0.0, (), (), len(days))
    sessions = library.trading_days(name, first, last) if of_library(name) else between(name, first, last)
    both = np.intersect1d(judged, sessions, assume_unique=True)
    missing, extra = np.setdiff1d(sessions, judged, assume_unique=True), np.setdiff1d(judged, sessions, assume_unique=True)
    matched = len(both) / (len(both) + len(missing) + len(extra))
    return Closeness(name, matched, tuple(missing.tolist()), tuple(extra.tolist()), len(days) - len(judged))


def _rank(fit: Closeness, n_days: int) -> tuple[bool, float, int, bool, int, str]:
    unjudged = n_days - fit.n_beyond < LEAST_JUDGED_FRACTION * n_days
    likelihood = LIKELIEST.index(fit.name) if fit.name in LIKELIEST else len(LIKELIEST)
    return unjudged, -fit.matched_fraction, fit.n_beyond, fit.name in NO_EXCHANGE, likelihood, fit.name
