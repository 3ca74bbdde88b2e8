"""What holds for every command, by enumeration, those of tomorrow included."""

import ast
import datetime as dt
import inspect
import re
import shlex

import click
import pytest

from nightshift import commands
from nightshift.commands import asked, cli
from nightshift.commands.values import Day, Instant, Known


def _typed(commands, before=()):
    """Every command by the words that are typed for it, those of groups too."""
    for command in commands:
        words = (*before, command.name)
        if isinstance(command, click.Group):
            yield from _typed(command.commands.values(), words)
        else:
            yield words, command


WORDS = {command: words for words, command in _typed(cli.COMMANDS)}
EVERY = pytest.mark.parametrize("command", WORDS, ids=lambda command: " ".join(WORDS[command]))
ASKED_OF_A_MARKET = [
    command for command in WORDS if any(option.name == "market" and isinstance(option.type, Known) for option in command.params)
]
ABOUT_TELLING = {"as_json", "quiet"}


def _read_by(function, seen=frozenset()):
    """Names and attributes that a function reads, and those that the functions of the room read that it calls, and so on."""
    body = ast.parse(inspect.getsource(function)).body[0].body
    nodes = [node for statement in body for node in ast.walk(statement)]
    names = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    attributes = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)]
    known = function.__globals__
    called = [known.get(name) for name in names]
    called += [getattr(known.get(node.value.id), node.attr, None) for node in attributes if isinstance(node.value, ast.Name)]
    of_the_room = {one for one in called if inspect.isfunction(one) and one.__module__.startswith(commands.__name__)} - seen
    read = names | {node.attr for node in attributes}
    return read.union(*(_read_by(one, seen | of_the_room) for one in of_the_room))


@EVERY
def test_every_option_is_read_by_its_command(command):
    offered = {option.name for option in command.params if option.expose_value}
    assert offered - ABOUT_TELLING <= _read_by(inspect.unwrap(command.callback))


@EVERY
def test_every_option_reaches_its_command_and_nothing_else_is_expected(command):
    offered = {option.name for option in command.params if option.expose_value} - ABOUT_TELLING
    received = {}
    told = inspect.unwrap(command.callback)
    for parameter in inspect.signature(told, eval_str=True).parameters.values():
        fields = getattr(parameter.annotation, "__dataclass_fields__", None)
        received |= dict.fromkeys(fields or [parameter.name])
        assert fields is None or parameter.annotation.__dataclass_params__.frozen
        assert parameter.annotation is not inspect.Parameter.empty
    assert offered == set(received)


@EVERY
def test_every_command_explains_itself_with_examples_that_are_right(command, ask):
    shown, typed = ask(*WORDS[command], "--help"), WORDS[command]
    assert shown.code == 0
    assert command.examples
    for example in command.examples:
        assert f"\n  {example}\n" in shown.out
        words = shlex.split(re.sub(r'^eval "\$\((.*?)\)"', r"\1", example), comments=True)
        program, *rest = words[: words.index(">")] if ">" in words else words
        assert (program, *rest[: len(typed)]) == ("nightshift", *typed)
        with click.Context(command) as context:
            command.make_parser(context).parse_args(rest[len(typed) :])


@pytest.mark.parametrize("command", ASKED_OF_A_MARKET, ids=lambda command: " ".join(WORDS[command]))
def test_an_unknown_market_is_exit_code_3_with_a_suggestion(command, ask):
    said = ask(*WORDS[command], "--market", "demoo")
    assert said.code == 3
    assert "did you mean 'demo'" in said.err


def test_every_command_but_a_few_takes_a_market_and_answers_as_json():
    """A service takes several and answers over HTTP, keys are the store's, a shell's script is neither's."""
    lacking = [command.name for command in WORDS if not {"market", "as_json"} <= {option.name for option in command.params}]
    assert lacking == ["serve", "keys", "completion"]


def test_the_strategies_that_help_names_are_those_that_there_are():
    from nightshift.training.search import STRATEGIES

    for command in WORDS:
        for option in command.params:
            if option.name == "strategy":
                assert all(name in option.help for name in STRATEGIES)


# `versions --since` only leaves out what is older: a day to come leaves out everything.
ASKED_WHICH_DAY = [
    (command, option) for command in WORDS for option in command.params if isinstance(option.type, Day) and option.name != "since"
]
ASKED_WHEN = [(command, option) for command in WORDS for option in command.params if isinstance(option.type, Instant)]
DAY = pytest.mark.parametrize(("command", "option"), ASKED_WHICH_DAY, ids=lambda one: one.name)
WHEN = pytest.mark.parametrize(("command", "option"), ASKED_WHEN, ids=lambda one: one.name)


@WHEN
def test_an_instant_to_come_is_refused_by_every_flag_that_takes_one(command, option, released_market, ask):
    flag = option.opts[0]
    said = ask(*WORDS[command], flag, "2127-06-01")
    assert said.code == 3
    assert f"expected {flag} not after now" in said.err
    assert "found 2127-06-01 23:59 UTC" in said.err


@WHEN
def test_a_bare_date_is_the_end_of_that_day_and_of_today_what_there_is_of_it(command, option, monkeypatch, released_market):
    monkeypatch.setattr(asked, "exactly_now", lambda: dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC))
    read = {}
    for day in ("2026-11-19", "2026-11-20"):
        with click.Context(command) as context:
            context.params["market"] = "demo"
            read[day] = option.process_value(context, day)
    assert read == {
        "2026-11-19": dt.datetime(2026, 11, 19, 23, 59, 59, tzinfo=dt.UTC),
        "2026-11-20": dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC),
    }


@DAY
def test_a_session_to_come_is_refused_by_every_flag_that_takes_a_day(command, option, released_market, ask):
    needed = ["--release", "1.0.0"] if command.name == "evaluate" else []
    said = ask(*WORDS[command], *needed, option.opts[0], "2127-06-01")
    assert said.code == 3
    assert f"expected {option.opts[0]} not after now" in said.err
