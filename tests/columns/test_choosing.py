"""Columns are chosen by name or theme, and importing them costs nothing."""

import subprocess
import sys

import numpy as np
import pytest

from nightshift.data import columns
from nightshift.data.columns import COLUMNS, THEMES, chosen
from nightshift.errors import ConfigError


def test_there_are_columns_of_every_theme():
    assert 45 <= len(COLUMNS) <= 65
    assert THEMES == ("momentum", "volatility", "volume", "trend", "returns", "calendar", "cross_section")


def test_all_is_every_column_once_in_their_own_order():
    assert [column.name for column in chosen(["all"])] == list(COLUMNS)
    assert chosen(["all", "momentum", "rsi_14"]) == chosen(["all"])


def test_a_theme_and_a_name_go_together():
    names = [column.name for column in chosen(["month", "momentum", "rsi_14"])]
    assert names.count("rsi_14") == 1
    assert names[-1] == "month"
    assert all(COLUMNS[name].theme == "momentum" for name in names[:-1])


@pytest.mark.parametrize(
    ("wrong", "meant"), [("rsi14", "rsi_14"), ("momentun", "momentum"), ("al", "all"), ("bolinger_width_20", "bollinger_width_20")]
)
def test_a_misspelt_name_is_an_error_with_the_nearest_one(wrong, meant):
    with pytest.raises(ConfigError, match=f"did you mean '{meant}'"):
        chosen([wrong])


def test_the_warm_up_of_several_columns_is_the_longest():
    assert columns.warmup_sessions(chosen(["month", "rsi_14", "log_return_5"])) == COLUMNS["rsi_14"].warmup_sessions
    assert columns.warmup_sessions([]) == 0


def test_no_columns_and_no_symbols_are_empty_arrays():
    from nightshift.nouns.bars import Bars

    nothing = np.empty((0, 3))
    bars = Bars((), np.arange("2026-01-05", "2026-01-08", dtype="datetime64[D]"), *[nothing] * 5)
    assert columns.compute(bars, chosen(["all"])).shape == (0, 3, len(COLUMNS))
    assert columns.compute(bars, ()).shape == (0, 3, 0)


def test_naming_columns_imports_no_heavy_library():
    heavy = ("talib", "pandas", "pyarrow", "scipy", "sklearn", "polars", "tensorflow")
    code = f"""
import sys, nightshift.data.columns, nightshift.data.labels, nightshift.data.splits
sys.exit(' '.join(set({heavy!r}) & set(sys.modules)))"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr.strip() == ""
