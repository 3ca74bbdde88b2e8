"""Every file format of a release, damaged: refused by checksums with every loader made to raise; sealed again, it harms no reader."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from nightshift import release
from nightshift.errors import Damaged
from nightshift.nouns.files import read_json
from nightshift.release import probe
from nightshift.storage import store

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture(scope="module")
def damaged_files():
    specification = importlib.util.spec_from_file_location("damaged_files", SCRIPTS / "damaged_files.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules["damaged_files"] = module
    specification.loader.exec_module(module)
    return module


FORMATS = ("logistic", "arima", "random_forest", "xgboost", "lightgbm", "catboost", pytest.param("mlp", marks=pytest.mark.slow))


@pytest.mark.parametrize("family", FORMATS)
def test_damaged_bytes_never_reach_a_loader(damaged_files, family):
    where, random = damaged_files.small_release(family, damaged_files.FAMILIES[family]), np.random.default_rng(7)
    assert probe.first_load(where)["equal"], "whole, it answers its own sample"
    files = damaged_files.files_of(where)
    assert {"model.json", "preparation.json", "sample.npz"} < {file.name for file in files}
    for file in files:
        tried, refused = damaged_files.before_any_loader(where, file, 8, random)
        assert refused == tried >= 16, file.name
    assert probe.first_load(where)["equal"], "the last damage was taken back"


def test_every_format_that_a_model_may_be_of_is_asked():
    """What a new family writes is damaged too: a format that is allowed and not asked here is a gap."""
    from nightshift.models.model_files import ALLOWED

    assert {".json", ".npz", ".ubj", ".txt", ".cbm", ".keras"} == ALLOWED, "add a family of the new format to scripts/damaged_files.py"


@pytest.mark.slow
@pytest.mark.parametrize("family", ["xgboost", "catboost"])
def test_damage_that_was_sealed_again_is_taken_by_the_throw_away_process(damaged_files, family):
    where = damaged_files.small_release(family, damaged_files.FAMILIES[family])
    native = next(file for file in damaged_files.files_of(where) if file.suffix in {".ubj", ".cbm"})
    counts = damaged_files.sealed_again(where, native, 2, np.random.default_rng(7))
    assert counts["resealed"] == counts["crashed"] + counts["complained"] + counts["differed"] + counts["same"] == 6
    assert counts["complained"] + counts["crashed"] + counts["differed"] > 0


@pytest.mark.parametrize(
    "manifest", ["", "[", "{}", "[]", '{"sha256": 3}', '{"sha256": ["a"]}', "\x00" * 64, "[" * 100_000, '{"sha256": {"a": 1}}']
)
def test_a_manifest_of_any_text_is_refused_in_a_sentence(loads, handmade, manifest):
    release.promote(handmade.night(), who="gate", why="better", at=handmade.AT)
    (store.path(f"{handmade.NAME}/releases/1.0.0") / store.SEAL).write_text(manifest)
    with pytest.raises(Damaged, match=r"manifest|sealed"):
        release.champion(handmade.NAME)


def test_json_that_is_nested_without_end_is_damage_too(tmp_path):
    (tmp_path / "release.json").write_text("[" * 100_000)
    with pytest.raises(Damaged, match=r"JSON in .*release\.json"):
        read_json(tmp_path / "release.json")


def test_the_table_goes_between_its_marks_and_counts_everything(damaged_files):
    specification = importlib.util.spec_from_file_location("write_damage", SCRIPTS / "write_damage.py")
    writing = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(writing)
    rows = [damaged_files.Row("xgboost", "model.ubj", 180, 179, 9, 2, 6, 1, 0), damaged_files.Row("lightgbm", "model.json", 180, 180)]
    page = writing.written(f"before\n{writing.BEGIN}\nold\n{writing.END}\nafter", rows)
    assert page.startswith(f"before\n{writing.BEGIN}\n| family |")
    assert page.endswith(f"{writing.END}\nafter")
    assert "old" not in page
    assert "| lightgbm | `model.json` | 180 | 180 |  |  |  |  |  |\n| all |  | 360 | 359 | 9 | 2 | 6 | 1 | 0 |" in page
    assert writing.written(writing.FIGURES.read_text(), rows) != writing.FIGURES.read_text(), "the page has the marks"
