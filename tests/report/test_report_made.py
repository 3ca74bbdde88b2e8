"""A night's page is made again where what draws it has changed, at the same address, and never half."""

from __future__ import annotations

import pytest

from nightshift import report
from nightshift.storage import fingerprints, store


@pytest.fixture
def night(home, made):
    return made.make_night(made.market(), n_sessions=300)


@pytest.fixture
def other(monkeypatch):
    """Makes this code another one: `other(fingerprints.PAGE)`."""
    now = fingerprints.of

    def changed(made: fingerprints.Made) -> None:
        monkeypatch.setattr(fingerprints, "of", lambda asked: "other code" if asked is made else now(asked))

    return changed


def pages(night) -> set[str]:
    return {place.name for place in store.path(night.address).glob("report-*")}


def test_a_page_is_drawn_once(night):
    where = report.make(night)
    assert where == night.stage("report")
    drawn = store.pointed(where)
    assert (store.open_folder(where) / "report.html").is_file()
    assert report.make(night) == where
    assert store.pointed(where) == drawn
    assert pages(night) == {drawn.rsplit("/", 1)[-1]}


def test_other_templates_draw_another_page_at_the_same_address(night, other):
    where = report.make(night)
    first = store.pointed(where)
    other(fingerprints.PAGE)
    assert report.make(night) == where
    assert store.pointed(where) != first
    store.open_folder(where)
    store.open_folder(first)


def test_what_other_code_has_left_keeps_its_page(night, other):
    where = report.make(night)
    first = store.pointed(where)
    other(fingerprints.NIGHT)
    report.make(night)
    assert store.pointed(where) == first


def test_a_night_of_other_code_without_a_page_gets_one(night, other):
    other(fingerprints.NIGHT)
    assert store.pointed(report.make(night))


def test_a_page_that_is_no_link_stays(night, other):
    """As the first versions left it, or a copy that followed the link."""
    where = store.write(night.stage("report"), lambda folder: (folder / "report.html").write_text("as it was"))
    other(fingerprints.PAGE)
    assert report.make(night) == where
    assert (store.open_folder(where) / "report.html").read_text() == "as it was"


def test_a_kill_between_the_page_and_its_link_is_finished_by_the_next_call(night):
    where = report.make(night)
    drawn = store.pointed(where)
    seal = store.sha256_of(store.path(where) / store.SEAL)
    store.path(where).unlink()
    assert not store.exists(where)
    report.make(night)
    assert store.pointed(where) == drawn
    assert store.sha256_of(store.path(where) / store.SEAL) == seal
