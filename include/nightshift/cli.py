"""Where the command line used to be; an environment that was installed before it moved still starts here."""

from nightshift.commands.cli import main

__all__ = ["main"]
