"""`completion`: the script with which a shell completes commands, flags, markets, families, nights and releases."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from nightshift.commands.answers import Answer
from nightshift.commands.command import command

PROGRAM = "nightshift"


@command(
    click.argument("shell", type=click.Choice(["bash", "zsh", "fish"])),
    examples=(
        'eval "$(nightshift completion bash)"      # in ~/.bashrc',
        'eval "$(nightshift completion zsh)"       # in ~/.zshrc, after compinit',
        "nightshift completion fish > ~/.config/fish/completions/nightshift.fish",
    ),
)
def completion(shell: str) -> Answer:
    """Print the script for completion in bash, zsh or fish."""
    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(click.get_current_context().find_root().command, {}, PROGRAM, f"_{PROGRAM}_COMPLETE".upper()).source()
    return Answer({"shell": shell, "script": script}, [script.rstrip()])
