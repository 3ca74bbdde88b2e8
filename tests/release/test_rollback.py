import pytest

from nightshift import release
from nightshift.errors import ConfigError, ReleaseRefused
from nightshift.storage import ledger, store
from nightshift.storage.addresses import serving

pytestmark = pytest.mark.usefixtures("loads")


@pytest.fixture
def market(handmade):
    for day in ("2026-11-17", "2026-11-18", "2026-11-19"):
        release.promote(handmade.night(day), who="gate", why="better", at=handmade.AT)
    return handmade.market()


def served(market) -> str:
    return store.pointed(serving(market.market)).rsplit("/", 1)[-1]


def test_previous_is_served_again_by_a_new_entry(market):
    written = release.rollback(market, who="ada", why="it lost money")
    assert (written.version, served(market)) == ("1.0.1", "1.0.1")
    last = ledger.entries(market.market)[-1]
    assert last == written
    assert (last.kind, last.who, last.why, last.previous_version, last.session) == (
        "rollback", "ada", "it lost money", "1.0.2", "2026-11-18",
    )  # fmt: skip


def test_rollbacks_in_a_row_go_further_back_and_never_to_what_was_just_left(market):
    assert [release.rollback(market, who="ada").version for _ in range(2)] == ["1.0.1", "1.0.0"]
    with pytest.raises(ReleaseRefused, match=r"a version of handmade that was live before 1\.0\.0 and may serve again; found none"):
        release.rollback(market, who="ada")
    assert (served(market), len(ledger.entries(market.market))) == ("1.0.0", 5)


def test_previous_is_what_was_live_when_the_live_one_came(market, handmade):
    release.rollback(market, to="1.0.0", who="ada")
    release.promote(handmade.night("2026-11-20"), who="gate", why="better", at=handmade.AT)
    assert release.status(market.market).previous == "1.0.0"
    release.rollback(market, to="1.0.2", who="ada")
    assert release.status(market.market).previous == "1.0.3"
    assert release.rollback(market, who="ada").version == "1.0.3"


def test_any_version_by_name(market):
    assert release.rollback(market, to="1.0.0", who="ada").version == "1.0.0"
    assert release.champion(market.market).version == "1.0.0"
    assert release.status(market.market).previous is None


def test_naming_the_live_version_is_refused_and_writes_nothing(market):
    with pytest.raises(ReleaseRefused, match=r"another version of handmade than the one it serves; found 1\.0\.2"):
        release.rollback(market, to="1.0.2", who="ada")
    assert len(ledger.entries(market.market)) == 3


def test_after_a_rollback_the_next_night_goes_on_counting(market, handmade):
    release.rollback(market, who="ada")
    entry = release.promote(handmade.night("2026-11-20"), who="gate", why="better", at=handmade.AT)
    assert (entry.version, entry.previous_version) == ("1.0.3", "1.0.1")


def test_an_unknown_version_is_refused_with_the_known_ones(market):
    with pytest.raises(ConfigError, match=r"expected a known version of handmade; found '1\.0\.9'"):
        release.rollback(market, to="1.0.9", who="ada")
    assert served(market) == "1.0.2"


@pytest.mark.parametrize("harm", ["missing", "changed", "cut", "unsealed"])
def test_a_missing_or_damaged_target_is_refused_and_the_market_stays(market, harm):
    folder = store.path("handmade/releases/1.0.1")
    model = folder / "model" / "trees.txt"
    if harm == "missing":
        folder.rename(folder.with_name("gone"))
    elif harm == "unsealed":
        (folder / store.SEAL).unlink()
    else:
        data = model.read_bytes()
        model.write_bytes(data[: len(data) // 2] if harm == "cut" else bytes([data[0] ^ 1]) + data[1:])
    with pytest.raises(ReleaseRefused, match=r"version 1\.0\.1 whole and able to answer; found .*; next: what is served stays"):
        release.rollback(market, who="ada")
    assert served(market) == "1.0.2"
    assert len(ledger.entries(market.market)) == 3


def test_a_target_that_cannot_answer_in_a_throw_away_process_is_refused(market, handmade, monkeypatch):
    def crashes(release):
        raise ReleaseRefused(expected="an answer", found="signal 6", next_step="none")

    monkeypatch.setattr("nightshift.release.deployment.first_load", crashes)
    with pytest.raises(ReleaseRefused, match="found signal 6"):
        release.rollback(market, who="ada")
    other = handmade.whole("handmade/releases/1.0.1").model_copy(update={"equal": False, "largest_difference": 0.25})
    monkeypatch.setattr("nightshift.release.deployment.first_load", lambda release: other)
    with pytest.raises(ReleaseRefused, match=r"a difference of 0\.25"):
        release.rollback(market, who="ada")
    assert served(market) == "1.0.2"


def test_nothing_to_go_back_to(handmade):
    with pytest.raises(ReleaseRefused, match="that is served; found none"):
        release.rollback(handmade.market(), who="ada")
    release.promote(handmade.night(), who="gate", why="better", at=handmade.AT)
    with pytest.raises(ReleaseRefused, match=r"live before 1\.0\.0 and may serve again; found none"):
        release.rollback(handmade.market(), who="ada")


def test_when_nothing_is_served_a_version_is_served_by_name_and_previous_is_refused_in_words(market):
    for version in ("1.0.0", "1.0.1"):
        (store.path(f"handmade/releases/{version}") / store.SEAL).rename(store.path(f"handmade/{version}.json"))
    release.retract(market, "1.0.2", "ada", "wrong bars")
    assert release.status(market.market).live is None
    with pytest.raises(
        ReleaseRefused, match=r"a version of handmade that is served; .*retracted: 1\.0\.2; next: name one with --to \(1\.0\.0, 1\.0\.1\)"
    ):
        release.rollback(market, who="ada")
    with pytest.raises(ReleaseRefused, match=r"found 1\.0\.2, retracted by ada: wrong bars"):
        release.rollback(market, to="1.0.2", who="ada")
    store.path("handmade/1.0.0.json").rename(store.path("handmade/releases/1.0.0") / store.SEAL)
    assert release.would_serve(market.market, "1.0.0") == "1.0.0"
    written = release.rollback(market, to="1.0.0", who="ada", why="mended")
    assert (written.version, written.previous_version, served(market)) == ("1.0.0", None, "1.0.0")
    assert release.status(market.market).previous is None


@pytest.mark.parametrize("to", ["previous", "1.0.0"])
def test_a_dry_run_refuses_a_damaged_target_as_the_rollback_does(market, to):
    for version in ("1.0.0", "1.0.1"):
        (store.path(f"handmade/releases/{version}") / store.SEAL).unlink()
    for act in (lambda: release.would_serve(market.market, to), lambda: release.rollback(market, to=to, who="ada")):
        with pytest.raises(ReleaseRefused, match="whole and able to answer; found no manifest"):
            act()
    assert (served(market), len(ledger.entries(market.market))) == ("1.0.2", 3)


def test_a_rollback_cut_off_before_the_pointer_is_finished_by_asking_again(market):
    with pytest.MonkeyPatch.context() as killed:
        killed.setattr("nightshift.release.rollbacks.settling.settle", lambda name: None)
        release.rollback(market, who="ada")
    assert served(market) == "1.0.2"
    assert release.rollback(market, who="ada").version == "1.0.1"
    assert served(market) == "1.0.1"
    assert len(ledger.entries(market.market)) == 4
