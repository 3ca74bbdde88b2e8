"""Versions out of the ledger: stages, lineage, changelog, the best by any metric, notes, and deletion that leaves what leads somewhere."""

import datetime as dt

import pytest

from nightshift import release
from nightshift.errors import ConfigError, Damaged, ReleaseRefused
from nightshift.nouns.changelog_record import Changelog
from nightshift.nouns.measures import Measure
from nightshift.release import registry
from nightshift.storage import addresses, ledger, store

NAME = "handmade"


def measured(**values):
    return {"validate": {}, "test": {metric: Measure(value) for metric, value in values.items()}}


@pytest.fixture
def three(handmade, loads):
    """1.0.0, 1.0.1, and 1.1.0, which is live."""
    facts = (
        ("2026-11-17", "patch", {"measures": measured(accuracy=0.61, log_loss=0.66), "symbols": ("A", "B"), "first_session": "2024-06-03"}),
        ("2026-11-18", "patch", {"measures": measured(accuracy=0.64, log_loss=0.70), "symbols": ("A", "C"), "first_session": "2024-06-03"}),
        ("2026-11-19", "minor", {"family": "mlp", "measures": measured(accuracy=0.58), "columns": ("atr_14",), "params": {"alpha": 2.0}}),
    )
    for session, part, told in facts:
        release.promote(handmade.night(session, **told), who="gate", why=f"better on {session}", at=handmade.AT, part=part)
    return handmade


def test_versions_are_listed_newest_first_with_their_stage_and_since_when(three):
    release.rollback(three.market(), to="1.0.1", who="ann", why="loss", at=three.AT + dt.timedelta(hours=1))
    found = registry.versions(NAME)
    assert [(version.version, version.stage) for version in found] == [
        ("1.1.0", "deprecated"),
        ("1.0.1", "production"),
        ("1.0.0", "archived"),
    ]
    assert [version.aliases for version in found] == [("challenger",), ("champion",), ("previous",)]
    assert [version.live_since for version in found] == [
        "2026-11-20T03:00:00+00:00",
        "2026-11-20T04:00:00+00:00",
        "2026-11-20T03:00:00+00:00",
    ]


def test_a_retracted_version_is_deprecated_and_stays_as_evidence(three):
    release.retract(three.market(), "1.0.0", who="ann", why="it knew the future", at=three.AT)
    assert {version.version: version.stage for version in registry.versions(NAME)}["1.0.0"] == "deprecated"
    with pytest.raises(ReleaseRefused, match="retracted by ann, which is the evidence of why"):
        registry.deletion(NAME, "1.0.0")


def test_the_changelog_says_what_changed_against_the_parent_and_is_part_of_release(three):
    first, second, third = (Changelog.read(store.open_folder(addresses.release(NAME, number))) for number in ("1.0.0", "1.0.1", "1.1.0"))
    assert (first.since, first.text) == (None, "First release: ridge of 2026-11-17, 1 columns.")
    assert second.text.splitlines() == [
        "Since 1.0.0:",
        "- data: snapshot abc of 2026-11-17 → snapshot abc of 2026-11-18",
        "- sessions: 2024-06-03 to 2026-11-17 → 2024-06-03 to 2026-11-18",
        "- symbols: +C −B",
        "- test accuracy: 0.61 → 0.64",
        "- test log_loss: 0.66 → 0.7",
    ]
    assert third.lines[1:4] == ("columns: +atr_14 −rsi_14", "family: ridge → mlp", "test accuracy: 0.64 → 0.58")


def test_a_changelog_against_a_parent_that_is_gone_says_so_and_guesses_nothing(three):
    made = registry.versions(NAME)[0].made
    store.remove(addresses.release(NAME, "1.0.1"))
    assert registry.changelog(made, "1.0.1").text == "Since 1.0.1, which cannot be read any more."


def test_the_best_is_on_the_side_that_is_better_and_who_has_no_value_is_last(three):
    every = registry.versions(NAME)
    assert [version.version for version in registry.best_first(every, "accuracy")] == ["1.0.1", "1.0.0", "1.1.0"]
    assert [version.version for version in registry.best_first(every, "log_loss")] == ["1.0.0", "1.0.1", "1.1.0"]
    with pytest.raises(ConfigError, match="did you mean 'accuracy'"):
        registry.best_first(every, "acuracy")


def test_versions_are_chosen_by_family_session_and_stage(three):
    every = registry.versions(NAME)
    assert [version.version for version in registry.chosen(every, family="ridge")] == ["1.0.1", "1.0.0"]
    assert [version.version for version in registry.chosen(every, since=dt.date(2026, 11, 18))] == ["1.1.0", "1.0.1"]
    assert [version.version for version in registry.chosen(every, stage="archived")] == ["1.0.1", "1.0.0"]


def test_a_lineage_leads_to_parent_children_and_what_is_there(three):
    found = registry.lineage(NAME, "1.0.1")
    assert (found.parent, found.children, found.there["night"], found.there["snapshot"]) == ("1.0.0", ("1.1.0",), True, False)
    assert [entry.kind for entry in found.entries] == ["promote"]
    with pytest.raises(ConfigError, match="version of handmade"):
        registry.lineage(NAME, "1.0.9")


def test_candidates_are_in_development_until_they_are_staged(three):
    three.night("2026-11-20", decision="REJECT")
    three.night("2026-11-23")  # staged and tested, not released
    found = registry.candidates(NAME)
    assert [(candidate.session, candidate.stage) for candidate in found] == [("2026-11-23", "staging"), ("2026-11-20", "development")]


def test_notes_are_added_and_never_lost(three):
    for minute, text in enumerate(("first", "second\nline", "first")):
        registry.note(NAME, "1.0.1", text, "ann", at=three.AT + dt.timedelta(minutes=minute))
    registry.note(NAME, "1.0.1", "second", "bob", at=three.AT + dt.timedelta(minutes=1))  # at the same instant as another
    assert sorted(note.text for note in registry.notes(NAME, "1.0.1")) == ["first", "first", "second", "second line"]
    assert registry.notes(NAME, "1.0.1")[0].line == "first (ann, 2026-11-20 03:00 UTC)"
    for empty in ("", "  ", "x" * 2001):
        with pytest.raises(ConfigError, match="a note of 1 to 2000"):
            registry.note(NAME, "1.0.1", empty, "ann", at=three.AT)


@pytest.mark.parametrize("version", ["../1.0.0", "1.0", "%2e%2e", "1.0.0/..", "", "1.0.0\n", "latest", "1.0.0\0"])
def test_a_version_that_could_walk_is_refused_everywhere(three, version):
    for ask in (
        lambda: registry.note(NAME, version, "text", "ann", at=three.AT),
        lambda: registry.lineage(NAME, version),
        lambda: registry.delete(NAME, version, "ann", "", at=three.AT),
    ):
        with pytest.raises((ConfigError, Damaged)):
            ask()
    assert len(store.children(addresses.releases(NAME))) == 3


def test_what_is_live_and_what_a_rollback_would_serve_stay(three):
    for version, why in (("1.1.0", "which is live"), ("1.0.1", "which a rollback would serve")):
        with pytest.raises(ReleaseRefused, match=why):
            registry.delete(NAME, version, "ann", "full", at=three.AT)
    assert len(store.children(addresses.releases(NAME))) == 3


def test_a_deleted_version_leaves_its_records_its_lines_and_its_number(three):
    planned = registry.deletion(NAME, "1.0.0")
    entries, size = ledger.entries(NAME), sum(file.stat().st_size for file in planned.folder.rglob("*") if file.is_file())
    gone = registry.delete(NAME, "1.0.0", "ann", "the disk is full", at=three.AT)
    assert (gone, gone.n_bytes) == (planned, size)
    assert not planned.folder.exists()
    assert [f for f in planned.folder.parent.iterdir() if f.name.startswith(".tmp")] == []
    assert ledger.entries(NAME) == entries
    left = registry.versions(NAME)[-1]
    assert (left.version, left.stage, left.deleted.who, left.deleted.n_bytes) == ("1.0.0", "archived", "ann", size)
    assert left.measure("accuracy").value == 0.61
    assert left.changelog.headline.startswith("First release")
    assert registry.lineage(NAME, "1.0.1").parent == "1.0.0"
    with pytest.raises(ReleaseRefused, match="it was deleted on 2026-11-20 by ann"):
        registry.delete(NAME, "1.0.0", "ann", "again", at=three.AT)
    released = release.promote(three.night("2026-11-20"), who="gate", why="better", at=three.AT)
    assert released.version == "1.1.1"


def test_a_damaged_version_is_not_deleted_for_its_bytes_are_not_what_the_ledger_says(three):
    file = store.path(addresses.release(NAME, "1.0.0")) / "model" / "model.json"
    file.write_text("other")
    with pytest.raises(Damaged, match=r"model\.json as it was sealed"):
        registry.delete(NAME, "1.0.0", "ann", "full", at=three.AT)
    assert file.exists()


def test_a_deletion_that_was_killed_half_way_is_finished_by_the_same_command(three, monkeypatch):
    with monkeypatch.context() as dying:
        dying.setattr(store, "remove", lambda where: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            registry.delete(NAME, "1.0.0", "ann", "full", at=three.AT)
    assert registry.versions(NAME)[-1].deleted is None, "its folder is there"
    registry.delete(NAME, "1.0.0", "ann", "full", at=three.AT)
    assert registry.versions(NAME)[-1].deleted is not None


def test_a_version_whose_record_is_damaged_is_listed_with_what_is_wrong(three):
    (store.path(addresses.release(NAME, "1.0.1")) / "release.json").write_text("{}")
    found = {version.version: version for version in registry.versions(NAME)}
    assert "as it was sealed" in found["1.0.1"].damage
    assert (found["1.0.1"].release, found["1.0.1"].stage) == (None, "archived")
