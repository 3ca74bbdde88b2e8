"""The README's table of assays is what the committed records say, for the policies as they are shipped."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from nightshift.nouns.assay_record import AssayRecord

PROJECT = Path(__file__).resolve().parents[2]
KEPT = PROJECT / "tests" / "nouns" / "kept" / "AssayRecord.json"


@pytest.fixture(scope="module")
def script():
    found = importlib.util.spec_from_file_location("write_assays", PROJECT / "scripts" / "write_assays.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_readme_s_table_is_what_the_records_say(script):
    readme = (PROJECT / "README.md").read_text()
    assert script.written(readme) == readme, "make assay, or python scripts/write_assays.py --table"


def test_every_shipped_policy_was_assayed_as_it_is_shipped_and_is_within_bounds(script):
    records = script.records()
    assert set(records) == {", ".join(names) for names in script.policies().values()}, "make assay"
    assert {names: record.out_of_bounds for names, record in records.items()} == dict.fromkeys(records, ())


def test_one_row_a_case_and_one_column_a_policy(script):
    record = AssayRecord.of_facts(json.loads(KEPT.read_text()), KEPT)
    cases = [
        case.model_copy(update={"name": name}) for case in record.cases for name in (case.name, "stationary", "planted_2.5_over_champion")
    ]
    table = script.table(
        {"a": record.model_copy(update={"cases": tuple(cases)}), "b, c": record.model_copy(update={"cases": tuple(cases)})}
    )
    assert "| a | b, c |" in table.splitlines()[0]
    assert "| nothing to find | 50.0% (9.5–90.5) | 50.0% (9.5–90.5) |" in table
