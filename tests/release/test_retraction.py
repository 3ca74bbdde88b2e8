"""What is retracted never serves again, and what was live before it serves at once; the fence follows what is live."""

import datetime as dt

import pytest

from nightshift import release
from nightshift.errors import ReleaseRefused
from nightshift.release.served_again import again
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
    where = store.pointed(serving(market.market))
    return where and where.rsplit("/", 1)[-1]


def kinds(market):
    return [(entry.kind, entry.version) for entry in ledger.entries(market.market)][3:]


def test_the_live_version_goes_and_the_one_before_it_serves_by_the_same_write(market):
    done = release.retract(market, "1.0.2", "ada", WHY)
    assert (done.entry.kind, done.was_live, done.serves, served(market)) == ("retract", True, "1.0.1", "1.0.1")
    assert kinds(market) == [("retract", "1.0.2"), ("rollback", "1.0.1")]
    assert [(entry.who, entry.why) for entry in ledger.entries(market.market)[3:]] == [("ada", WHY), ("ada", f"1.0.2 was retracted: {WHY}")]
    assert ledger.verify() == 5


def test_a_version_that_is_not_live_is_taken_out_of_the_way_back(market):
    done = release.retract(market, "1.0.1", "ada", WHY)
    assert (done.was_live, done.serves, served(market)) == (False, "1.0.2", "1.0.2")
    assert release.would_serve(market.market) == "1.0.0"
    assert release.rollback(market, who="ada").version == "1.0.0"


def test_nothing_brings_a_retracted_version_back(market, handmade):
    release.retract(market, "1.0.2", "ada", WHY)
    night = handmade.night("2026-11-19")
    for act in (
        lambda: release.rollback(market, to="1.0.2", who="ann"),
        lambda: release.promote(night, who="gate", why="better", at=handmade.AT),
        lambda: release.promote(night, who="ann", why="I want it", at=handmade.AT, force=True),
    ):
        with pytest.raises(ReleaseRefused, match=f"1.0.2, retracted by ada: {WHY}"):
            act()
    with pytest.raises(ReleaseRefused, match="not retracted yet"):
        release.retract(market, "1.0.2", "ann", WHY)
    with pytest.raises(ReleaseRefused, match=r"why 1\.0\.1 is retracted; found nothing"):
        release.retract(market, "1.0.1", "ann", "  ")
    assert served(market) == "1.0.1"


def test_the_ledger_itself_refuses_it_whoever_asks(market):
    release.retract(market, "1.0.2", "ada", WHY)
    gone = ledger.promotion(market.market, "1.0.2")
    with pytest.raises(ReleaseRefused, match=r"1\.0\.2, retracted by ada"):
        ledger.append(again(gone, "ann", "by hand"), at=dt.datetime.now(dt.UTC), expected_live="1.0.1")


def test_where_all_are_retracted_nothing_is_served_and_the_next_night_is_a_first_one(market, handmade):
    for version in ("1.0.0", "1.0.2", "1.0.1"):
        done = release.retract(market, version, "ada", WHY)
    assert (done.serves, served(market), release.champion(market.market)) == (None, None, None)
    assert release.status(market.market).live is None
    with pytest.raises(ReleaseRefused, match="a version of handmade that is served; found none"):
        release.rollback(market, who="ada")
    entry = release.promote(handmade.night("2026-11-20"), who="gate", why="better", at=handmade.AT)
    assert (entry.version, entry.previous_version, served(market)) == ("1.0.3", None, "1.0.3")


def test_a_damaged_one_before_it_is_passed_over(market):
    (store.path("handmade/releases/1.0.1") / store.SEAL).unlink()
    assert release.would_retract(market, "1.0.2", "ada", WHY).serves == "1.0.0"
    assert release.retract(market, "1.0.2", "ada", WHY).serves == "1.0.0"


def test_a_retraction_cut_off_before_the_pointer_is_finished_by_the_next_repair(market):
    with pytest.MonkeyPatch.context() as killed:
        killed.setattr("nightshift.release.retraction.settling.settle", lambda name: None)
        release.retract(market, "1.0.2", "ada", WHY)
    assert served(market) == "1.0.2"
    release.repair(market.market)
    assert served(market) == "1.0.1"


def test_after_a_release_of_the_future_is_taken_back_normal_nights_are_released_again(market, handmade):
    """A form once asked for 2027: what followed from it must not stand in the way of every night until then."""
    release.promote(handmade.night("2027-03-01"), who="gate", why="better", at=handmade.AT)
    tonight = handmade.night("2026-11-20")
    with pytest.raises(ReleaseRefused, match="a session not before 2027-03-01"):
        release.promote(tonight, who="gate", why="better", at=handmade.AT)
    release.rollback(market, who="ada")
    handmade.tested(handmade.night("2026-11-23"))
    assert release.promote(handmade.night("2026-11-23"), who="gate", why="better", at=handmade.AT).version == "1.0.4"
    with pytest.raises(ReleaseRefused, match="a session not before 2026-11-23"):
        release.promote(handmade.night("2026-11-20", snapshot="handmade/snapshots/other"), who="gate", why="late", at=handmade.AT)


def test_what_was_live_then_stays_told(market):
    before = dt.datetime.fromisoformat(ledger.entries(market.market)[-1].at)
    release.retract(market, "1.0.2", "ada", WHY, at=before + dt.timedelta(hours=1))
    assert ledger.live_at(market.market, before).version == "1.0.2"
    assert ledger.live_at(market.market, before + dt.timedelta(hours=2)).version == "1.0.1"
    assert ledger.retractions(market.market)["1.0.2"].why == WHY
