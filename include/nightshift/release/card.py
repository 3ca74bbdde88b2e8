"""The model card: what a release is, from what it was made, how good it measured, and what it must not be used for."""

from __future__ import annotations

from nightshift.config import Label, Market
from nightshift.nouns.changelog_record import Changelog
from nightshift.nouns.evaluation_record import PARTS, Evaluation
from nightshift.nouns.measures import Measure, Measures
from nightshift.nouns.release import Release, ReleaseColumns
from nightshift.nouns.verdict_record import Verdict
from nightshift.nouns.walk_record import WalkRecord

_USE = {
    "classification": "Its score is the probability of the label below; it is made to rank or filter symbols once a session.",
    "regression": "Its score is an expected return fraction; it is made to rank or size symbols once a session.",
}


def model_card(
    market: Market, release: Release, columns: ReleaseColumns, evaluation: Evaluation, verdict: Verdict, changes: Changelog,
    walk: WalkRecord | None = None,
) -> str:  # fmt: skip
    """The card as Markdown."""
    parts = (
        f"# {market.title}: {release.family} of {release.session}",
        _section("Intended use", [_USE[market.label.task], f"Market `{market.market}`, calendar {market.calendar}, one answer a session."]),
        _section("Data", _data(release, evaluation)),
        _section("Label", [_label(market.label)]),
        _section("Columns", [f"{len(columns.names)}: {', '.join(columns.names)}"]),
        _section("Parameters", [f"`{name}` = {value}" for name, value in sorted(release.params.items())]),
        _section("Measured on the test sessions", [*_proof(release, walk), *_measured(evaluation.measures_of(release.family))]),
        _section("Verdict", [verdict.headline, *(check.reason for check in verdict.checks)]),
        _section("What changed", [changes.headline, *changes.lines]),
        _section("Limits", _limits(market)),
    )
    return "\n".join(parts) + "\n"


def _section(title: str, lines: list[str]) -> str:
    return "\n".join((f"\n## {title}", *(f"- {line}" for line in lines)))


def _label(label: Label) -> str:
    priced = ", from the next open to an open" if label.fill == "open" else ""
    return f"`{label.kind}` over {label.horizon_sessions} session(s){priced}; {label.task}."


def _data(release: Release, evaluation: Evaluation) -> list[str]:
    rows = release.rows
    spans = [
        f"{part}: {span.first} to {span.last}, {span.sessions} sessions"
        for part, span in ((part, evaluation.sessions[part]) for part in PARTS)
    ]
    counted = ", ".join(f"{rows[part]} {part}" for part in ("train", "validate", "test", "latest") if part in rows)
    return [f"Snapshot `{release.snapshot}`, known at {release.as_of}", f"Rows: {counted}", *spans]


def _proof(release: Release, walk: WalkRecord | None) -> list[str]:
    """What the numbers are the proof of, where they are not this very model's own."""
    return [f"{walk.says[0].upper()}{walk.says[1:]}, up to {release.learned_until}."] if walk else []


def _measured(measures: Measures) -> list[str]:
    return [f"{name}: {_told(measure)}" for name, measure in sorted(measures.items())]


def _told(measure: Measure) -> str:
    if measure.value is None:
        return measure.note or "no value"
    interval = f" ({measure.low:.4g} to {measure.high:.4g})" if measure.low is not None and measure.high is not None else ""
    return f"{measure.value:.4g}{interval}"


def _limits(market: Market) -> list[str]:
    costs = market.costs
    return [
        f"Returns are simulated with {costs.commission_bps:g} bps commission and {costs.slippage_bps:g} bps slippage, style {costs.style}.",
        "It was measured on the sessions above only; it is not evidence about other markets, symbols or regimes.",
        "It is not investment advice.",
    ]
