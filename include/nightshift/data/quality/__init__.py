"""The data quality gate: clean what is isolated and say so, refuse what is systematic and name it."""

from __future__ import annotations

import logging
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.data import snapshot
from nightshift.data.quality import cleaning, feed
from nightshift.data.quality.used_history import BEFORE
from nightshift.errors import DataRefused
from nightshift.nouns.data_account import Breach, DataAccount
from nightshift.nouns.quality import Account, QualityAccount, QualityReport
from nightshift.storage import store

if TYPE_CHECKING:
    from nightshift.nouns.bars import Bars
    from nightshift.storage.night import Night

__all__ = ["account_text", "check", "clean_bars", "refuse_unless_passed"]

LONGEST_LINE = 140  # as long as a terminal bears

log = logging.getLogger(__name__)


def check(night: Night, folder: Path) -> None:
    """Clean the night's snapshot and judge it; writes the clean bars, every account and record of the check, and `data_docs/`."""
    import pyarrow.parquet as pq

    from nightshift.data.quality import asking, data_docs, gathering, revisions

    received = snapshot.table(night.snapshot)
    first, limit = night.market.first_session, night.market.costs.limit_move_fraction
    cleaned = cleaning.clean(received, night.market.calendar, night.session, night.as_of, first, limit_move_fraction=limit)
    facts, revised = feed.facts_of(received, cleaned, night), revisions.of(night, received)
    asked, result = asking.judge(cleaned, facts, night)
    report = gathering.with_revisions(asked, revised)
    account = gathering.gather(received, cleaned, facts, report, revised, night)
    pq.write_table(cleaned.rows, folder / "bars.parquet", compression="lz4")
    for record in (QualityAccount(**dict(cleaned.account), gaps=facts.gaps), report, revised, account):
        record.write(folder)
    cleaned.market.write(folder)
    data_docs.write(result, report, cleaned.account, folder / "data_docs")
    log.info("%s", account_text(cleaned.account))
    log.info("%s", account.sentence)
    for sentence in cleaned.history.sentences(cleaned.account.dropped.get(BEFORE, 0)).values():
        log.info("%s", sentence)


def refuse_unless_passed(night: Night, address: str) -> None:
    """Raise `DataRefused`, with everything that is wrong and what to do about each, unless this check passed."""
    folder = store.open_folder(address)
    if QualityReport.read(folder).passed:
        return
    said = DataAccount.read(folder).refusals
    raise DataRefused(
        expected=f"the data of market {night.market.market} within the limits of its market file",
        found=f"{len(said)} that {'is' if len(said) == 1 else 'are'} not{''.join(refusal_lines(said))}",
        next_step=f"try what stands under each; the rows are on {folder / 'data_docs' / 'index.html'}",
    )


def refusal_lines(said: Sequence[Breach]) -> Iterator[str]:
    """Every breach on lines of its own: what was found and allowed, the worst, what to try."""
    for number, one in enumerate(said, 1):
        yield _line(f"{number}", one.sentence)
        if one.worst_words:
            yield _line("", f"{'worst' if one.worst else 'such as'} {one.worst_words}")
        yield _line("", f"try {one.next_step}")


def _line(number: str, says: str) -> str:
    start = f"{number:>3}  "
    return "\n".join(["", *textwrap.wrap(says, LONGEST_LINE, initial_indent=start, subsequent_indent=" " * 7, break_on_hyphens=False)])


def clean_bars(night: Night) -> Bars:
    """The clean bars of a checked night, adjusted, as arrays symbols × sessions."""
    import pyarrow.parquet as pq

    return snapshot.bars(pq.read_table(night.folder("check") / "bars.parquet", read_dictionary=["symbol"]))


def account_text(account: Account) -> str:
    """The cleaning account as one sentence.

    >>> account_text(Account(rows_in=9, rows_out=8, dropped={"duplicate": 1}, repaired={}, examples=(), revised=()))
    '9 rows in, 8 out; dropped: 1 duplicate; repaired: none'
    """
    dropped, repaired = (", ".join(f"{n} {reason}" for reason, n in rows.items()) or "none" for rows in (account.dropped, account.repaired))
    return f"{account.rows_in} rows in, {account.rows_out} out; dropped: {dropped}; repaired: {repaired}"
