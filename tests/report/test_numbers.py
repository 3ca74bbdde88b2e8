"""Numbers as the pages write them: they read back, they are as their metric declares, and the page's script writes the same."""

from __future__ import annotations

import json
import random
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.proof.metrics import METRICS, metric_of
from nightshift.report.drawing import numbers
from nightshift.report.drawing.numbers import FORMATS, shown
from nightshift.report.pages.page import FOLDER

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
HALVES = [sign * (whole + 0.5) / 10**places for sign in (1, -1) for whole in range(9) for places in range(5)]
EDGES = [0.0, -0.0, -1e-9, 1e-9, 0.125, 0.375, 2.5, 1.005, 0.00005, 999.9996, 999999.5, 1234567.891, -9876543210.12345, 1e15, 1e21, 3e25]


@settings(max_examples=80, deadline=None)
@given(value=st.floats(-1e9, 1e9), unit=st.sampled_from(sorted(FORMATS)))
def test_a_shown_number_reads_back(value, unit):
    form = FORMATS[unit]
    back = float(shown(value, unit).removesuffix(form.tail).replace(" ", "").replace("−", "-"))
    assert back == pytest.approx(value * form.factor, abs=0.51 * 10.0**-form.digits)


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("name", METRICS)
def test_a_metric_is_shown_as_it_declares_for_the_task(name, task):
    shape, metric = numbers.shape_of(name, task), metric_of(name, task)
    assert (shape.label, shape.unit, shape.more_is_better) == (metric.label, metric.unit.form, metric.higher_is_better)
    assert shape.label[0].isupper()


def test_the_skill_of_a_regression_is_its_share_of_variance():
    assert numbers.shape_of("skill", "regression").unit == "ratio"
    assert numbers.shape_of("skill", "classification").unit == "points"


def test_a_difference_of_shares_is_in_points_and_of_anything_else_in_its_own_unit():
    assert numbers.difference(0.0123, "percent") == "+1.23 pp"
    assert numbers.difference(-0.5, "annual") == "−0.50"
    assert numbers.difference(None, "percent") == "–"


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine to run the page's script in")
def test_the_script_of_the_page_writes_every_number_as_the_page_does(tmp_path):
    draw = random.Random(7)
    values = EDGES + HALVES + [draw.gauss(0, 1) * 10.0 ** draw.randint(-6, 9) for _ in range(500)]
    asked = [[value, unit] for value in [*values, None] for unit in [*FORMATS, "unheard of"]]
    script = (FOLDER / "numbers.js").read_text(encoding="utf-8")
    call = "const shown = written(FORMATS); document.body.textContent = JSON.stringify(ASKED.map((one) => shown(...one)));"
    data = f"const FORMATS = {json.dumps(numbers.formats_for_the_page())}, ASKED = {json.dumps(asked)};"
    page = tmp_path / "numbers.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><body><script>{script}{data}{call}</script>", encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={tmp_path / 'profile'}"]
    told = subprocess.run([CHROMIUM, *flags, "--dump-dom", page.as_uri()], capture_output=True, text=True, check=True, timeout=120).stdout
    written = json.loads(told.split("<body>")[1].split("</body>")[0])
    ours = [shown(value, unit) for value, unit in asked]
    assert [(one, mine, theirs) for one, mine, theirs in zip(asked, ours, written, strict=True) if mine != theirs] == []
