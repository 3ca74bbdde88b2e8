"""What the data had to be and is not, in words that a person can act on: found against allowed, the worst symbols, the key, a next step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nightshift.data.quality.feed import Facts
from nightshift.data.quality.spacing import DAILY
from nightshift.data.reasons import REASONS
from nightshift.nouns.data_account import Breach, Lost, Worst
from nightshift.nouns.quality import Expectation, QualityReport
from nightshift.nouns.revisions_record import RevisionsRecord

if TYPE_CHECKING:
    from nightshift.config import Quality
    from nightshift.storage.night import Night

DEFECTS, REVISED = "isolated defects", "revised bars"
# A cause stands before what follows from it: bars of another calendar are also stale and few.
ORDER = (DAILY, DEFECTS, "adjusted prices", "calendar completeness", "symbol coverage", "freshness", REVISED, "clean bars")


@dataclass(frozen=True)
class _Governed:
    """How an expectation is governed: its key, what lies behind a breach, and which value of the key would let it pass."""

    key: str
    look: str
    fact: str = ""
    downward: bool = True  # the key is a least value

    def value(self, quality: Quality) -> float:
        """What the key is now."""
        reason = REASONS.get(self.key.removeprefix("limits."))
        return reason.limit(quality) if reason else float(getattr(quality, self.key))

    def step(self, facts: Facts, where: str) -> str:
        """What to try."""
        if not self.fact:
            return self.look
        value = getattr(facts, self.fact)
        enough = f"{math.floor(value * 100) / 100:g}" if self.downward else f"{math.ceil(value):g}"
        line = f"{self.key}: {enough}"
        if self.key.startswith("limits."):
            line = f"limits: {{{self.key.removeprefix('limits.')}: {math.ceil(100 - 100 * value) / 100:g}}}"
        return f"{self.look}; if it is right as it is, set `{line}` under `quality:` in {where}"


_GOVERNED = {
    "freshness": _Governed("max_data_age_hours", "bring the bars up to date", "newest_session_age_hours", downward=False),
    "symbol coverage": _Governed(
        "min_symbol_coverage", "bring the newest bars of these symbols, or take them out of the source", "newest_session_coverage_fraction"
    ),
    "calendar completeness": _Governed(
        "min_calendar_completeness", "bring the missing sessions, or correct `calendar`", "calendar_completeness_fraction"
    ),
    "adjusted prices": _Governed(
        "limits.unadjusted_action", "bring adjusted prices: `Adj Close`, or `adj_factor`", "symbols_without_unadjusted_action_fraction"
    ),
    "jumps": _Governed("max_jump_fraction", "look at these bars"),
    "symbol gaps": _Governed("min_calendar_completeness", "bring the missing bars of these symbols, or take them out of the source"),
}


def breaches(
    report: QualityReport, lost: tuple[Lost, ...], facts: Facts, revised: RevisionsRecord, from_test: str, night: Night
) -> tuple[Breach, ...]:  # fmt: skip
    """Everything that does not hold: what refuses the night first, causes before what follows; then warnings, the test part's first."""
    order = {name: place for place, name in enumerate(ORDER)}
    broken = [one for one in report.expectations if not one.passed]
    broken = [one for one in broken if one.name == DAILY] or broken  # whatever else is missing of weekly bars is no advice
    found = []
    for one in broken:
        in_test = sum(bool(from_test) and row.session >= from_test for row in one.rows) if one.severity != "critical" else 0
        place = (one.severity != "critical", order.get(one.name, len(ORDER)), -in_test)
        found += [(place, breach) for breach in _of(one, lost, facts, revised, night)]
    return tuple(breach for _, breach in sorted(found, key=lambda pair: pair[0]))


def _of(
    one: Expectation, lost: tuple[Lost, ...], facts: Facts, revised: RevisionsRecord, night: Night
) -> Iterator[Breach]:  # fmt: skip
    if one.name == DEFECTS:
        yield from (_defect(row, night) for row in lost if row.limit_fraction is not None and row.fraction > row.limit_fraction)
    elif one.name == REVISED:
        yield _revised(one, revised, night)
    else:
        yield _other(one, facts, night)


def _defect(row: Lost, night: Night) -> Breach:
    """Too many rows for one reason."""
    reason, where = REASONS[row.reason], f"{night.market.market}.yaml"
    enough = f"`limits: {{{row.reason}: {math.ceil(row.fraction * 1000) / 1000:g}}}` under `quality:` in {where}"
    test = f", {row.test_rows:,} of them in the test part" if row.test_rows else ""
    return Breach(
        name=DEFECTS, severity="critical",
        says=f"{row.reason}: {row.rows:,} rows {row.words}, {row.fraction:.2%} of all{test}",
        allowed=f"at most {row.limit_fraction:.2%} may be {row.became}", worst=row.worst, rows=(), key=row.key,
        value=f"{row.limit_fraction:g}{_origin(row, night)}",
        next_step=f"look for {reason.cause}; if it is right as it is, set {enough}",
    )  # fmt: skip


def _origin(row: Lost, night: Night) -> str:
    limits = night.market.quality
    if row.reason in limits.limits:
        return ""
    return ", its default" if limits.max_defect_fraction is None else ", from quality.max_defect_fraction"


def _revised(one: Expectation, revised: RevisionsRecord, night: Night) -> Breach:
    """A vendor rewrote more than a person has to know of."""
    changed = revised.revised > revised.max_revised_rows
    key, limit = ("max_revised_rows", revised.max_revised_rows) if changed else ("max_back_filled_rows", revised.max_back_filled_rows)
    name, counts = night.snapshot.rsplit("/", maxsplit=1)[-1], [(row, row.changed + row.vanished) for row in revised.by_symbol]
    of = counts if changed else [(row, row.back_filled) for row in revised.by_symbol]
    return Breach(
        name=REVISED, severity="critical", says=f"the vendor's past: {one.found}", allowed=one.expected,
        worst=tuple(Worst(symbol=row.symbol, rows=n) for row, n in sorted(of, key=lambda pair: -pair[1])[:5] if n),
        rows=tuple(_row(bar.symbol, bar.session, bar.kind.replace("_", "-")) for bar in revised.bars[:3]),
        key=f"quality.{key}", value=str(limit),
        next_step="compare some of these bars with another vendor; if the new ones are right, set "
        f"`accept_revisions: {name}` under `quality:` in {night.market.market}.yaml, which accepts these bars and no others",
    )  # fmt: skip


def _other(one: Expectation, facts: Facts, night: Night) -> Breach:
    """An expectation that a limit of its own governs, or none."""
    governed, where = _GOVERNED.get(one.name), f"{night.market.market}.yaml"
    value = governed.value(night.market.quality) if governed else 0.0
    daily = f"bring daily bars: the source of {where} has others"
    steps = {"clean bars": "look at the reasons above", DAILY: daily}
    broken = "the cleaning let this through: look at these rows on the data page, and report it"
    return Breach(
        name=one.name, severity="critical" if one.severity == "critical" else "warning",
        says=f"{one.name}: {_found(one, governed, facts)}", allowed=f"expected {one.expected}", worst=(),
        rows=tuple(_row(row.symbol, row.session, row.value) for row in one.rows[:5] if one.name != "freshness"),
        key=f"quality.{governed.key}" if governed else "", value=f"{value:g}" if governed else "",
        next_step=governed.step(facts, where) if governed else steps.get(one.name, broken),
    )  # fmt: skip


def _found(one: Expectation, governed: _Governed | None, facts: Facts) -> str:
    if one.name == "freshness":
        newest = facts.evidence["newest_session_age_hours"][0].session or "none"
        return f"the newest session, {newest}, closed {one.found} hours before as-of"
    counted = f"{len(facts.evidence[governed.fact]):,} named; " if governed and governed.fact and facts.evidence[governed.fact] else ""
    return f"{counted}{one.found}"


def _row(*parts: str) -> str:
    return " ".join(part for part in parts if part)
