"""`serve`: the inference service, in the foreground."""

from __future__ import annotations

from typing import Literal

import click

from nightshift.commands.answers import Answer, say
from nightshift.commands.asked import MARKET_NAME, now
from nightshift.commands.command import command
from nightshift.commands.values import Count
from nightshift.errors import ConfigError
from nightshift.serving.door.limits import Limits
from nightshift.serving.door.listening import Address

STAGES = ("production", "staging")
SOME = click.FloatRange(min=0, min_open=True)


@command(
    click.option("--market", "markets", type=MARKET_NAME, multiple=True, help="may be given several times  [default: all that are served]"),
    click.option(
        "--stage", type=click.Choice(STAGES), default=STAGES[0], show_default=True, help="what is served, or the newest tested challenger"
    ),
    click.option("--host", default="127.0.0.1", show_default=True, help="another than this machine needs keys: nightshift keys"),
    click.option("--port", type=click.IntRange(1, 65535), default=8100, show_default=True),
    click.option("--max-body-mib", "body_mib", type=SOME, default=Limits.body_mib, show_default=True, metavar="MIB", help="of one request"),
    click.option("--max-rows", "rows", type=Count(min=1), default=Limits.rows, show_default=True, metavar="N", help="of one request"),
    click.option(
        "--max-at-once", "at_once", type=Count(min=1), default=Limits.at_once, show_default=True, metavar="N", help="requests at once"
    ),
    click.option(
        "--max-rate", "requests_per_second", type=SOME, default=Limits.requests_per_second, show_default=True, metavar="N",
        help="requests a second of one client",
    ),
    examples=("nightshift serve", "nightshift serve --market demo --port 8100", "nightshift serve --host 0.0.0.0 --max-rate 50"),
    gathered={"limits": Limits, "where": Address},
)  # fmt: skip
def serve(markets: tuple[str, ...], stage: Literal["production", "staging"], limits: Limits, where: Address) -> Answer:
    """Answer over HTTP with what is served: Open Inference Protocol v2, /signals, /metrics, /docs.

    A promotion or a rollback takes over without a dropped request. Ctrl-C ends it.
    """
    from nightshift.serving.door import keys
    from nightshift.serving.running import refuse_exposed_without_keys, run
    from nightshift.serving.service import service

    chosen = _chosen(markets)
    served = service(chosen, stage, keys.read(), limits, now, shows_docs=not where.is_exposed)
    refuse_exposed_without_keys(where, served)
    say(f"{', '.join(chosen)} ({stage}) at http://{where.host}:{where.port}   API page: /docs   metrics: /metrics   Ctrl-C ends it")
    paces = f"{limits.at_once} requests at once, {limits.requests_per_second:g} a second of one client"
    say(f"limits: {limits.body_mib:g} MiB and {limits.rows} rows a request, {paces}")
    run(served, where)
    return Answer({"ended": True}, ["ended; every request that had come was answered"])


def _chosen(markets: tuple[str, ...]) -> tuple[str, ...]:
    """The markets named; else all that serve something, else all there are."""
    from nightshift.config import market_names
    from nightshift.storage import ledger

    there = tuple(market_names())
    chosen = tuple(dict.fromkeys(markets)) or tuple(name for name in there if ledger.live(name)) or there
    if not chosen:
        raise ConfigError(expected="a market to answer for", found="none", next_step="docs/your_own_market.md")
    return chosen
