"""What every command of the line shares: examples in its help, options as frozen arguments, its answer as lines or JSON."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from functools import reduce, wraps
from typing import Any

import click

from nightshift.commands.answers import Answer, tell

Option = Callable[[Any], Any]


class Command(click.Command):
    """A command whose help ends with examples that can be typed."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, one a line, never wrapped."""
        write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)


def write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    """A section `Examples`."""
    with formatter.section("Examples"):
        for line in examples:
            formatter.write(f"{'':{formatter.current_indent}}{line}\n")


def command(
    *options: Option, examples: Sequence[str], gathered: Mapping[str, type] | None = None
) -> Callable[[Callable[..., Answer]], Command]:
    """A function that answers, as a command that takes these options.

    The function gets every option by its name; those that are fields of a dataclass in `gathered` it gets as one frozen argument.
    `--json` and `--quiet` are about telling, so they stay here.
    """

    def made(answer: Callable[..., Answer]) -> Command:
        @wraps(answer)
        def told(as_json: bool = False, quiet: bool = False, **asked: Any) -> int:
            with narrated(quiet or as_json):
                said = answer(**_gathered(asked, gathered or {}))
            tell(said, as_json)
            return said.exit_code

        first_line = (answer.__doc__ or "").split("\n", 1)[0]
        body = reduce(lambda inner, option: option(inner), reversed(options), told)
        return click.command(cls=Command, short_help=first_line.rstrip("."), examples=examples)(body)

    return made


@contextmanager
def narrated(quiet: bool) -> Iterator[None]:
    """While a command runs, its progress goes to standard error; when quiet, only warnings do."""
    ours, handler = logging.getLogger("nightshift"), logging.StreamHandler()
    before = ours.level
    ours.setLevel(logging.WARNING if quiet else logging.INFO)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        ours.setLevel(before)


def _gathered(asked: dict[str, Any], shapes: Mapping[str, type]) -> dict[str, Any]:
    taken = {name: [field.name for field in fields(shape)] for name, shape in shapes.items()}
    whole = {name: shape(**{key: asked[key] for key in taken[name]}) for name, shape in shapes.items()}
    inside = {key for keys in taken.values() for key in keys}
    return {key: value for key, value in asked.items() if key not in inside} | whole
