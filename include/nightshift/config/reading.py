"""Market files read: a misspelt key or a value out of bounds is one sentence with what was meant."""

from __future__ import annotations

import difflib
import os
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from nightshift.config.choices import known
from nightshift.config.market import Market
from nightshift.errors import ConfigError
from nightshift.project import PROJECT

Model = TypeVar("Model", bound=BaseModel)


def markets_folder() -> Path:
    """Where market files lie: NIGHTSHIFT_MARKETS, else include/markets."""
    return Path(os.environ.get("NIGHTSHIFT_MARKETS") or PROJECT / "include" / "markets")


def market_names() -> tuple[str, ...]:
    """Every market that has a file."""
    return tuple(sorted(file.stem for file in markets_folder().glob("*.yaml")))


def load_market(name: str) -> Market:
    """The market's file, its shape checked; no room is imported: that is what a DAG file pays for at every parse."""
    file = markets_folder() / f"{known('market', name, market_names())}.yaml"
    market = parse_market(file.read_text(), where=str(file))
    if market.market != name:
        raise ConfigError(
            expected=f"`market: {name}` in {file}", found=f"`market: {market.market}`", next_step="give the file and the market one name"
        )
    return market


@lru_cache(maxsize=256)  # a market is frozen, and some processes read the same file again and again
def parse_market(text: str, where: str) -> Market:
    """A market from YAML text; every error names the key, what was found and what was meant."""
    try:
        facts = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(expected=f"YAML in {where}", found=" ".join(str(error).split()), next_step="correct the file") from None
    if not isinstance(facts, dict):
        raise ConfigError(expected=f"a mapping in {where}", found=type(facts).__name__, next_step="start from include/markets/demo.yaml")
    return validated(Market, facts, where)


def validated(model: type[Model], facts: dict, where: str) -> Model:
    """`facts` as `model`, or one `ConfigError` for the first wrong key."""
    try:
        return model.model_validate(facts)
    except ValidationError as error:
        raise _explained(error, model, where) from None


def _explained(error: ValidationError, model: type[BaseModel], where: str) -> ConfigError:
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")  # a misspelt key is why the right one is missing
    key = ".".join(str(part) for part in first["loc"]) or "the file"
    if first["type"] == "extra_forbidden":
        keys = _keys_at(model, first["loc"][:-1])
        near = difflib.get_close_matches(str(first["loc"][-1]), keys, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(keys)}"
        return ConfigError(expected=f"only known keys in {where}", found=f"`{key}`", next_step=hint)
    found = "nothing" if first["type"] == "missing" else repr(first.get("input"))
    if first["loc"][-1:] == ("webhook",):  # an address that is written into the file is a secret all the same
        found = "another text than the name of an environment variable with WEBHOOK in it"
    return ConfigError(expected=f"a valid `{key}` in {where}", found=found, next_step=first["msg"].removeprefix("Value error, "))


def _keys_at(model: type[BaseModel], loc: tuple) -> list[str]:
    for part in loc:
        if isinstance(part, str) and part in model.model_fields:
            inner = [
                t
                for t in (model.model_fields[part].annotation, *get_args(model.model_fields[part].annotation))
                if isinstance(t, type) and issubclass(t, BaseModel)
            ]
            model = inner[0] if inner else model
    return sorted(model.model_fields)
