"""`versions compare`: two versions side by side."""

from __future__ import annotations

import click

from nightshift.commands.answers import Answer, table
from nightshift.commands.asked import JSON, MARKET
from nightshift.commands.command import command
from nightshift.commands.registry.asked_version import RELEASED
from nightshift.commands.registry.measured import measured_apart


@command(
    MARKET,
    click.argument("first", type=RELEASED, metavar="VERSION"),
    click.argument("second", type=RELEASED, metavar="VERSION"),
    JSON,
    examples=("nightshift versions compare 1.0.0 1.0.1", "nightshift versions compare 1.0.0 1.0.1 --market demo --json"),
)
def compare(market: str, first: str, second: str) -> Answer:
    """Compare two versions: data, columns, family, parameters, code, lock and measures side by side.

    The measures are each of its own night's test sessions; `nightshift evaluate --release` measures both on the same ones.
    """
    from nightshift.config import load_market
    from nightshift.release import registry
    from nightshift.release.registry.lineage import named

    load_market(market)
    every = registry.versions(market)
    one, other = (named(every, market, version) for version in (first, second))
    found = [difference for difference in registry.differences(other.made, one.made) if not difference.about.startswith("test ")]
    sides = [[difference.about, difference.before or "", difference.after or ""] for difference in found]
    rows = measured_apart(one, other)
    facts = {
        "versions": [first, second],
        "differences": [difference.model_dump(mode="json") for difference in found],
        "measures": [dict(zip(("metric", first, second), row, strict=True)) for row in rows],
    }
    head = table(sides, ["what", first, second]) if sides else [f"{first} and {second} are of the same data, columns, family and code"]
    return Answer(facts, [*head, "", *table(rows, ["test", first, second])])
