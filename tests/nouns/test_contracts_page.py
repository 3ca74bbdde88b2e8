"""The page of contracts is what the records say."""

import runpy
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def test_the_page_is_written_from_the_records():
    written = runpy.run_path(str(PROJECT / "scripts" / "write_contracts.py"))["page"]()
    assert (PROJECT / "docs" / "contracts.md").read_text() == written, "next: make contracts"


def test_every_key_of_every_record_is_on_the_page():
    from nightshift.nouns.every_record import RECORDS

    page = (PROJECT / "docs" / "contracts.md").read_text()
    for record in RECORDS:
        section = page.partition(f": {record.__name__}, schema")[2].partition("\n## ")[0]
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == list(record.model_fields), record.__name__
