"""The pieces of the report: intervals told in words, the comparison page, what a chart does with odd numbers."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.errors import ConfigError
from nightshift.report.drawing import axis_words, draw
from nightshift.report.drawing.chart import Axis, Chart, Series
from nightshift.report.drawing.scale import scale_of
from nightshift.report.drawing.ticks import round_ticks, session_ticks, span
from nightshift.report.pages.compare import compare
from nightshift.report.sections.verdict import binding_check

FINITE = st.floats(allow_nan=False, allow_infinity=False, width=32)


@settings(max_examples=60, deadline=None)
@given(low=FINITE, width=st.floats(1e-6, 1e6))
def test_ticks_are_few_ascending_and_within(low, width):
    ticks = round_ticks(low, low + width)
    assert 1 <= len(ticks) <= 13
    assert ticks == sorted(ticks)
    assert all(low - 1e-6 * abs(low) - 0.01 * width <= t <= low + width * 1.01 + 1e-6 * abs(low) for t in ticks)


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.one_of(st.none(), FINITE), max_size=20))
def test_a_scale_is_never_empty(values):
    low, high = span(values, None, None)
    assert low < high
    assert all(low <= v <= high for v in values if v is not None)


def test_long_calendars_have_few_labels():
    days = [str(d) for d in np.arange("2016-01-01", "2026-11-20", dtype="datetime64[D]")]
    assert 2 <= len(session_ticks(days)) <= 9


@pytest.mark.parametrize(
    ("series", "bottom_is_zero"),
    [
        ((Series("a", (1.0, 2.0), style="bars"),), True),
        ((Series("a", (1.0, 2.0)),), False),
        ((Series("a", (None, None)),), True),
        ((), True),
    ],
)
def test_bars_stand_on_zero_and_empty_charts_still_draw(series, bottom_is_zero):
    chart = Chart("k", "t", "s", Axis(labels=("a", "b")), Axis(), series)
    assert (scale_of(chart).bottom <= 0) == bottom_is_zero
    assert "<svg" in draw.figure(chart)


def test_a_line_is_lifted_where_a_part_begins():
    chart = Chart(
        "k", "t", "s", Axis(sessions=tuple(f"2026-01-{d:02d}" for d in range(1, 7))), Axis(), (Series("a", (1.0,) * 6),), breaks=(3,)
    )
    drawn = str(draw.figure(chart))
    path = drawn.split('class="s candidate line n0" d="')[1].split('"', maxsplit=1)[0]
    assert path.count("M") == 2


def test_thousands_of_points_are_drawn_as_hundreds_and_kept_whole_in_the_read_out():
    values = tuple(float(v) for v in np.random.default_rng(0).normal(size=5000).cumsum())
    chart = Chart("k", "t", "s", Axis(values=tuple(map(float, range(5000)))), Axis(), (Series("a", values),))
    drawn = str(draw.figure(chart))
    assert drawn.split('class="s candidate line n0" d="')[1].split('"', maxsplit=1)[0].count("L") < 800
    assert len(json.loads(drawn.split('application/json">')[1].split("</script>", maxsplit=1)[0])["s"][0]["v"]) == 5000


def test_ticks_tell_each_other_apart():
    chart = Chart("k", "t", "s", Axis(labels=("a", "b")), Axis("", "percent"), (Series("a", (0.57432, 0.57439)),))
    words = [word.split("<")[0] for word in str(axis_words.y_labels(chart, scale_of(chart))).split('">')[1:]]
    assert len(words) == len(set(words)) >= 2


def test_the_binding_check_is_the_one_that_decided():
    rows = [{"passed": True, "share": 0.2}, {"passed": None, "share": None}, {"passed": False, "share": 0.5}]
    assert binding_check("REJECT", rows) is rows[2]
    assert binding_check("ABSTAIN", rows) is rows[1]
    assert binding_check("PROMOTE", rows) is rows[0]
    assert binding_check("PROMOTE", []) is None


def test_nights_are_compared_on_one_page(home, made):
    nights = [
        made.make_night(made.market(), decision=decision, as_of=f"2026-11-{day}T23:00:00+00:00", n_sessions=400).address
        for day, decision in ((17, "REJECT"), (18, "ABSTAIN"), (19, "PROMOTE"))
    ]
    page = compare("synthetic", list(reversed(nights)))
    facts = json.loads((page.parent / "report.json").read_text())
    assert [row["session"] for row in facts["rows"]] == ["2026-11-17", "2026-11-18", "2026-11-19"]
    assert {one["decision"]: one["nights"] for one in facts["counts"]} == {"PROMOTE": 1, "REJECT": 1, "ABSTAIN": 1}
    accuracy = facts["charts"]["metric_accuracy"]["series"][0]
    assert accuracy["y"] == [row["measures"]["challenger"]["accuracy"]["value"] for row in facts["rows"]]
    assert compare("synthetic", nights) == page, "the same nights, the same page"


def test_steps_of_one_session_are_called_by_their_names_and_show_every_family_and_what_changed(home, made, monkeypatch):
    usual, nights = made.training, []
    for day, depth in ((18, 4), (19, 7)):
        monkeypatch.setattr(made, "training", lambda name, depth=depth: {**usual(name), "params": {"max_depth": depth, "gamma": 0.0}})
        nights.append(made.make_night(made.market(), as_of=f"2026-11-{day}T23:00:00+00:00", n_sessions=400))
    first, second = nights
    page = compare("synthetic", [second.address, first.address], ["searched", "baseline"])
    facts = json.loads((page.parent / "report.json").read_text())
    assert [row["name"] for row in facts["rows"]] == ["searched", "baseline"], "the order given"
    assert facts["charts"]["metric_accuracy"]["x"]["labels"] == ["searched", "baseline"]
    assert facts["parameters"]["rows"] == [{"cells": ["max_depth", "7", "4"]}]
    accuracy = next(table for table in facts["families"] if table["title"] == "Accuracy")
    assert {row["cells"][0] for row in accuracy["rows"]} == {"xgboost", "lightgbm", "logistic"}, "whoever was judged"
    assert sum(row["cells"][1].endswith("★") for row in accuracy["rows"]) == 1
    assert "What changed in xgboost" in page.read_text()


def test_nothing_to_compare_is_said(home):
    with pytest.raises(ConfigError, match="none yet; next: nightshift run --market synthetic"):
        compare("synthetic", [])
