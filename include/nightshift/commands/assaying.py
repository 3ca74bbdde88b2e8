"""`assay`: how often a market's policy is wrong, and how often it finds what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nightshift.commands.answers import Answer, table
from nightshift.commands.asked import JSON, MARKET, QUIET, now
from nightshift.commands.command import command
from nightshift.commands.values import Count
from nightshift.errors import EXIT_SUCCESS, EXIT_VALIDATION_FAILED
from nightshift.storage import store

if TYPE_CHECKING:
    from nightshift.nouns.assay_record import AssayRecord, CaseResult, Estimate


@command(
    MARKET,
    click.option("--level", type=click.Choice(["evidence", "line", "both"]), default="evidence", show_default=True, help="what is real"),
    click.option("--sequences", type=Count(min=20), default=1000, metavar="N", show_default=True, help="markets a case"),
    click.option("--nights", type=Count(min=20), default=250, metavar="N", show_default=True, help="nights a market"),
    JSON, QUIET,
    examples=("nightshift assay --market us_stocks", "nightshift assay --market demo --sequences 100"),
)  # fmt: skip
def assay(market: str, level: str, sequences: int, nights: int) -> Answer:
    """Measure how often a market's policy promotes noise, and how often it finds what is there.

    Made markets of known truth are lived through night by night. What is finished is kept: the same command goes on after a kill.
    """
    from nightshift.config import load_market
    from nightshift.nouns.assay_record import LEVELS
    from nightshift.report.pages.assay_page import draw
    from nightshift.running.assay.assay_market import assay as assayed
    from nightshift.running.assay.evidence_level import Size

    levels = LEVELS if level == "both" else tuple(one for one in LEVELS if one == level)
    record = assayed(load_market(market), now().date(), Size(sequences, nights), levels)
    page = store.path(draw(record)) / "report.html"
    return Answer(
        {**record.facts(), "page": str(page)},
        [*lines(record), "", f"page  {page}"],
        EXIT_SUCCESS if record.in_bounds else EXIT_VALIDATION_FAILED,
    )


def lines(record: AssayRecord) -> list[str]:
    """The record for people."""
    header = ["case", "level", "effect", "promoted", "needless a year", "nights to it", "undecided", "stood against it"]
    rows = [_row(case) for case in record.cases]
    asked = [f"not asked at this level, taken as passed: {', '.join(record.not_asked)}"] if record.not_asked else []
    said = [f"OUT OF BOUNDS  {one}" for one in record.out_of_bounds] or ["within bounds"]
    head = f"policy {record.policy} of {record.market}, assayed on {record.assayed_on}"
    return [head, "", *table(rows, header), "", *asked, *said]


def _row(case: CaseResult) -> list[str]:
    effect = f"{case.effect:g} ({case.effect_seen or 0.0:.2f})" if case.effect else ""
    against = ", ".join(case.against[:2])
    return [
        case.name, case.level, effect, _share(case.promoted), _plain(case.needless_a_year, 2), _plain(case.wait_sessions, 0),
        _share(case.undecided), against,
    ]  # fmt: skip


def _share(estimate: Estimate) -> str:
    if estimate.value is None:
        return ""
    return f"{estimate.value:.1%} ({estimate.low or 0.0:.1%}–{estimate.high or 0.0:.1%})"


def _plain(estimate: Estimate, digits: int) -> str:
    if estimate.value is None:
        return ""
    return f"{estimate.value:.{digits}f} ({estimate.low or 0.0:.{digits}f}–{estimate.high or 0.0:.{digits}f})"
