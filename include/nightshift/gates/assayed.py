"""Was this policy put through the assay, and did it keep its bounds? A policy that is known to be wrong too often runs no night."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nightshift.config import Market
from nightshift.errors import ConfigError
from nightshift.nouns.assay_record import AssayRecord, CaseResult, Estimate
from nightshift.nouns.files import read_json
from nightshift.project import PROJECT
from nightshift.storage import addresses, fingerprints, store

MOST_FALSE = 0.08  # upper end of the share of markets without anything to find that ever promote, over `NIGHTS`
MOST_NEEDLESS_A_YEAR = 2.0
NIGHTS, SEQUENCES = 250, 1000  # of an assay that decides; a shorter one only shows


def policy_of(market: Market) -> str:
    """What decides a verdict, as a fingerprint: gates, budget, style and label; neither alerts nor schedule, nor where bars come from."""
    label = market.label.model_dump(mode="json", include={"kind", "horizon_sessions"})
    facts = [[gate.model_dump(mode="json") for gate in market.gates], market.budget.model_dump(mode="json"), market.costs.style, label]
    return store.fingerprint(facts)[:16]


def shipped_folder() -> Path:
    """Where the assays of the policies that are shipped lie, a file a policy; they hold for markets in any folder."""
    return PROJECT / "include" / "markets" / "assays"


def newest(market: Market) -> AssayRecord | None:
    """The newest assay of the market's policy as it stands: this machine's own, or the one that was shipped with it."""
    policy = policy_of(market)
    own = [AssayRecord.read(store.open_folder(where)) for where in store.children(addresses.assays(market.market))]
    file = shipped_folder() / f"{policy}.json"
    shipped = [AssayRecord.of_facts(read_json(file), file)] if file.is_file() else []
    known = [record for record in (*shipped, *own) if record.policy == policy]
    return max(known, key=lambda record: record.assayed_on, default=None)


def refuse_out_of_bounds(market: Market) -> None:
    """Refuse a policy whose newest assay is out of bounds, with the number and the case."""
    record = newest(market)
    if record and not record.in_bounds:
        raise refused(record.model_copy(update={"market": market.market}))


def refused(record: AssayRecord) -> ConfigError:
    """What is wrong with a policy that is out of bounds, and what to do."""
    return ConfigError(
        expected=f"a policy of {record.market} that keeps the assay's bounds",
        found=f"on {record.assayed_on}: {record.out_of_bounds[0]}",
        next_step=f"change its gates or budget, then nightshift assay --market {record.market}",
    )


def in_order(market: Market) -> bool:
    """True when the policy as it stands was assayed by the gate as it stands, and kept its bounds."""
    record = newest(market)
    return record is not None and record.in_bounds and record.code == fingerprints.of(fingerprints.JUDGING)


def told(market: Market) -> str:
    """When the policy was assayed and what came of it, in a sentence; one that never was says what to type."""
    record, policy, step = newest(market), policy_of(market), f"nightshift assay --market {market.market}"
    if record is None:
        return f"policy {policy} was never assayed, so nobody knows how often it is wrong: {step}"
    state = "within bounds" if record.in_bounds else f"OUT OF BOUNDS ({record.out_of_bounds[0]})"
    since = "" if record.code == fingerprints.of(fingerprints.JUDGING) else f"; the gate's code has changed since: {step}"
    return f"policy {policy} was assayed on {record.assayed_on}, {state}{since}"


def out_of_bounds(cases: Sequence[CaseResult]) -> tuple[str, ...]:
    """A sentence for each bound that these results do not keep, and for each case that the two levels disagree about."""
    whole = [case for case in cases if case.level == "evidence" and case.nights >= NIGHTS]
    return (*(said for case in whole if (said := _broken(case))), *_disagreeing(cases))


def _disagreeing(cases: Sequence[CaseResult]) -> list[str]:
    """Where the whole line's interval and that of the evidence level, over the same nights, have nothing in common."""
    seen = {(case.name, case.nights): case for case in cases if case.level == "evidence"}
    lines = [(line, seen.get((line.name, line.nights))) for line in cases if line.level == "line"]
    return [
        f"{line.name}: the whole line promotes on {line.promoted.value or 0.0:.0%} of the markets, "
        f"the evidence level on {twin.promoted.value or 0.0:.0%}"
        for line, twin in lines
        if twin and not agree(line.promoted, twin.promoted)
    ]


def agree(one: Estimate, other: Estimate) -> bool:
    """True when two intervals have something in common.

    >>> agree(Estimate(value=0.1, low=0.0, high=0.2), Estimate(value=0.3, low=0.2, high=0.4))
    True
    """
    return (one.low or 0.0) <= (other.high or 0.0) and (other.low or 0.0) <= (one.high or 0.0)


def _broken(case: CaseResult) -> str:
    high, swaps = case.promoted.high or 0.0, case.needless_a_year.value or 0.0
    if case.kind == "null" and high > MOST_FALSE:
        seen = f"{case.promoted.value or 0.0:.1%} of the markets promoted (up to {high:.1%})"
        return f"{case.name}: {case.says}, and {seen} within {case.nights} nights, where {MOST_FALSE:.0%} is the limit"
    if case.kind == "leaky" and case.promoted.value:
        return f"{case.name}: {case.says}, and {case.promoted.value:.1%} of the markets promoted it, where none may"
    if case.kind == "stationary" and swaps > MOST_NEEDLESS_A_YEAR:
        return f"{case.name}: {case.says}, and {swaps:.1f} needless swaps a year came of it, where {MOST_NEEDLESS_A_YEAR:g} is the limit"
    return ""
