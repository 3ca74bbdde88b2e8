"""The `nightshift` command: every command in one list, and what a failure is as an exit code.

Exit codes: 0 success, 1 training failed, 2 validation failed (a refusal), 3 configuration error, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import click

from nightshift.commands.answers import say
from nightshift.commands.api_keys import keys
from nightshift.commands.assaying import assay
from nightshift.commands.check_ledger import ledger
from nightshift.commands.command import write_examples
from nightshift.commands.completion import PROGRAM, completion
from nightshift.commands.doctor import doctor
from nightshift.commands.history import history
from nightshift.commands.ingest import ingest
from nightshift.commands.inspect import inspect
from nightshift.commands.measure_release import evaluate
from nightshift.commands.next_signals import signals
from nightshift.commands.pages import compare, report, runs
from nightshift.commands.promote_night import promote
from nightshift.commands.registry.version_group import versions
from nightshift.commands.replay_night import replay
from nightshift.commands.retract_version import retract
from nightshift.commands.run_night import gate, run, train
from nightshift.commands.search import suite, tune
from nightshift.commands.serve import serve
from nightshift.commands.served import rollback, status
from nightshift.commands.simulate import simulate
from nightshift.commands.watching import watch
from nightshift.errors import EXIT_CONFIGURATION, EXIT_SUCCESS, NightshiftError
from nightshift.project import VERSION

EXIT_STOPPED = 130
COMMANDS = (
    run, train, evaluate, gate, promote, rollback, retract, status, versions, signals, history, ledger, inspect, ingest, doctor, watch,
    report, compare, runs, tune, suite, assay, replay, simulate, serve, keys, completion,
)  # fmt: skip
EXAMPLES = (
    "nightshift run --market demo       # one whole night",
    "nightshift status                  # what is served, since when, and the last verdict",
    "nightshift signals --market demo   # what is served says of the next session",
    "nightshift report --open           # the last night's report",
    "nightshift inspect data/mine       # what lies in a folder of bars, and a market file for it",
    "nightshift run --help              # every command has examples",
    'eval "$(nightshift completion bash)"',
)


class Group(click.Group):
    """The commands in the order of their list, then examples and exit codes."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names, not sorted."""
        return list(self.commands)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples, then exit codes."""
        write_examples(EXAMPLES, formatter)
        super().format_epilog(ctx, formatter)


nightshift = Group(
    PROGRAM,
    commands=list(COMMANDS),
    help="Nightly retraining that has to prove itself before it may serve.",
    epilog="Exit codes: 0 success, 1 training failed, 2 validation failed (a refusal), 3 configuration error.",
    context_settings={"max_content_width": 120, "help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
)
click.version_option(VERSION, prog_name=PROGRAM, message="%(prog)s %(version)s")(nightshift)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return nightshift.main(words, prog_name=PROGRAM, standalone_mode=False) or EXIT_SUCCESS
    except click.UsageError as wrong:
        return _failed(type(wrong).__name__, _explained(wrong), EXIT_CONFIGURATION, words)
    except NightshiftError as failure:
        name = type(failure).__name__
        return _failed(name, f"{name}: {failure}", failure.exit_code, words)
    except click.Abort:
        say("stopped; what was finished is kept, the same command goes on from there", error=True)
        return EXIT_STOPPED


def _failed(name: str, message: str, code: int, words: Sequence[str]) -> int:
    if "--json" in words:
        say(json.dumps({"error": name, "message": message}))
    say(message, error=True)
    return code


def _explained(wrong: click.UsageError) -> str:
    if isinstance(wrong, click.exceptions.NoArgsIsHelpError):
        return wrong.format_message()
    where = wrong.ctx.command_path if wrong.ctx else PROGRAM
    return f"{wrong.format_message()}\nnext: {where} --help"


if __name__ == "__main__":
    sys.exit(main())
