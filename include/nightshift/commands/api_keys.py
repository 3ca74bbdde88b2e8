"""`keys`: who may ask a service that others than this machine can reach."""

from __future__ import annotations

from typing import Literal

import click

from nightshift.commands.answers import Answer, table
from nightshift.commands.asked import JSON, now
from nightshift.commands.command import command
from nightshift.commands.serve import STAGES
from nightshift.errors import ConfigError


@command(
    click.argument("verb", type=click.Choice(["new", "drop", "list"]), metavar="new|drop|list"),
    click.argument("name", required=False),
    click.option(
        "--stage", "stages", type=click.Choice(STAGES), multiple=True, default=STAGES[:1], show_default=True, help="what it is good for"
    ),
    JSON,
    examples=("nightshift keys new dashboard", "nightshift keys new trader --stage production --stage staging", "nightshift keys list"),
)
def keys(verb: str, name: str | None, stages: tuple[Literal["production", "staging"], ...]) -> Answer:
    """Make, drop or list the API keys of the inference service.

    A new key is shown once: only its hash is kept. A running service learns of changes when it is started again.
    """
    from nightshift.serving.door import keys as ring

    if verb == "list":
        known = ring.read().ring
        rows = [[key.name, ", ".join(key.stages), f"{key.made_at:%Y-%m-%d %H:%M}"] for key in known]
        facts = [key.model_dump(mode="json", exclude={"sha256"}) for key in known]
        return Answer(facts, table(rows, ["name", "good for", "made (UTC)"]) if rows else ["no keys: whoever reaches a service may ask it"])
    if not name:
        raise ConfigError(expected=f"the name of the key to {verb}", found="none", next_step=f"nightshift keys {verb} NAME")
    if verb == "drop":
        ring.drop(name)
        return Answer({"dropped": name}, [f"{name} is good for nothing from the next start of a service on"])
    secret = ring.make(name, stages, now())
    return Answer({"name": name, "stages": stages, "key": secret}, [secret, "is shown this once; send it as `Authorization: Bearer …`"])
