"""After a night whose data was refused: `report`, `status`, `history` say so with the reason, and lead to the page."""

import json
import shutil
from pathlib import Path

import pytest

from nightshift.commands.cli import main

DAY = "2026-11-19"


@pytest.fixture(scope="session")
def _refused(tmp_path_factory, small_market) -> Path:
    place = small_market(tmp_path_factory.mktemp("refused"), families=[{"name": "logistic"}], quality={"max_data_age_hours": 0.5})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIGHTSHIFT_HOME", str(place / "home"))
        patch.setenv("NIGHTSHIFT_MARKETS", str(place / "markets"))
        assert main(["run", "--market", "small", "--quiet", "--as-of", DAY]) == 2
    return place


@pytest.fixture
def refused(_refused, tmp_path, monkeypatch) -> Path:
    """A home with one night of `small` whose newest bar was too old."""
    shutil.copytree(_refused, tmp_path / "place", symlinks=True)
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "place" / "home"))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path / "place" / "markets"))
    return tmp_path / "place" / "home"


def test_the_refusal_says_found_against_allowed_the_key_and_what_to_try(refused, ask):
    said = ask("run", "--market", "small", "--quiet", "--as-of", DAY)
    assert said.code == 2
    words = " ".join(said.err.split())
    assert "freshness: the newest session, 2026-11-19, closed 3.0 hours before as-of" in words
    assert "quality.max_data_age_hours: 0.5" in words
    assert "set `max_data_age_hours: 3` under `quality:` in small.yaml" in words
    page = Path(said.err.rsplit(" ", 1)[-1].strip())
    assert page.name == "report.html"
    assert page.is_file()


@pytest.mark.parametrize("named", [False, True])
def test_report_leads_to_the_page_of_the_refused_night(named, refused, ask):
    night = next((refused / "small" / "nights").iterdir()).name
    said = ask("report", "--market", "small", *([night] if named else []))
    assert said.code == 0, said.err
    page = Path(said.out.split()[-1])
    told = page.read_text()
    assert "DATA REFUSED" in told
    assert "max_data_age_hours" in told
    assert (page.parent / "../check/data_docs/index.html").resolve().is_file()
    assert "../check/data_docs/index.html" in told
    facts = json.loads((page.parent / "report.json").read_text())
    assert facts["kind"] == "stopped"
    assert "data refused" in said.out


def test_status_says_that_the_last_night_was_refused_and_why(refused, ask):
    said = ask("status", "--market", "small")
    assert said.code == 0
    assert "DATA REFUSED" in said.out
    assert "freshness" in said.out
    facts = ask("status", "--market", "small", "--json").facts[0]
    assert facts["last_verdict"] == "DATA REFUSED"
    assert facts["last_reason"].startswith("freshness")


@pytest.mark.parametrize("words", [(), ("--last",)])
def test_history_says_it_with_the_reason_and_the_page(words, refused, ask):
    said = ask("history", "--market", "small", *words)
    assert said.code == 0
    assert "DATA REFUSED" in said.out
    assert "freshness" in said.out
    if words:
        assert "report.html" in said.out


def test_compare_shows_a_refused_night_as_refused(refused, ask):
    said = ask("compare", "--market", "small", "--json")
    assert said.code == 0
    assert "DATA REFUSED" in Path(said.facts["page"]).read_text()


def test_an_unfinished_night_says_where_it_stands(refused, ask):
    night = next((refused / "small" / "nights").iterdir())
    for stage in ("check", "refused"):
        shutil.rmtree(night / stage)
    for left in night.glob("report*"):
        left.unlink() if left.is_symlink() else shutil.rmtree(left)
    assert "unfinished at check" in ask("history", "--market", "small", "--last").out.lower()
    said = ask("report", night.name, "--market", "small")
    assert said.code == 0, said.err
    assert "unfinished at check" in said.out


def test_a_refused_night_of_before_there_was_a_page_gets_one(refused, ask):
    night = next((refused / "small" / "nights").iterdir())
    shutil.rmtree(night / "refused")
    for left in night.glob("report*"):
        left.unlink() if left.is_symlink() else shutil.rmtree(left)
    said = ask("report", night.name, "--market", "small")
    assert said.code == 0, said.err
    assert "DATA REFUSED" in Path(said.out.split()[-1]).read_text()
