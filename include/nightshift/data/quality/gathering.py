"""The night's data account: gathered once, when the data is checked, and read by everyone who says something of a night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift import sessions
from nightshift.data import money, snapshot
from nightshift.data.membership import universe_warnings
from nightshift.data.quality import breaches, losses
from nightshift.data.quality.cleaning import Cleaned
from nightshift.data.quality.feed import Facts
from nightshift.nouns.data_account import DataAccount, SymbolNote
from nightshift.nouns.quality import Expectation, NamedRow, QualityReport
from nightshift.nouns.revisions_record import RevisionsRecord

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.storage.night import Night

CHOSEN_BEFOREHAND = frozenset({"simulated"})  # sources whose symbols nobody chose by knowing how they fared
SUSPECTED_NAMED = 50


def gather(
    received: pa.Table, cleaned: Cleaned, facts: Facts, report: QualityReport, revised: RevisionsRecord, night: Night
) -> DataAccount:  # fmt: skip
    """The account of a checked snapshot."""
    import pyarrow.compute as pc

    rows, lost, universe = cleaned.rows, losses.lost(received, cleaned, night), snapshot.universe(night.snapshot)
    span = pc.min_max(rows["session"]).as_py()
    first, newest = span["min"], span["max"]
    behind = len(sessions.between(night.market.calendar, newest, night.session)) - 1 if newest else None
    return DataAccount(
        rows_in=len(received), rows_out=len(rows),
        symbols_in=len(received["symbol"].unique()), symbols_out=len(rows["symbol"].unique()),
        first_session=str(first or ""), newest_session=str(newest or ""), session=str(night.session), sessions_behind=behind,
        age_hours=round(facts.newest_session_age_hours, 3) if newest else None,
        lost=lost, left_out=losses.left_out(received, cleaned),
        mended=tuple(map(_of_symbol, cleaned.account.mended)),
        suspected=tuple(map(_of_symbol, cleaned.account.suspected[:SUSPECTED_NAMED])), suspicions=cleaned.account.suspicions,
        breaches=(
            *breaches.breaches(report, lost, facts, revised, str(losses.test_from(rows, night) or ""), night),
            *universe_warnings.warnings(rows, universe, night.market.universe, is_whole=not night.options.symbols),
            *money.capital_warnings(rows, night.market.costs), *money.volume_warnings(night.market),
        ),
        survivors_only=night.market.source["kind"] not in CHOSEN_BEFOREHAND and (universe is None or universe.members is None),
        revisions=revised.sentence,
    )  # fmt: skip


def _of_symbol(row: NamedRow) -> SymbolNote:
    return SymbolNote(symbol=row.symbol, session=row.session, why=row.value)


def with_revisions(report: QualityReport, revised: RevisionsRecord) -> QualityReport:
    """The report with one expectation more: that no more of the past was rewritten than may be."""
    rows = f"at most {revised.max_revised_rows:,} bars changed or vanished and {revised.max_back_filled_rows:,} back-filled"
    holds = revised.accepted or revised.within_limits
    since = "since the last night whose data was accepted"
    one = Expectation(name=breaches.REVISED, severity="critical", passed=holds, expected=f"{rows} {since}", found=revised.sentence, rows=())
    return also(report, one)


def also(report: QualityReport, one: Expectation) -> QualityReport:
    """The report with one critical expectation more."""
    return QualityReport(passed=report.passed and one.passed, expectations=(*report.expectations, one))
