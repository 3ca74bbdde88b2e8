"""What is retrained night after night: everything of a market and of a person's wishes that decides a model, and nothing that judges it."""

from __future__ import annotations

from nightshift.config import Market
from nightshift.nouns.options import Options
from nightshift.storage import store

JUDGES = ("gates", "budget", "alerts", "schedule", "serving", "owner", "title", "execution")


def recipe(market: Market, options: Options) -> str:
    """A short fingerprint: nights with the same one are looks at the same thing, refitted as it would be refitted.

    Who forced a night, and which library version fitted it, change no recipe: evidence would start anew with every release of
    Nightshift. A different seed is a different recipe: another draw is another try.
    """
    facts = market.model_dump(mode="json", exclude=set(JUDGES)) | {"seed": market.execution.seed}
    return store.fingerprint([facts, options.but(force="").model_dump(mode="json")])[:16]
