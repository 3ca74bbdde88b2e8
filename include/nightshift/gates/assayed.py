"""Was this policy put through the assay, and did it keep its bounds? A policy that is known to be wrong too often runs no night."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nightshift.config import Market, markets_folder
from nightshift.errors import ConfigError
from nightshift.nouns.assay_record import AssayRecord, CaseResult
from nightshift.nouns.files import read_json
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
    """Where the assays of the policies that are shipped lie, a file a policy."""
    return markets_folder() / "assays"


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
        raise ConfigError(
            expected=f"a policy of {market.market} that keeps the assay's bounds",
            found=f"on {record.assayed_on}: {record.out_of_bounds[0]}",
            next_step=f"change its gates or budget, then nightshift assay --market {market.market}",
        )


def told(market: Market) -> str:
    """When the policy was assayed, in a sentence."""
    record, policy = newest(market), policy_of(market)
    if record is None:
        return f"policy {policy} was never assayed: {never(market.market)}"
    other = "" if record.code == fingerprints.of(fingerprints.JUDGING) else f", by another version of the gate: {again(market.market)}"
    return f"policy {policy} was assayed on {record.assayed_on}, {'within' if record.in_bounds else 'OUT OF'} bounds{other}"


def never(market: str) -> str:
    """What to type when nobody knows how often a policy is wrong."""
    return f"how often it is wrong is not known; nightshift assay --market {market}"


def again(market: str) -> str:
    """What to type when the code that judges has changed since."""
    return f"nightshift assay --market {market}"


def out_of_bounds(cases: Sequence[CaseResult]) -> tuple[str, ...]:
    """A sentence for each bound that these results do not keep."""
    return tuple(said for case in cases if case.level == "evidence" and (said := _broken(case)))


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
