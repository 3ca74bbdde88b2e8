"""The suite is itself under test: every planted defect has to be caught."""

import importlib.util
import sys
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("nightshift_plant", Path(__file__).with_name("plant.py"))
plant = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = plant
_SPEC.loader.exec_module(plant)


@pytest.mark.slow
@pytest.mark.parametrize("defect", plant.defects(), ids=lambda one: one.name)
def test_is_caught(defect):
    assert plant.survives(defect) == ""


@pytest.mark.parametrize("defect", plant.defects(), ids=lambda one: one.name)
def test_still_fits_the_code(defect, tmp_path):
    """Cheap: the edit applies and the file still compiles, so that a moved line is noticed at once."""
    place = tmp_path / "include" / "nightshift" / defect.file
    place.parent.mkdir(parents=True)
    place.write_text((plant.PROJECT / "include" / "nightshift" / defect.file).read_text())
    before = place.read_text()
    plant.plant(tmp_path, defect)
    assert place.read_text() != before
    compile(place.read_text(), str(place), "exec")
