"""`versions`: typed as a person types it, on three releases made by hand."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from nightshift import release
from nightshift.nouns.measures import Measure
from nightshift.storage import ledger, store

_SPEC = importlib.util.spec_from_file_location("handmade_versions", Path(__file__).parents[1] / "release" / "handmade.py")
handmade = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(handmade)


@pytest.fixture
def three(empty, monkeypatch):
    """Releases 1.0.0, 1.0.1 and 1.1.0 of the market `small`; nothing here is about MLflow."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    for session, part, sharpe, family in (
        ("2026-11-17", "patch", 0.8, "ridge"), ("2026-11-18", "patch", 1.4, "mlp"), ("2026-11-19", "minor", 1.1, "ridge"),
    ):  # fmt: skip
        told = {"family": family, "measures": {"validate": {}, "test": {"sharpe_annual": Measure(sharpe, 0.1, 2.0)}}}
        night = handmade.night(session, name="small", **told)
        release.promote(night, who="gate", why=f"better on {session}", at=handmade.AT, part=part)


def test_the_list_is_aligned_and_marks_what_is_live(three, ask):
    said = ask("versions", "--market", "small")
    assert said.code == 0
    assert said.out.splitlines() == [
        "version  stage       live since        session     family  sharpe_annual  who   why",
        "* 1.1.0  production  2026-11-20 03:00  2026-11-19  ridge   1.1            gate  better on 2026-11-19",
        "  1.0.1  archived    2026-11-20 03:00  2026-11-18  mlp     1.4            gate  better on 2026-11-18",
        "  1.0.0  archived    2026-11-20 03:00  2026-11-17  ridge   0.8            gate  better on 2026-11-17",
    ]


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (("--family", "ridge"), ["1.1.0", "1.0.0"]),
        (("--since", "2026-11-18", "--stage", "archived"), ["1.0.1"]),
        (("--best", "sharpe_annual"), ["1.0.1", "1.1.0", "1.0.0"]),
        (("list", "--best", "sharpe_annual", "--family", "ridge"), ["1.1.0", "1.0.0"]),
        (("--stage", "deprecated"), []),
    ],
)
def test_versions_are_filtered_and_ordered(three, ask, words, listed):
    said = ask("versions", *words, "--market", "small", "--json")
    assert [version["version"] for version in said.facts] == listed


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--best", "sharp_annual"), "did you mean 'sharpe_annual'"),
        (("--best", "turnover_annual"), "of which neither is"),
        (("--stage", "producton"), "did you mean 'production'"),
        (("show", "1.0.9"), "version of small"),
        (("show", "../1.0.0"), "version of small"),
        (("compare", "1.0.0", "latest"), "version of small"),
        (("note", "1.0.0", "--text", " "), "a note of 1 to 2000 characters"),
    ],
)
def test_what_cannot_be_meant_is_explained(three, ask, words, told):
    said = ask("versions", *words, "--market", "small")
    assert said.code == 3
    assert told in said.err


def test_two_versions_are_compared_side_by_side(three, ask):
    lines = ask("versions", "compare", "1.0.0", "1.0.1", "--market", "small").out.splitlines()
    assert [line.split() for line in lines if line.startswith(("family", "sharpe_annual"))] == [
        ["family", "ridge", "mlp"],
        ["sharpe_annual", "0.8", "(0.1", "to", "2)", "1.4", "(0.1", "to", "2)"],
    ]
    facts = ask("versions", "compare", "1.0.0", "1.0.1", "--market", "small", "--json").facts
    assert facts["measures"] == [{"metric": "sharpe_annual", "1.0.0": "0.8 (0.1 to 2)", "1.0.1": "1.4 (0.1 to 2)"}]


def test_a_version_is_shown_with_its_lineage_its_changelog_and_its_notes(three, ask):
    noted = ask("versions", "note", "1.0.1", "--text", "the vendor mended\nits splits", "--who", "ann", "--market", "small")
    assert noted.code == 0
    shown = ask("versions", "show", "1.0.1", "--market", "small").out
    for line in (
        "parent       1.0.0",
        "children     1.1.0",
        "Since 1.0.0:",
        "- family: ridge → mlp",
        "  note: the vendor mended its splits (ann,",
    ):
        assert f"\n{line}" in shown
    facts = ask("versions", "show", "1.0.1", "--market", "small", "--json").facts
    assert (facts["changelog"]["since"], facts["notes"][0]["who"], [entry["kind"] for entry in facts["entries"]]) == (
        "1.0.0",
        "ann",
        ["promote"],
    )


def test_a_version_is_deleted_after_its_bytes_were_compared(three, ask):
    planned = ask("versions", "delete", "1.0.0", "--dry-run", "--market", "small", "--json").facts
    assert store.exists("small/releases/1.0.0")
    said = ask("versions", "delete", "1.0.0", "--who", "ann", "--why", "full", "--market", "small")
    assert said.code == 0
    assert f"{planned['files']} files, {planned['bytes']:,} bytes, every one as it was sealed, are gone" in said.out
    assert "it is done on the next run" in said.out, "MLflow was away"
    assert not store.path("small/releases/1.0.0").exists()
    assert len(ledger.entries("small")) == 3
    assert "archived DELETED" in ask("versions", "--market", "small").out
    for version, why in (("1.1.0", "which is live"), ("1.0.1", "which a rollback would serve"), ("1.0.0", "it was deleted")):
        refused = ask("versions", "delete", version, "--dry-run", "--market", "small")
        assert (refused.code, why in refused.err) == (2, True)


def test_nothing_yet_is_said(empty, ask):
    assert ask("versions", "--market", "small").out == "no version of small yet\n"
    assert ask("versions", "--market", "small", "--stage", "staging").out == "no challenger is in this stage\n"


@pytest.mark.parametrize(("flag", "version"), [("--minor", "1.2.0"), ("--major", "2.0.0")])
def test_a_person_says_which_number_goes_up(ask, three, monkeypatch, flag, version):
    """The stages before it are answered: what is asked is where the flag goes."""
    from nightshift.commands import promote_night

    night = handmade.night("2026-11-20", name="small")
    monkeypatch.setattr(promote_night, "_judged", lambda market, name: night)
    monkeypatch.setattr("nightshift.running.stages.stage", lambda verdict, force: night.stage("staged"))
    monkeypatch.setattr("nightshift.running.stages.deployment_test", lambda staged: night.stage("deployment_test"))
    monkeypatch.setattr("nightshift.running.stages.signals", lambda where, dry_run: where)
    monkeypatch.setattr("nightshift.commands.run_night.verdict", lambda night: promote_night.Answer({}, ["done"]))
    assert ask("promote", "--market", "small", flag).code == 0
    assert ledger.live("small").version == version


def test_a_list_does_not_import_mlflow(three):
    script = (
        "import sys; from nightshift.commands.cli import main; main(['versions', '--market', 'small']); sys.exit('mlflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0
