"""The data quality gate: clean what is isolated and say so, refuse what is systematic and name it."""

from __future__ import annotations

import logging
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.data import bar_blocks, membership, snapshot
from nightshift.data.quality import cleaning, feed
from nightshift.data.quality.finding import Trading
from nightshift.data.quality.used_history import BEFORE
from nightshift.errors import DataRefused
from nightshift.nouns.data_account import Breach, DataAccount
from nightshift.nouns.dataset import BarBlocks
from nightshift.nouns.quality import Account, QualityAccount, QualityReport
from nightshift.storage import store

if TYPE_CHECKING:
    import datetime as dt

    import pyarrow as pa

    from nightshift.config import Market
    from nightshift.data.quality.cleaning import Cleaned
    from nightshift.nouns.bars import Bars
    from nightshift.storage.night import Night

__all__ = ["account_text", "blocks_of", "check", "clean_bars", "cleaned_as_of", "refuse_unless_passed"]

LONGEST_LINE = 140  # as long as a terminal bears

log = logging.getLogger(__name__)


def check(night: Night, folder: Path) -> None:
    """Clean the night's snapshot and judge it; writes the clean bars, every account and record of the check, and `data_docs/`."""
    import pyarrow.parquet as pq

    from nightshift.data.quality import data_docs, gathering, revisions, spacing
    from nightshift.data.quality.rules import asking

    received, universe = snapshot.table(night.snapshot), snapshot.universe(night.snapshot)
    cleaned = cleaned_as_of(night.market, received, night.session, night.as_of)
    facts, revised = feed.facts_of(received, cleaned, night), revisions.of(night, received)
    asked, result = asking.judge(cleaned, facts, night)
    report = gathering.with_revisions(gathering.also(asked, spacing.daily_bars(received)), revised)
    account = gathering.gather(received, cleaned, facts, report, revised, night)
    rows = membership.used_rows(cleaned.rows, universe)
    pq.write_table(rows, folder / "bars.parquet", compression="lz4")
    blocks = bar_blocks.keep(night.market.market, membership.with_members(snapshot.bars(rows), universe))
    for record in (QualityAccount(**dict(cleaned.account), gaps=facts.gaps), report, revised, account, blocks):
        record.write(folder)
    cleaned.market.write(folder)
    data_docs.write(result, report, cleaned.account, folder / "data_docs")
    log.info("%s", account_text(cleaned.account))
    log.info("%s", account.sentence)
    for sentence in cleaned.history.sentences(cleaned.account.dropped.get(BEFORE, 0)).values():
        log.info("%s", sentence)


def cleaned_as_of(market: Market, received: pa.Table, session: dt.date, as_of: dt.datetime) -> Cleaned:
    """What a market's night makes of what was received, of a past session too."""
    return cleaning.clean(received, market.calendar, session, as_of, market.first_session, trading=Trading.of(market))


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
    return bar_blocks.load(blocks_of(night))


def blocks_of(night: Night) -> BarBlocks:
    """Where the clean bars of a checked night lie; a night of an older version has them as a table, and is given blocks here."""
    import pyarrow.parquet as pq

    if (store.path(night.stage("check")) / BarBlocks.FILE).is_file():
        return BarBlocks.read(store.open_file(night.stage("check"), BarBlocks.FILE).parent)
    file = store.open_file(night.stage("check"), "bars.parquet")
    return bar_blocks.keep(night.market.market, snapshot.bars(pq.read_table(file, read_dictionary=["symbol"])))


def account_text(account: Account) -> str:
    """The cleaning account as one sentence.

    >>> account_text(Account(rows_in=9, rows_out=8, dropped={"duplicate": 1}, repaired={}, examples=(), revised=()))
    '9 rows in, 8 out; dropped: 1 duplicate; repaired: none'
    """
    dropped, repaired = (", ".join(f"{n} {reason}" for reason, n in rows.items()) or "none" for rows in (account.dropped, account.repaired))
    return f"{account.rows_in} rows in, {account.rows_out} out; dropped: {dropped}; repaired: {repaired}"
