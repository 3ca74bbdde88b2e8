"""Which nights and releases there are, and which one is meant."""

from __future__ import annotations

import datetime as dt

from nightshift import sessions
from nightshift.config import known, load_market
from nightshift.errors import NotThere
from nightshift.nouns.verdict_record import Verdict
from nightshift.report.notebook.night_view import NightView
from nightshift.report.notebook.served_view import ServedView
from nightshift.report.notebook.table import Table
from nightshift.storage import addresses, ledger
from nightshift.storage.night import Night, night_of
from nightshift.storage.night_state import state_of


def nights(market: str) -> Table:
    """A row a night, the oldest first."""
    names = ("night", "session", "as_of", "state", "decision", "model", "version", "headline")
    return Table.of_rows(names, [_row(night_of(where)) for where in addresses.opened_nights(load_market(market).market)])


def night(market: str, name: str, as_of: str | dt.datetime | None) -> NightView:
    """The night of a name or a session; the newest with an answer of its own, known at `as_of`, where none is named."""
    there = [night_of(where) for where in addresses.opened_nights(load_market(market).market)]
    until = _instant(as_of)
    then = [one for one in there if until is None or one.as_of <= until]
    if not then:
        raise NotThere(expected=f"a night of {market}", found="none yet", next_step=f"nightshift run --market {market}")
    if not name:
        return NightView(next((one for one in reversed(then) if state_of(one).has_ended), then[-1]))
    by_session = {str(one.session): one for one in then}  # of several the last one opened
    by_name = {addresses.name_of(one.address): one for one in then}
    called = {**by_session, **by_name}
    return NightView(called[known(f"night of {market}", addresses.name_of(name), called)])


def served(market: str, as_of: str | dt.datetime | None) -> ServedView:
    """What is live now, or was at an instant."""
    name, until = load_market(market).market, _instant(as_of)
    entry = ledger.live(name) if until is None else ledger.live_at(name, until)
    if entry is None:
        when = "now" if until is None else f"at {until:%Y-%m-%d %H:%M} UTC"
        raise NotThere(
            expected=f"a release of {market} that is live {when}", found="none", next_step=f"look at nightshift.nights({market!r})"
        )
    return ServedView(name, entry, until)


def ledger_of(market: str) -> Table:
    """A row a change of what is served, the oldest first."""
    names = ("at", "kind", "version", "previous_version", "session", "who", "why", "night")
    entries = ledger.entries(load_market(market).market)
    return Table.of_rows(names, [tuple(getattr(entry, name) for name in names) for entry in entries])


def _instant(as_of: str | dt.datetime | None) -> dt.datetime | None:
    """A day means its end, as in `history --at`."""
    if isinstance(as_of, str) and len(as_of) == len("2026-11-19"):
        return sessions.utc(as_of) + dt.timedelta(days=1, microseconds=-1)
    return None if as_of is None else sessions.utc(as_of)


def _row(night: Night) -> tuple[object, ...]:
    state = state_of(night)
    verdict = night.read(Verdict, "verdict") if state.word == "judged" else None
    entry = ledger.promotion_of(night.address)
    said = (verdict.decision, verdict.challenger) if verdict else (None, None)
    why = verdict.headline if verdict else state.reason
    return (addresses.name_of(night.address), night.session, night.as_of, state.word, *said, entry.version if entry else None, why)
