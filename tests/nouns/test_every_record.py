"""What is promised of every record, asked with a file of each as its first version wrote it (`kept/<record>.json`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nightshift.errors import Damaged
from nightshift.nouns.every_record import RECORDS

KEPT = Path(__file__).parent / "kept"
NEVER = ("damaged", ["damaged"], {"damaged": ["damaged"]}, 0.5)  # no kind of value takes all of these


@pytest.fixture(params=RECORDS, ids=lambda kind: kind.__name__)
def kind(request):
    return request.param


@pytest.fixture
def old(kind):
    """The facts of the oldest file."""
    return json.loads((KEPT / f"{kind.__name__}.json").read_text())


@pytest.fixture
def refused(kind, tmp_path):
    """Write these bytes as the record's file and read it: one sentence that names the file, and the file as it was."""

    def read(text: str) -> str:
        file = tmp_path / kind.FILE
        file.write_text(text)
        with pytest.raises(Damaged) as damaged:
            kind.read(tmp_path)
        assert file.read_text() == text
        assert list(tmp_path.iterdir()) == [file]
        said = str(damaged.value)
        assert str(file) in said
        assert "next: " in said
        assert "\n" not in said
        return said

    return read


def test_every_kept_file_belongs_to_a_record():
    assert {file.name.split(".")[0] for file in KEPT.glob("*.json")} == {kind.__name__ for kind in RECORDS}


def test_a_file_of_the_first_version_is_read_and_is_the_same_after_it_was_written(kind, tmp_path):
    for file in sorted(KEPT.glob(f"{kind.__name__}.*")):
        record = kind.of_facts(json.loads(file.read_text()), file)
        record.write(tmp_path)
        assert kind.read(tmp_path) == record
        written = json.loads((tmp_path / kind.FILE).read_text())
        assert written["schema"] == kind.SCHEMA
        assert written.keys() == {"schema", *kind.model_fields}


def test_every_older_number_has_its_upgrade(kind):
    assert set(kind.UPGRADES) == set(range(1, kind.SCHEMA))


def test_reading_changes_nothing(kind, old, tmp_path):
    file = tmp_path / kind.FILE
    file.write_text(json.dumps(old))
    kind.read(tmp_path)
    assert json.loads(file.read_text()) == old


def test_an_unknown_schema_is_refused(kind, old, refused):
    for unknown in (kind.SCHEMA + 1, 0, -1, "1", None, True):
        assert "schema" in refused(json.dumps({**old, "schema": unknown}))


def test_a_missing_key_is_named(kind, old, refused):
    facts = kind.of_facts(old, KEPT).facts()
    for key in kind.model_fields:
        assert f"`{key}`" in refused(json.dumps({name: value for name, value in facts.items() if name != key}))


def test_an_old_file_that_lacks_something_is_read_or_refused_in_a_sentence(kind, old):
    for key in old:
        for facts in ({name: value for name, value in old.items() if name != key}, old | {key: ["damaged"]}, old | {key: None}):
            _read(kind, facts)


def test_an_unknown_key_is_named(kind, old, refused):
    assert "`invented`" in refused(json.dumps({**kind.of_facts(old, KEPT).facts(), "invented": 1}))


def test_a_value_of_a_wrong_type_is_named(kind, old, refused):
    facts = kind.of_facts(old, KEPT).facts()
    for key in kind.model_fields:
        told = [_read(kind, {**facts, key: value}) for value in NEVER]
        assert any(f"`{key}" in said for said in told), key


def test_a_truncated_file_is_refused(kind, old, refused):
    text = json.dumps(kind.of_facts(old, KEPT).facts(), indent=2)
    for length in (0, 1, len(text) // 2, len(text) - 1):
        refused(text[:length])
    refused("[]")
    refused("null")


def test_no_file_at_all_is_refused_with_its_place(kind, tmp_path):
    with pytest.raises(Damaged, match=f"{kind.FILE} in .*run the stage"):
        kind.read(tmp_path)


def _read(kind, facts) -> str:
    try:
        kind.of_facts(facts, Path("there") / kind.FILE)
    except Damaged as damaged:
        return str(damaged)
    return ""
