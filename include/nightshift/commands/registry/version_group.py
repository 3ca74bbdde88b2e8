"""`versions`: without a word behind it, the list."""

from __future__ import annotations

from collections.abc import Sequence

import click

from nightshift.commands.command import write_examples
from nightshift.commands.registry.compared_versions import compare
from nightshift.commands.registry.deleted_version import delete
from nightshift.commands.registry.listed_versions import list_versions
from nightshift.commands.registry.noted_version import note
from nightshift.commands.registry.shown_version import show

_FIRST = "list"


class VersionGroup(click.Group):
    """Its commands in the order of their list; flags without a command are those of `list`."""

    def __init__(self, *args: object, examples: Sequence[str] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.examples = tuple(examples)

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names, not sorted."""
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`versions --family ridge` is `versions list --family ridge`; a shell that completes is left alone."""
        is_about_list = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        return super().parse_args(ctx, [_FIRST, *args] if is_about_list and not ctx.resilient_parsing else args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples."""
        write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)


versions = VersionGroup(
    "versions",
    commands=[list_versions, compare, show, note, delete],
    help="The released versions: list, compare, show, note, delete.\n\nWithout a command it lists them.",
    short_help="The released versions: list, compare, show, note, delete",
    examples=(
        "nightshift versions                                  # newest first; * is live",
        "nightshift versions --family xgboost --since 2026-11-01",
        "nightshift versions --best sharpe_annual",
        "nightshift versions compare 1.0.0 1.0.1",
        "nightshift versions delete 1.0.0 --dry-run",
    ),
)
