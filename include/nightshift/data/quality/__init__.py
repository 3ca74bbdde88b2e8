"""The data quality gate: clean what is isolated and say so, refuse what is systematic and name it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.data import snapshot
from nightshift.data.quality import cleaning, feed
from nightshift.errors import DataRefused
from nightshift.nouns.quality import Account, NamedRow, QualityAccount, QualityReport
from nightshift.storage import store

if TYPE_CHECKING:
    from nightshift.nouns.bars import Bars
    from nightshift.storage.night import Night

__all__ = ["account_text", "check", "clean_bars", "refuse_unless_passed"]

log = logging.getLogger(__name__)


def check(night: Night, folder: Path) -> None:
    """Clean the night's snapshot and judge it; writes `bars.parquet`, `account.json`, `quality.json` and `data_docs/`."""
    import pyarrow.parquet as pq

    from nightshift.data.quality import asking, data_docs

    received = snapshot.table(night.snapshot)
    limit = night.market.costs.limit_move_fraction
    cleaned = cleaning.clean(received, night.market.calendar, night.session, night.as_of, limit_move_fraction=limit)
    facts = feed.facts_of(received, cleaned, night)
    report, result = asking.judge(cleaned, facts, night)
    pq.write_table(cleaned.rows, folder / "bars.parquet", compression="lz4")
    QualityAccount(**dict(cleaned.account), gaps=facts.gaps).write(folder)
    report.write(folder)
    cleaned.market.write(folder)
    data_docs.write(result, report, cleaned.account, folder / "data_docs")
    log.info("%s", account_text(cleaned.account))


def refuse_unless_passed(night: Night, address: str) -> None:
    """Raise `DataRefused`, naming rows and the page, unless every critical expectation of this check held."""
    folder = store.open_folder(address)
    report = QualityReport.read(folder)
    if report.passed:
        return
    first, others = report.broken[0], len(report.broken) - 1
    rows = "; ".join(_row_text(row) for row in first.rows[:3])
    found = f"{first.found}{f' ({rows})' if rows else ''}{f'; {others} more expectations failed' if others else ''}"
    page = folder / "data_docs" / "index.html"
    raise DataRefused(expected=f"{first.name}: {first.expected} in market {night.market.market}", found=found, next_step=f"open {page}")


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


def _row_text(row: NamedRow) -> str:
    return " ".join(part for part in (row.symbol, row.session, row.value) if part)
