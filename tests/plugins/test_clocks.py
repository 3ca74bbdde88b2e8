"""A form asks about what has been."""

import datetime as dt
import importlib.util
from pathlib import Path

import pytest

from nightshift.errors import ConfigError

_FILE = Path(__file__).resolve().parents[2] / "dags" / "wiring" / "clocks.py"
_SPEC = importlib.util.spec_from_file_location("wiring_clocks", _FILE)
clocks = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(clocks)

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def test_an_instant_to_come_is_refused_in_the_form_s_words():
    with pytest.raises(ConfigError, match=r"`as_of` not after now, 2026-11-20 12:00 UTC; found 2027-03-01T00:00:00\+00:00; next: trigger"):
        clocks.refuse_future("2027-03-01T00:00:00+00:00", NOW)


@pytest.mark.parametrize("asked", [None, "", "2026-11-20", "2026-11-20T12:00:00+00:00", (NOW + clocks.CLOCKS_DIFFER).isoformat()])
def test_what_has_been_and_two_clocks_that_differ_a_little_are_not(asked):
    clocks.refuse_future(asked, NOW)
