import datetime as dt
import shutil

import pytest

from nightshift import release
from nightshift.errors import Damaged, ReleaseRefused
from nightshift.storage import ledger, store
from nightshift.storage.addresses import serving


def served(handmade) -> str | None:
    return store.pointed(serving(handmade.NAME))


def test_a_promotion_is_a_ledger_entry_a_folder_and_a_pointer(handmade):
    night = handmade.night()
    entry = release.promote(night, who="gate", why="it was better", at=handmade.AT)
    assert (entry.version, entry.previous_version, entry.night) == ("1.0.0", None, night.address)
    assert served(handmade) == "handmade/releases/1.0.0"
    served_now = release.champion(handmade.NAME)
    assert (served_now.version, served_now.since, served_now.columns.names) == ("1.0.0", entry.at, ("rsi_14",))
    born = served_now.release
    assert (born.version, born.family, born.promoted_by, born.promoted_at) == ("1.0.0", "ridge", "gate", entry.at)
    assert (store.open_folder("handmade/releases/1.0.0") / "model" / "trees.txt").read_text().startswith("trees of 2026-11-19")


def test_a_night_is_promoted_once_however_often_it_is_asked(handmade):
    night = handmade.night()
    first = release.promote(night, who="gate", why="it was better", at=handmade.AT)
    again = release.promote(night, who="somebody else", why="again")
    assert again == first
    assert len(ledger.entries(handmade.NAME)) == 1


def test_versions_count_up_and_parents_are_remembered(handmade):
    for day in ("2026-11-17", "2026-11-18", "2026-11-19"):
        release.promote(handmade.night(day), who="gate", why="better", at=handmade.AT)
    assert [entry.version for entry in ledger.entries(handmade.NAME)] == ["1.0.0", "1.0.1", "1.0.2"]
    assert release.champion(handmade.NAME).release.parent == "1.0.1"


def test_an_older_session_never_goes_over_a_newer_one(handmade):
    older = handmade.night("2026-11-12")
    release.promote(handmade.night("2026-11-19"), who="gate", why="better", at=handmade.AT)
    with pytest.raises(ReleaseRefused, match="a session not before 2026-11-19"):
        release.promote(older, who="backfill", why="late")
    assert release.champion(handmade.NAME).release.session == "2026-11-19"


def test_only_a_persons_word_puts_an_older_session_over_a_newer_one_and_the_ledger_says_so(handmade):
    release.promote(handmade.night("2026-11-19"), who="gate", why="better", at=handmade.AT)
    release.promote(handmade.night("2026-11-12"), who="ada", why="the newer data was wrong", force=True)
    assert release.champion(handmade.NAME).release.session == "2026-11-12"
    last = ledger.entries(handmade.NAME)[-1]
    assert (last.kind, last.who, last.why) == ("force", "ada", "the newer data was wrong")


def test_an_older_night_that_was_ready_before_the_newer_one_is_forced_over_it(handmade):
    older = handmade.night("2026-11-12")  # staged while nothing was served
    release.promote(handmade.night("2026-11-19"), who="gate", why="better", at=handmade.AT)
    entry = release.promote(older, who="ada", why="the newer data was wrong", force=True)
    assert (entry.kind, entry.previous_version, served(handmade)) == ("force", "1.0.0", "handmade/releases/1.0.1")
    assert release.champion(handmade.NAME).release.parent is None, "what it was compared with"


def test_a_refused_night_that_is_ready_is_promoted_by_nobodys_word_but_a_persons(handmade):
    night = handmade.night(decision="REJECT")
    handmade.tested(night)
    with pytest.raises(ReleaseRefused, match="expected a PROMOTE verdict; found REJECT"):
        release.promote(night, who="gate", why="better")
    for who, why in (("", "because"), ("ada", " "), ("", "")):
        with pytest.raises(ReleaseRefused, match="expected who forces the release, and why"):
            release.promote(night, who=who, why=why, force=True)
    assert ledger.entries(handmade.NAME) == []
    assert release.promote(night, who="ada", why="I know better", force=True).kind == "force"


def test_what_is_served_changed_while_a_release_was_forced(handmade, monkeypatch):
    """Of a forced release and a promotion at one moment the slower one is refused: its person saw something else served."""
    forced, real = handmade.night("2026-11-12"), ledger.append

    def overtaken(change, **told):
        monkeypatch.setattr(ledger, "append", real)
        release.promote(handmade.night("2026-11-19"), who="gate", why="better", at=handmade.AT)
        return real(change, **told)

    monkeypatch.setattr(ledger, "append", overtaken)
    with pytest.raises(ReleaseRefused, match=r"to serve nothing as when this was decided; found 1\.0\.0"):
        release.promote(forced, who="ada", why="the newer data was wrong", force=True)
    assert [entry.kind for entry in ledger.entries(handmade.NAME)] == ["promote"]


def test_a_challenger_judged_against_another_champion_is_refused(handmade):
    stale = handmade.night("2026-11-19")  # staged while nothing was served
    release.promote(handmade.night("2026-11-18"), who="gate", why="better", at=handmade.AT)
    with pytest.raises(ReleaseRefused, match=r"to serve nothing as when this was decided; found 1\.0\.0"):
        release.promote(stale, who="gate", why="better")
    assert served(handmade) == "handmade/releases/1.0.0"


def test_a_staged_model_that_changed_after_its_test_is_refused(handmade):
    night = handmade.night()
    (store.path(night.stage("staged")) / "model" / "trees.txt").write_text("other trees")
    with pytest.raises(Damaged, match=r"trees\.txt"):
        release.promote(night, who="gate", why="better")
    assert (ledger.entries(handmade.NAME), served(handmade)) == ([], None)


def test_a_refused_challenger_is_never_staged(handmade):
    with pytest.raises(ReleaseRefused, match="expected a PROMOTE verdict; found REJECT"):
        release.stage(handmade.night(decision="REJECT"))


def test_a_night_without_a_challenger_is_never_staged(handmade):
    night = handmade.night(decision="ABSTAIN", challenger=None)
    for force in (False, True):
        with pytest.raises(ReleaseRefused, match="expected a challenger to release; found none; ABSTAIN"):
            release.stage(night, force=force)


def test_a_damaged_champion_is_an_error_and_stays_served(handmade):
    release.promote(handmade.night(), who="gate", why="better", at=handmade.AT)
    model = store.path("handmade/releases/1.0.0/model/trees.txt")
    model.write_bytes(model.read_bytes()[:-1])
    with pytest.raises(Damaged, match=r"trees\.txt as it was sealed; found it is changed"):
        release.champion(handmade.NAME)
    assert "trees.txt" in release.status(handmade.NAME).damage
    assert served(handmade) == "handmade/releases/1.0.0"


def test_repair_puts_a_lost_pointer_and_a_lost_folder_back(handmade):
    release.promote(handmade.night(), who="gate", why="better", at=handmade.AT)
    before = store.checksums(store.path("handmade/releases/1.0.0"))
    store.path(serving(handmade.NAME)).unlink()
    shutil.rmtree(store.path("handmade/releases/1.0.0"))
    assert release.repair(handmade.NAME).mended == ("handmade/releases/1.0.0", "handmade/serving")
    assert store.checksums(store.path("handmade/releases/1.0.0")) == before
    assert release.repair(handmade.NAME).mended == ()


def test_a_promotion_cut_off_and_overtaken_still_gets_its_folder_and_never_the_pointer(handmade):
    older = handmade.night("2026-11-18")
    with pytest.MonkeyPatch.context() as killed:
        killed.setattr("nightshift.release.promotion.settling.place", lambda entry: None)
        killed.setattr("nightshift.release.promotion.settling.settle", lambda market: None)
        release.promote(older, who="gate", why="better", at=handmade.AT)
    release.promote(handmade.night("2026-11-19"), who="gate", why="better", at=handmade.AT)
    release.promote(older, who="gate", why="better")
    assert store.exists("handmade/releases/1.0.0")
    assert served(handmade) == "handmade/releases/1.0.1"


def test_a_lost_ledger_is_said_and_never_starts_again_from_one(handmade):
    release.promote(handmade.night(), who="gate", why="better", at=handmade.AT)
    for file in ledger.file().parent.glob("ledger.sqlite*"):
        file.unlink()
    with pytest.raises(Damaged, match="a ledger without it"):
        release.repair(handmade.NAME)
    assert served(handmade) == "handmade/releases/1.0.0"


def test_status_before_and_after_the_first_release(handmade):
    assert release.status(handmade.NAME).live is None
    assert release.champion(handmade.NAME) is None
    release.promote(handmade.night(), who="gate", why="better", at=handmade.AT)
    status = release.status(handmade.NAME)
    assert (status.live.version, status.live.who, status.previous, status.damage) == ("1.0.0", "gate", None, None)
    assert dt.datetime.fromisoformat(status.live.at) == handmade.AT
