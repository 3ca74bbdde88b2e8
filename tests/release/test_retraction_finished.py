"""A retraction that was cut off is finished by asking again, and a damaged release never goes live by itself."""

import pytest

from nightshift import release
from nightshift.config import Serving
from nightshift.errors import Damaged, ReleaseRefused
from nightshift.release.signals import publishing
from nightshift.storage import ledger, store
from nightshift.storage.addresses import serving

pytestmark = pytest.mark.usefixtures("loads")
WHY = "it learned from a split that was none"


@pytest.fixture
def market(handmade):
    for day in ("2026-11-17", "2026-11-18", "2026-11-19"):
        release.promote(handmade.night(day), who="gate", why="better", at=handmade.AT)
    return handmade.market()


def served(market):
    return (store.pointed(serving(market.market)) or "").rpartition("/")[2] or None


def entries(market):
    return [(entry.kind, entry.version) for entry in ledger.entries(market.market)][3:]


def harm(version, how="changed"):
    folder = store.path(f"handmade/releases/{version}")
    if how == "missing":
        folder.rename(folder.with_name(f"gone-{version}"))
    else:
        (folder / "model" / "trees.txt").write_text("other trees\n")


def cut_off(market, version="1.0.2"):
    with pytest.MonkeyPatch.context() as killed:
        killed.setattr("nightshift.release.retraction.settling.settle", lambda name: None)
        release.retract(market, version, "ada", WHY)
    assert served(market) == "1.0.2"


def test_cut_off_before_the_pointer_it_is_finished_by_asking_again_and_written_once(market):
    cut_off(market)
    before, done = ledger.entries(market.market), release.retract(market, "1.0.2", "ann", "again, in other words")
    assert (done.entry.who, done.entry.why, done.was_live, done.serves, done.was_cut_off) == ("ada", WHY, True, "1.0.1", True)
    assert served(market) == "1.0.1"
    assert ledger.entries(market.market) == before
    with pytest.raises(ReleaseRefused, match=f"1.0.2, retracted by ada on 2026-.*: {WHY}; next: nothing is to do"):
        release.retract(market, "1.0.2", "ann", WHY)


def test_a_dry_run_says_what_would_be_finished(market):
    cut_off(market)
    planned = release.would_retract(market, "1.0.2", "ada", WHY)
    assert (planned.was_live, planned.serves, planned.was_cut_off) == (True, "1.0.1", True)
    assert served(market) == "1.0.2"


def test_cut_off_before_its_signals_were_withdrawn_it_may_be_asked_again(market, monkeypatch):
    """MongoDB has not been told: whoever acts on what lies there has to be stopped, by the same command."""
    held = market.model_copy(update={"serving": Serving(mongo_collection="signals")})
    release.retract(held, "1.0.2", "ada", WHY)
    assert publishing.owes(held)
    assert release.retract(held, "1.0.2", "ada", WHY).was_cut_off
    monkeypatch.setattr(publishing, "_write_all", lambda *told: None)  # the server took it
    assert publishing.publish(held) == ""
    assert not publishing.owes(held)
    with pytest.raises(ReleaseRefused, match="nothing is to do"):
        release.retract(held, "1.0.2", "ada", WHY)


@pytest.mark.parametrize("how", ["changed", "missing"])
def test_a_damaged_one_is_passed_over_with_an_entry_that_says_why_and_the_one_below_serves(market, how):
    harm("1.0.1", how)
    planned = release.would_retract(market, "1.0.2", "ada", WHY)
    assert (planned.serves, [entry.version for entry in planned.passed_over]) == ("1.0.0", ["1.0.1"])
    done = release.retract(market, "1.0.2", "ada", WHY)
    assert (done.serves, served(market)) == ("1.0.0", "1.0.0")
    assert entries(market) == [("retract", "1.0.2"), ("refuse", "1.0.1"), ("rollback", "1.0.0")]
    (passed,) = done.passed_over
    assert passed.why.startswith("it cannot take over from 1.0.2: ")
    assert {"changed": "trees.txt", "missing": "no manifest.json"}[how] in passed.why
    assert ledger.verify() == 6


@pytest.mark.parametrize("how", ["changed", "missing"])
def test_where_none_below_is_whole_nothing_is_served_and_nothing_damaged(market, how, handmade):
    harm("1.0.1", how)
    harm("1.0.0", how)
    assert release.would_retract(market, "1.0.2", "ada", WHY).serves is None
    done = release.retract(market, "1.0.2", "ada", WHY)
    assert (done.serves, served(market), release.champion(market.market)) == (None, None, None)
    assert entries(market) == [("retract", "1.0.2"), ("refuse", "1.0.1"), ("refuse", "1.0.0")]
    assert release.status(market.market).damage is None
    entry = release.promote(handmade.night("2026-11-20"), who="gate", why="better", at=handmade.AT)
    assert (entry.version, entry.previous_version, served(market)) == ("1.0.3", None, "1.0.3")


def test_what_was_passed_over_serves_again_by_name_once_it_is_mended(market):
    folder = store.path("handmade/releases/1.0.1")
    folder.rename(folder.with_name("away"))
    release.retract(market, "1.0.2", "ada", WHY)
    folder.with_name("away").rename(folder)
    assert release.rollback(market, to="1.0.1", who="ann", why="restored from the copy").version == "1.0.1"
    assert release.status(market.market).previous == "1.0.0"


@pytest.mark.parametrize("how", ["changed", "missing"])
def test_one_that_is_damaged_between_the_entry_and_the_pointer_does_not_go_live(market, how):
    """What is retracted stops at once all the same: nothing is served until a person says what."""
    cut_off(market)
    harm("1.0.1", how)
    if how == "missing":  # else it is made again from what was staged
        store.remove(ledger.promotion(market.market, "1.0.1").evidence.staged)
    for _ in range(2):
        with pytest.raises(Damaged, match=r"(1\.0\.1|staged).*; next: nightshift rollback --market handmade --to VERSION"):
            release.repair(market.market)
        assert served(market) is None
    assert release.rollback(market, to="1.0.0", who="ann", why="1.0.1 is damaged").version == "1.0.0"
    assert served(market) == "1.0.0"


def test_a_promotion_whose_bytes_were_damaged_leaves_what_is_served(market, handmade):
    with pytest.MonkeyPatch.context() as killed:
        killed.setattr("nightshift.release.promotion.settling.settle", lambda name: None)
        release.promote(handmade.night("2026-11-20"), who="gate", why="better", at=handmade.AT)
    harm("1.0.3")
    with pytest.raises(Damaged, match=r"1\.0\.3"):
        release.repair(market.market)
    assert served(market) == "1.0.2"


def test_a_release_without_its_seal_is_said_to_be_damaged(market):
    (store.path("handmade/releases/1.0.2") / store.SEAL).unlink()
    with pytest.raises(Damaged, match=r"1\.0\.2; found no manifest\.json; next: nightshift rollback --market handmade --to VERSION"):
        release.repair(market.market)
    assert served(market) == "1.0.2"


def test_a_missing_release_that_serves_again_is_made_as_it_was_promoted(market):
    release.rollback(market, to="1.0.0", who="ann")
    folder = store.path("handmade/releases/1.0.0")
    was = store.sha256_of(folder / store.SEAL)
    folder.rename(folder.with_name("away"))
    release.repair(market.market)
    assert store.sha256_of(folder / store.SEAL) == was
