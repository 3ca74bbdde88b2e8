"""What may stand behind a flag: names that exist, days and instants; a wrong one is refused before anything runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem

from nightshift import sessions
from nightshift.errors import NightshiftError
from nightshift.storage import addresses, store

END_OF_DAY = dt.time(23, 59, 59)  # what a bare date means
Choices = Callable[[str], Iterable[str]]  # of a market


class Known(click.ParamType):
    """A name that exists; an unknown one is refused with the nearest, and the shell completes it."""

    def __init__(self, name: str, choices: Choices, *, of_market: bool = True) -> None:
        self.name, self._choices, self._of_market = name, choices, of_market

    def convert(self, value: str, _param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name."""
        from nightshift.config import known

        market = _market(ctx)
        return known(f"{self.name} of {market}" if self._of_market else self.name, value, self._choices(market))

    def shell_complete(self, ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that begin like this; none where the market cannot be read."""
        try:
            return [CompletionItem(name) for name in self._choices(_market(ctx)) if name.startswith(incomplete)]
        except NightshiftError:
            return []


class KnownNames(Known):
    """Names that exist, separated by commas."""

    def convert(self, value: str | tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The names, each once."""
        named = listed(value) if isinstance(value, str) else value
        return tuple(dict.fromkeys(super(KnownNames, self).convert(name, param, ctx) for name in named))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that are not there yet, for the last one."""
        before, comma, last = incomplete.rpartition(",")
        offered = super().shell_complete(ctx, param, last)
        return [CompletionItem(before + comma + item.value) for item in offered if item.value not in listed(before)]


class Names(click.ParamType):
    """Names separated by commas."""

    name = "names"

    def convert(self, value: str | tuple[str, ...], _param: click.Parameter | None, _ctx: click.Context | None) -> tuple[str, ...]:
        """The names as a tuple."""
        return value if isinstance(value, tuple) else listed(value)


class Count(click.IntRange):
    """A whole number."""

    name = "whole number"


class Instant(click.ParamType):
    """An instant in UTC; a bare date is the end of that day."""

    name = "when"

    def convert(self, value: str | dt.datetime, param: click.Parameter | None, _ctx: click.Context | None) -> dt.datetime:
        """The instant."""
        try:
            return dt.datetime.combine(dt.date.fromisoformat(str(value)), END_OF_DAY, dt.UTC)
        except ValueError:  # not a bare date
            return _read(value, param)


class Day(click.ParamType):
    """A day."""

    name = "day"

    def convert(self, value: str | dt.date, param: click.Parameter | None, _ctx: click.Context | None) -> dt.date:
        """The day."""
        return _read(value, param).date() if isinstance(value, str) else value


def listed(text: str) -> tuple[str, ...]:
    """Names separated by commas.

    >>> listed("AAA, BBB")
    ('AAA', 'BBB')
    """
    return tuple(name.strip() for name in text.split(",") if name.strip())


def markets(_: str) -> Iterable[str]:
    """Every market that has a file."""
    from nightshift.config import market_names

    return market_names()


def families(market: str) -> Iterable[str]:
    """The families of a market's file."""
    from nightshift.config import load_market

    return load_market(market).family_names


def strategies(_: str) -> Iterable[str]:
    """How a search may choose its next trial."""
    from nightshift.training.search import STRATEGIES

    return STRATEGIES


def night_names(market: str) -> Iterable[str]:
    """The names of the market's nights."""
    return [addresses.name_of(where) for where in addresses.opened_nights(market)]


def versions(market: str) -> Iterable[str]:
    """The market's released versions."""
    return [addresses.name_of(where) for where in store.children(addresses.releases(market))]


def _market(ctx: click.Context | None) -> str:
    return (ctx.params.get("market") if ctx else None) or "demo"


def _read(value: str | dt.datetime, param: click.Parameter | None) -> dt.datetime:
    return sessions.utc(value, param.opts[0] if param else "it")
