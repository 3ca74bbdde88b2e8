"""`serve`: the inference service in the foreground, and its keys."""

from __future__ import annotations

import click

from nightshift.commands.answers import Answer, say
from nightshift.commands.asked import JSON, MARKET_NAME, now
from nightshift.commands.command import command
from nightshift.commands.values import Count

STAGES = ("production", "staging")


@command(
    click.option("--market", "markets", type=MARKET_NAME, multiple=True, help="a market, several times for several  [default: all that are served]"),
    click.option("--stage", type=click.Choice(STAGES), default="production", show_default=True, help="what is served, or the newest tested challenger"),
    click.option("--host", default="127.0.0.1", show_default=True, help="another than this machine needs keys"),
    click.option("--port", type=click.IntRange(0, 65535), default=8100, show_default=True),
    click.option("--max-body-mib", type=click.FloatRange(min=0, min_open=True), default=32.0, show_default=True, metavar="MIB"),
    click.option("--max-rows", type=Count(min=1), default=50_000, show_default=True, metavar="N", help="of one request"),
    click.option("--max-rate", type=click.FloatRange(min=0, min_open=True), default=1000.0, show_default=True, metavar="N", help="requests a second of one client"),
    click.option("--new-key", metavar="NAME", help="make an API key, show it once, and end"),
    click.option("--drop-key", metavar="NAME", help="forget an API key, and end"),
    JSON,
    examples=("nightshift serve", "nightshift serve --market demo --port 8100", "nightshift serve --new-key dashboard", "nightshift serve --host 0.0.0.0"),
)  # fmt: skip
def serve(
    markets: tuple[str, ...], stage: str, host: str, port: int, max_body_mib: float, max_rows: int, max_rate: float,
    new_key: str | None, drop_key: str | None,
) -> Answer:  # fmt: skip
    """Answer over HTTP with what is served: Open Inference Protocol v2, /signals, /metrics, /docs.

    A promotion or a rollback takes over without a dropped request. Ctrl-C ends it.
    """
    from nightshift.serving import keys
    from nightshift.serving.limits import Limits

    if new_key is not None:
        secret = keys.make(new_key, (stage,), now())  # type: ignore[arg-type]
        return Answer({"name": new_key, "stage": stage, "key": secret}, [secret, f"for {stage}; it is shown this once, send it as `X-API-Key`"])
    if drop_key is not None:
        keys.drop(drop_key)
        return Answer({"dropped": drop_key}, [f"{drop_key} is good for nothing from the next start of a service on"])
    return _run(_chosen(markets), stage, host, port, Limits(max_body_mib, max_rows, max_rate))


def _run(markets: tuple[str, ...], stage: str, host: str, port: int, limits: object) -> Answer:
    from nightshift.serving import keys
    from nightshift.serving.running import Address, refuse_exposed_without_keys, run
    from nightshift.serving.service import service

    where = Address(host, port)
    served = service(markets, stage, keys.read(), limits, now, shows_docs=not where.is_exposed)  # type: ignore[arg-type]
    refuse_exposed_without_keys(where, served)
    say(f"{', '.join(markets)} ({stage}) at http://{host}:{port}  API page: /docs  metrics: /metrics  Ctrl-C ends it")
    run(served, where)
    return Answer({"ended": True}, ["ended"])


def _chosen(markets: tuple[str, ...]) -> tuple[str, ...]:
    """The markets named; else all that serve something, else all there are."""
    from nightshift.config import market_names
    from nightshift.storage import ledger

    if markets:
        return tuple(dict.fromkeys(markets))
    there = tuple(market_names())
    return tuple(name for name in there if ledger.live(name)) or there
