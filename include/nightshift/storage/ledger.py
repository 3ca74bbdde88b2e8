"""What was live, since when, on which evidence and by whose word: append-only, chained by hashes, the truth about serving.

Reading never waits for a writer. A broken chain stops writing, never reading.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from nightshift.errors import Damaged, ReleaseRefused
from nightshift.nouns.ledger_entry import Change, LedgerEntry
from nightshift.storage import ledger_file, store
from nightshift.storage.ledger_file import Row


def file() -> Path:
    """Where the ledger lies."""
    return store.home() / "ledger.sqlite"


def append(change: Change, *, at: dt.datetime, expected_live: str | None) -> LedgerEntry:
    """Write the change as true from `at` on, if the market still serves `expected_live`; returns it as it was written.

    Compare-and-set: of two writers that saw the same state one wins, and the other is refused. An entry never precedes the
    one before it: where a clock was set back, the last instant is recorded again.
    """
    with ledger_file.writing(file()) as database:
        known = ledger_file.verified(ledger_file.rows(database), file())
        live = _live([_entry(row) for row in known if row["market"] == change.market])
        found = live.version if live else None
        if found != expected_live:
            raise ReleaseRefused(
                expected=f"{change.market} to serve {expected_live or 'nothing'} as when this was decided",
                found=f"{found or 'nothing'}",
                next_step="run the night again: it is judged against what is served now",
            )
        moment = at.astimezone(dt.UTC).isoformat()
        written = max(moment, known[-1]["at"]) if known else moment
        facts = change.model_dump(mode="json") | {"previous_version": found, "at": written}
        return _entry(ledger_file.insert(database, facts, known))


def entries(market: str) -> list[LedgerEntry]:
    """Every entry of a market, oldest first."""
    return [_entry(row) for row in ledger_file.read(file()) if row["market"] == market]


def live(market: str) -> LedgerEntry | None:
    """The entry that made the market's live version live, or None."""
    return _live(entries(market))


def live_at(market: str, instant: dt.datetime) -> LedgerEntry | None:
    """The entry whose version was live at an instant, or None."""
    return _live([entry for entry in entries(market) if dt.datetime.fromisoformat(entry.at) <= instant])


def previous(known: Sequence[LedgerEntry]) -> str | None:
    """The last version before the live one that differs from it, or None."""
    served = [entry.version for entry in known if entry.serves]
    return next((version for version in reversed(served) if version != served[-1]), None)


def promotion(market: str, version: str) -> LedgerEntry | None:
    """The entry by which a version was released, or None."""
    return next((entry for entry in entries(market) if entry.released and entry.version == version), None)


def promotion_of(night: str) -> LedgerEntry | None:
    """The entry by which this night's challenger was released, or None."""
    found = (_entry(row) for row in ledger_file.read(file()) if row["night"] == night)
    return next((entry for entry in found if entry.released), None)


def verify() -> int:
    """The number of entries, after every link of the chain was checked; `Damaged` names the first one that is wrong."""
    return len(ledger_file.verified(ledger_file.read(file()), file()))


def _live(known: Sequence[LedgerEntry]) -> LedgerEntry | None:
    return next((entry for entry in reversed(known) if entry.serves), None)


def _entry(row: Row) -> LedgerEntry:
    try:
        return LedgerEntry.model_validate(row)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        raise Damaged(
            expected=f"an entry of the ledger in {file()} that this version knows ({row['market']} {row['kind']} {row['version']})",
            found=f"{'.'.join(map(str, first['loc']))}: {first['msg']}",
            next_step="install the version of Nightshift that wrote it, or restore the file from a copy",
        ) from None
