"""What was live, since when, on which evidence and by whose word: append-only, chained by hashes, the truth about serving.

Every nightly look at the evidence is a line of the same chain, whatever it decided. Reading never waits for a writer. A broken
chain stops writing, never reading.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from nightshift.nouns.ledger_entry import Change, LedgerEntry
from nightshift.nouns.look import Look, LookEntry
from nightshift.storage import ledger_file, store
from nightshift.storage.ledger_chain import Row
from nightshift.storage.ledger_lineage import live_among, retracted_among
from nightshift.storage.ledger_refusals import refuse_older, refuse_retracted, refuse_unless_live
from nightshift.storage.ledger_rows import LOOK, entry_of, look_entry_of, row_of_change, row_of_look

_A_CHANGE = f"kind <> '{LOOK}'"


def file() -> Path:
    """Where the ledger lies."""
    return store.home() / "ledger.sqlite"


def append(change: Change, *, at: dt.datetime, expected_live: str | None) -> LedgerEntry:
    """Write the change as true from `at` on, if the market still serves `expected_live`; returns it as it was written."""
    return append_all([change], at=at, expected_live=expected_live)[0]


def append_all(changes: Sequence[Change], *, at: dt.datetime, expected_live: str | None) -> list[LedgerEntry]:
    """Write changes of one market together, all or none, if it still serves `expected_live`.

    Compare-and-set: of two writers that saw the same state one wins, and the other is refused. The fence: what is promoted, and
    not forced by a person, is never of an older session than what is live. What was retracted never serves again.
    """
    market = changes[0].market
    with ledger_file.writing(file()) as (database, known):
        rows = list(known)
        of_market = [entry_of(row, file()) for row in rows if row["market"] == market and row["kind"] != LOOK]
        for change in changes:
            _refuse(change, of_market)
            if change is changes[0]:
                refuse_unless_live(change, expected_live, live_among(of_market))
            served = live_among(of_market)
            facts = row_of_change(change, served.version if served else None, _not_before(rows, at))
            rows.append(ledger_file.insert(database, facts, rows))
            of_market.append(entry_of(rows[-1], file()))
    return of_market[-len(changes) :]


def ask(change: Change, *, expected_live: str | None) -> None:
    """Refuse what `append` would refuse now; nothing is written."""
    of_market = entries(change.market)
    _refuse(change, of_market)
    refuse_unless_live(change, expected_live, live_among(of_market))


def _refuse(change: Change, of_market: Sequence[LedgerEntry]) -> None:
    refuse_older(change, of_market)
    refuse_retracted(change, of_market)


def record_look(look: Look, *, market: str, night: str, session: str, as_of: str, who: str, at: dt.datetime) -> LookEntry:
    """Write the night's look at the evidence; a night looks once, and whoever writes it again is given what is written."""
    with ledger_file.writing(file()) as (database, known):
        written = next((row for row in known if row["kind"] == LOOK and row["night"] == night), None)
        if written is None:
            data = {"market": market, "night": night, "session": session, "as_of": as_of, "who": who, "at": _not_before(known, at)}
            written = ledger_file.insert(database, row_of_look(look, data), known)
    return look_entry_of(written, file())


def entries(market: str) -> list[LedgerEntry]:
    """Every change of what a market serves, oldest first; its looks are not among them."""
    return [entry_of(row, file()) for row in ledger_file.read(file(), f"market = ? AND {_A_CHANGE}", market)]


def looks(market: str) -> list[LookEntry]:
    """Every look of a market's nights, oldest first."""
    return [look_entry_of(row, file()) for row in ledger_file.read(file(), f"market = ? AND kind = '{LOOK}'", market)]


def looks_before(market: str, night: str) -> list[LookEntry]:
    """The market's looks before the one that this night took; all of them, when it has taken none yet."""
    written = looks(market)
    own = next((place for place, entry in enumerate(written) if entry.night == night), len(written))
    return written[:own]


def trials(market: str, before: str = "") -> int:
    """How many families and search trials the market's looks have chosen from, all together, or until a night's own look."""
    return sum(entry.look.trials for entry in looks_before(market, before))


def live(market: str) -> LedgerEntry | None:
    """The entry that made the market's live version live, or None."""
    return live_among(entries(market))


def live_at(market: str, instant: dt.datetime) -> LedgerEntry | None:
    """The entry whose version was live at an instant, or None."""
    return live_among([entry for entry in entries(market) if dt.datetime.fromisoformat(entry.at) <= instant])


def retractions(market: str) -> dict[str, LedgerEntry]:
    """The versions that never serve again, each with the entry that says so."""
    return retracted_among(entries(market))


def promotion(market: str, version: str) -> LedgerEntry | None:
    """The entry by which a version was released, or None."""
    return next((entry for entry in entries(market) if entry.released and entry.version == version), None)


def promotion_of(night: str) -> LedgerEntry | None:
    """The entry by which this night's challenger was released, or None."""
    of_night = (entry_of(row, file()) for row in ledger_file.read(file(), f"night = ? AND {_A_CHANGE}", night))
    return next((entry for entry in of_night if entry.released), None)


def verify() -> int:
    """The number of entries, looks too, after every link of the chain and its end were checked; `Damaged` names what is wrong first."""
    return len(ledger_file.whole(file()))


def _not_before(known: Sequence[Row], at: dt.datetime) -> str:
    """An entry never precedes the one before it: where a clock was set back, the last instant is recorded again."""
    moment = at.astimezone(dt.UTC).isoformat()
    return max(moment, known[-1]["at"]) if known else moment
