"""A folder of bars inspected: what its files are, what a night would make of them, and the market file that fits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nightshift import sessions
from nightshift.config import Market, Quality, parse_market
from nightshift.data import quality
from nightshift.data.money.turnover import Turnover, turnover_of
from nightshift.data.quality import feed, losses
from nightshift.data.sources.source import ASSUMED_DELAY_MINUTES, Query, checked_against
from nightshift.nouns.options import Options
from nightshift.running.inspection.adjustment import Adjustment, adjustment_of
from nightshift.running.inspection.currency import Guess, guess
from nightshift.running.inspection.limit_band import band_kept
from nightshift.running.inspection.limits import Limit, limits_of
from nightshift.running.inspection.market_draft import Draft
from nightshift.running.inspection.market_text import template_of
from nightshift.running.inspection.newest import Newest, newest_of
from nightshift.running.inspection.said import calendar_words, head
from nightshift.running.inspection.seen_files import SeenFolder, daily, seen
from nightshift.running.inspection.universe import Universe, universe_of
from nightshift.sessions.fitting import Closeness, best_calendars
from nightshift.storage.night import Night

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.data.sources.reading import Settled
    from nightshift.nouns.data_account import Lost

END_OF_TIME = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
YEARS_OF_PAUSES = 3
FINISHED_DAYS = 90  # without a bar: no market pauses as long, and nobody brings bars so seldom


@dataclass(frozen=True, eq=False)  # eq=False: tables have no single truth value
class Evidence:
    """What the bars of a folder say of themselves under a calendar."""

    universe: Universe
    newest: Newest
    money: Guess
    adjustment: Adjustment
    turnover: Turnover


@dataclass(frozen=True, eq=False)
class Inspection:
    """A folder, its calendar, its bars, and the market file with what a night under it would say."""

    folder: SeenFolder
    fits: tuple[Closeness, ...]  # the closest first; none where the calendar was named
    calendar: str
    evidence: Evidence
    lost: tuple[Lost, ...]  # what a night would drop or repair, what costs most first
    template_limits: tuple[Limit, ...]
    limits: tuple[Limit, ...]  # those of the file
    capital_why: str
    text: str
    market: Market

    @property
    def refusals(self) -> tuple[Limit, ...]:
        """What a night would still refuse: too much to be allowed in a file."""
        return tuple(limit for limit in self.limits if not limit.is_kept)

    @property
    def widened(self) -> tuple[tuple[Limit, Limit], ...]:
        """The limits of the template that the bars do not keep, each with that of the file."""
        return tuple((was, now) for was, now in zip(self.template_limits, self.limits, strict=True) if was != now)


def inspected(folder: str, name: str, settled: Settled, calendar: str | None = None, today: dt.date | None = None) -> Inspection:
    """Read the whole folder and draft its market file; `calendar` overrules the one that fits best. Bars may have ended by `today`."""
    files = seen(folder, settled, calendar)
    days = daily(files)
    fits = tuple(best_calendars(days)) if calendar is None else ()
    trading = calendar or fits[0].name
    if files.unread and calendar is None:
        files = seen(folder, settled, trading)  # days that have two readings have one under a calendar
    settled = files.settled
    whole = _as_known(files.bars(trading, ASSUMED_DELAY_MINUTES), trading, dt.date.max, END_OF_TIME)
    newest = newest_of(whole, trading, Quality().min_symbol_coverage)
    known = _as_known(whole, trading, newest.session, newest.known_at)
    evidence = _evidence(known, newest, trading)
    draft = replace(
        _drafted(files, fits, trading, name, settled, evidence), finished_on=_finished_on(newest, today), limit_move=_band(trading, known)
    )
    before, lost = _judged(draft.template, known, newest, trading)
    limits = tuple(limit.widened for limit in before)
    text = draft.text(limits, before)
    market = parse_market(text, f"the market file of {name}")
    return Inspection(files, fits, trading, evidence, lost, before, limits, draft.capital_why, text, market)


def _as_known(bars: pa.Table, calendar: str, last: dt.date, as_of: dt.datetime) -> pa.Table:
    return checked_against(Query(calendar, (), None, last, as_of), bars, "folder")


def _evidence(known: pa.Table, newest: Newest, calendar: str) -> Evidence:
    universe = universe_of(known)
    return Evidence(universe, newest, guess(calendar, universe.median_close), adjustment_of(known), turnover_of(known))


def _drafted(
    files: SeenFolder, fits: tuple[Closeness, ...], calendar: str, name: str, settled: Settled, evidence: Evidence
) -> Draft:  # fmt: skip
    by_hand = {key: value for key, value in settled.model_dump().items() if value and key != "ignore"}
    ignore = {"ignore": (*settled.ignore, *files.ignore)} if settled.ignore or files.ignore else {}
    return Draft(
        name, f"{name} ({evidence.universe.symbols} symbols from files)", calendar, calendar_words(fits, calendar),
        files.files.place.resolve(), by_hand | ignore, _longest_pause_hours(calendar, evidence.newest.session), evidence.money,
        evidence.turnover, head(files, evidence),
    )  # fmt: skip


def _band(calendar: str, known: pa.Table) -> float | None:
    return band_kept(template_of(calendar), known)


def _finished_on(newest: Newest, today: dt.date | None) -> dt.date | None:
    ended = today is not None and today - newest.last_bar > dt.timedelta(days=FINISHED_DAYS)
    return newest.session if ended else None


def _judged(market: Market, known: pa.Table, newest: Newest, calendar: str) -> tuple[tuple[Limit, ...], tuple[Lost, ...]]:
    """What a night of the newest session would measure, against the template's limits, and what it would lose."""
    market = market.model_copy(update={"calendar": calendar})
    night = Night("", market, newest.session, newest.known_at, "", Options())
    cleaned = quality.cleaned_as_of(market, known, newest.session, newest.known_at)
    return limits_of(cleaned, feed.facts_of(known, cleaned, night), market.quality), losses.lost(known, cleaned, night)


def _longest_pause_hours(calendar: str, last: dt.date) -> float:
    days = sessions.between(calendar, last - dt.timedelta(days=365 * YEARS_OF_PAUSES), last)
    closes = sessions.closes_of(calendar, days)
    return float(np.diff(closes).max() / np.timedelta64(1, "h")) if len(closes) > 1 else 24.0
