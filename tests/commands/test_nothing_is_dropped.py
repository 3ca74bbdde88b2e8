"""What is asked is done: each of these was once parsed and forgotten, or answered wrongly."""

import datetime as dt
import sqlite3

from nightshift.commands import nights, values
from nightshift.commands.run_night import train
from nightshift.nouns.ledger_entry import Change
from nightshift.storage import ledger


def test_the_why_of_a_promotion_is_in_the_ledger(promoted):
    entry = ledger.live("small")
    assert (entry.who, entry.why) == ("ann", "the board asked")


def test_without_a_why_the_ledger_has_the_verdict(judged, ask):
    assert ask("promote", "--market", "small").code == 0
    assert ledger.live("small").why.startswith("logistic passes all 1 checks")


def test_a_second_promotion_says_that_nothing_changed(promoted, ask):
    again = ask("promote", "--market", "small", "--why", "once more")
    assert again.code == 0
    assert again.out.startswith("already released as small 1.0.0, which is what it serves: nothing was changed\n")
    assert [entry.why for entry in ledger.entries("small")] == ["the board asked"]


def test_promoting_a_night_whose_release_was_replaced_says_what_is_served_and_how_to_go_back(released_market, ask):
    night = next(name for name in values.night_names("demo") if name.startswith("2026-11-17"))
    again = ask("promote", "--night", night)
    assert again.code == 0
    assert again.out.startswith("already released as demo 1.0.0, but demo serves 1.0.1 now: nothing was changed\n")
    assert "nightshift rollback --market demo --to 1.0.0" in again.out
    assert ledger.live("demo").version == "1.0.1"


def test_a_night_of_which_no_time_was_kept_says_so(released_market, ask):
    assert "no stage's time was kept of this night" in ask("history", "--timing").out


def test_a_forced_release_is_told_as_a_release(judged, ask):
    night = nights.last("small", "verdict")
    forced = Change(
        market="small", kind="force", version="1.0.0", release="small/releases/1.0.0", night=night.address, session=str(night.session),
        as_of=night.as_of.isoformat(), who="ann", why="by hand",
    )  # fmt: skip
    ledger.append(forced, at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC), expected_live=None)
    told = ask("history", "--market", "small", "--last")
    assert "released as small 1.0.0" in told.out
    assert "nothing was released" not in told.out


def test_a_broken_ledger_is_found_and_named_by_the_doctor(promoted, ask):
    whole = ask("doctor", "--market", "small", "--json")
    assert whole.code == 0
    assert next(fact for fact in whole.facts if fact["what"] == "ledger")["found"].startswith("2 entries")
    with sqlite3.connect(ledger.file()) as database:
        database.execute("DROP TRIGGER never_changed")
        database.execute("UPDATE entries SET why = 'nobody knows' WHERE kind = 'promote'")
    broken = ask("doctor", "--market", "small")
    assert broken.code == 3
    line = next(line for line in broken.out.splitlines() if " ledger " in line)
    assert line.startswith("NOT OK")
    assert "entry 2 (small promote 1.0.0) is not what was written" in line


def test_a_search_without_a_family_says_which_one_it_takes(judged, ask):
    said = ask("tune", "--market", "small", "--trials", "1", "--as-of", "2026-11-19")
    assert said.code == 0, said.err
    first = said.out.splitlines()[0]
    assert "logistic" in first
    assert "the first family of small" in first


def test_timing_alone_shows_the_timing_of_the_last_night(judged, ask):
    said = ask("history", "--market", "small", "--timing")
    assert "stages' own work" in said.out
    assert said.out == ask("history", "--market", "small", "--last", "--timing").out


def test_status_of_an_earlier_day(promoted, ask):
    now, before, night = (
        ask("status", "--market", "small", "--json", *when).facts[0] for when in ((), ("--as-of", "2026-11-18"), ("--as-of", "2026-11-19"))
    )
    assert (now["version"], now["last_verdict"]) == ("1.0.0", "PROMOTE")
    assert (before["version"], before["last_verdict"]) == (None, "no night yet")
    assert (night["version"], night["last_verdict"]) == (None, "PROMOTE"), "the night was known then, its release is of today"


def test_a_release_is_measured_on_the_period_asked_for(promoted, ask):
    period = ["--from", "2026-10-01", "--to", "2026-10-30"]
    said = ask("evaluate", "--market", "small", "--release", "1.0.0", "--as-of", "2026-11-19", *period)
    assert said.code == 0, said.err
    assert said.out.startswith("small 1.0.0 on 2026-10-01 … 2026-10-30 (22 sessions)\n")


def test_families_named_twice_are_asked_for_once(empty):
    with train.make_context("train", ["--market", "small", "--families", "logistic,lightgbm,logistic"]) as context:
        assert context.params["families"] == ("logistic", "lightgbm")


def test_a_dry_rollback_says_what_it_would_serve(promoted, ask):
    said = ask("rollback", "--market", "small", "--dry-run")
    assert said.code == 2
    assert "a version of small that was live before 1.0.0" in said.err
    named = ask("rollback", "--market", "small", "--dry-run", "--to", "1.0.0")
    assert named.code == 2
    assert "another version of small than the one it serves; found 1.0.0" in named.err
    assert ask("rollback", "--market", "small", "--dry-run", "--to", "9.0.0").code == 3


def test_a_dry_ingest_says_what_it_would_copy_and_where(empty, ask):
    said = ask("ingest", "--market", "small", "--dry-run", "--uri", "mongodb://me:secret@db:27017/bars", "--from", "2026-01-02")
    assert said.code == 0
    assert "secret" not in said.out
    assert all(part in said.out for part in ("small", "db:27017", "2026-01-02", "nothing was written"))


def test_a_quiet_ingest_draws_no_bar(empty, ask, mongo_server):
    copy = ["ingest", "--market", "small", "--as-of", "2026-11-19", "--uri", f"{mongo_server}/commands"]
    told, quiet = ask(*copy), ask(*copy, "--quiet")
    assert "bar" in told.err
    assert "0 new, 0 changed" in quiet.out
    assert quiet.err == ""
