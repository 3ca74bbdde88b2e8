"""A form asks about what has been, and so does the command line: one function says so, in the words of who asked."""

import datetime as dt
import importlib.util
from pathlib import Path

import pytest

from nightshift import sessions
from nightshift.errors import ConfigError

_FILE = Path(__file__).resolve().parents[2] / "dags" / "wiring" / "clocks.py"
_SPEC = importlib.util.spec_from_file_location("wiring_clocks", _FILE)
clocks = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(clocks)

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
NOON = "2026-11-20T12:00:00+00:00"
SOON = (NOW + sessions.CLOCKS_DIFFER).isoformat()


def test_an_instant_to_come_is_refused_in_the_form_s_words():
    with pytest.raises(ConfigError, match=r"'As of' not after now, 2026-11-20 12:00 UTC; found 2027-03-01 00:00 UTC; next: ask") as said:
        clocks.refuse_future({"params": {"as_of": "2027-03-01T00:00:00+00:00"}}, NOW)
    assert "--" not in str(said.value)


@pytest.mark.parametrize("asked", [None, "", "2026-11-20", NOON, SOON])
def test_what_has_been_and_two_clocks_that_differ_a_little_are_not(asked):
    clocks.refuse_future({"params": {"as_of": asked}}, NOW)


def test_a_form_without_the_field_asks_about_nothing():
    clocks.refuse_future({"params": {"version": "previous"}}, NOW)
    clocks.refuse_future({}, NOW)


def test_a_run_that_was_given_a_logical_date_to_come_is_refused_too():
    """`airflow dags test … 2027-03-01` stands for a session that nobody knows, as surely as the form does."""
    with pytest.raises(ConfigError, match=r"the run's logical date not after now, .*; found 2027-03-01 00:00 UTC"):
        clocks.refuse_future({"params": {"as_of": None}, "logical_date": dt.datetime(2027, 3, 1, tzinfo=dt.UTC)}, NOW)
    clocks.refuse_future({"params": {}, "logical_date": NOW}, NOW)


def test_what_is_no_instant_is_told_in_the_form_s_words():
    with pytest.raises(ConfigError, match="found 'yesterday'; next: correct 'As of'"):
        clocks.refuse_future({"params": {"as_of": "yesterday"}}, NOW)
