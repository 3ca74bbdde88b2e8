"""The dead man's switch: by the market's calendar, once a night, and nobody is told of a night that has an answer or is not due."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from email import message_from_bytes, policy

import pytest

from nightshift import sessions
from nightshift.config import Market, load_market
from nightshift.nouns.news_record import NewsRecord
from nightshift.nouns.options import Options
from nightshift.nouns.verdict_record import Verdict
from nightshift.report.mail import outbox
from nightshift.report.mail.delivering import Ways
from nightshift.storage import ledger, store
from nightshift.storage.night import night_of, open_night
from nightshift.watch.rounds import make_round
from nightshift.watch.silence import due_nights

REFUSED = Verdict(decision="REJECT", headline="refused", challenger=None, champion_version=None)
HEARD = NewsRecord(
    has_news=False, why="no bar is newer", newest_session="2026-11-19", rests_on="demo/nights/a", decision="REJECT", served=""
)


def at(text: str) -> dt.datetime:
    return sessions.utc(text)


@contextmanager
def nobody(connection: str):
    raise ConnectionRefusedError(111, "Connection refused")
    yield


def posted(variable: str, text: str) -> None:
    raise AssertionError("there is no webhook")


@pytest.fixture
def demo(released_market) -> Market:
    """A market of New York with three judged nights, the last of 2026-11-19; the session after it is 2026-11-20, a Friday."""
    return load_market("demo")


def live(market: Market, as_of: str, options: Options | None = None, **stages) -> None:
    """A night with these records."""
    night = night_of(open_night(market, at(as_of), "demo/snapshots/none", options or Options()))
    for stage, record in stages.items():
        store.write(night.stage(stage), record.write)


def words(market: Market, now: str) -> dict[str, str]:
    return {str(one.session): one.word for one in due_nights(market, at(now))}


def subjects() -> list[str]:
    kept = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in outbox.folder().glob("*.eml")]
    return sorted(str(message["subject"]) for message in kept)


def test_a_night_is_not_asked_for_before_it_is_due_and_late(demo):
    assert words(demo, "2026-11-20T21:29") == {"2026-11-19": "answered"}
    assert words(demo, "2026-11-21T00:29") == {"2026-11-19": "answered"}
    assert words(demo, "2026-11-21T00:30") == {"2026-11-19": "answered", "2026-11-20": "late"}
    assert words(demo, "2026-11-21T05:30") == {"2026-11-20": "silent"}


def test_weekends_holidays_and_half_days_are_the_calendars(demo):
    assert words(demo, "2026-11-22T23:00") == {"2026-11-20": "silent"}  # a Sunday
    live(demo, "2026-11-25T21:30", verdict=REFUSED)
    assert words(demo, "2026-11-27T12:00") == {"2026-11-25": "answered"}  # after Thanksgiving
    assert words(demo, "2026-11-27T21:29") == {"2026-11-25": "answered"}
    assert words(demo, "2026-11-27T21:30") == {"2026-11-25": "answered", "2026-11-27": "late"}  # it closed at 18:00 UTC


@pytest.mark.parametrize("answer", [{"verdict": REFUSED}, {"news": HEARD}], ids=["a refusal", "a rest"])
def test_a_verdict_and_a_rest_are_answers(demo, answer):
    live(demo, "2026-11-20T21:30", **answer)
    assert words(demo, "2026-11-21T06:00") == {"2026-11-20": "answered"}


def test_a_night_that_was_begun_says_where_it_stands(demo):
    live(demo, "2026-11-20T21:30")
    (night,) = due_nights(demo, at("2026-11-21T06:00"))
    assert (night.word, night.stands) == ("silent", "unfinished at check")


def test_somebodys_question_is_not_the_markets_night(demo):
    live(demo, "2026-11-20T21:30", Options(families=("logistic",)), verdict=REFUSED)
    (night,) = due_nights(demo, at("2026-11-21T06:00"))
    assert (night.word, night.stands) == ("silent", "")


def test_a_damaged_night_is_no_answer_and_says_so(demo, released_market):
    live(demo, "2026-11-20T21:30", news=HEARD)
    (record,) = released_market.glob("demo/nights/2026-11-20-*/news/news.json")
    record.write_text("{")
    (night,) = due_nights(demo, at("2026-11-21T06:00"))
    assert night.word == "silent"
    assert "as it was sealed" in night.stands


def test_a_market_is_watched_from_its_first_night_to_its_last(demo, nightshift_home):
    assert due_nights(demo, at("2026-11-21T06:00")) == ()  # this home has no nights
    live(demo, "2026-11-19T21:30", verdict=REFUSED)
    assert words(demo, "2026-11-19T12:00") == {}
    finished = demo.model_copy(update={"schedule": demo.schedule.model_copy(update={"finished_on": dt.date(2026, 11, 19)})})
    assert due_nights(finished, at("2026-11-21T06:00")) == ()


def test_each_missing_night_is_told_exactly_once_and_says_what_to_look_at(demo):
    for now in ("2026-11-21T01:00", "2026-11-21T02:00", "2026-11-21T06:00", "2026-11-21T07:00", "2026-11-22T20:00"):
        done = make_round([demo], Ways(nobody, posted), at(now))
    assert [one.word for one in done.silent] == ["silent"]
    late, silent = subjects()
    assert late == "[nightshift][demo] LATE 2026-11-20: 4 hours after it was due the night is not begun"
    assert silent == "[nightshift][demo] NO VERDICT 2026-11-20: 8 hours after the night was due: nobody began it"
    (letter,) = outbox.folder().glob("silent-*.eml")
    text = message_from_bytes(letter.read_bytes(), policy=policy.default).get_body(("plain",)).get_content()
    assert f"Version {ledger.live('demo').version} is served, since" in text
    assert "`nightshift run --market demo --as-of 2026-11-20T21:30:00+00:00`" in text
    assert "`demo_daily_retrain` switched on" in text


def test_a_night_that_was_only_late_is_told_no_more_once_it_has_an_answer(demo):
    make_round([demo], Ways(nobody, posted), at("2026-11-21T01:00"))
    live(demo, "2026-11-20T21:30", verdict=REFUSED)
    assert make_round([demo], Ways(nobody, posted), at("2026-11-21T06:00")).silent == ()
    assert len(subjects()) == 1


def test_a_round_that_cannot_mail_says_so_and_loses_nothing(demo):
    done = make_round([demo], Ways(nobody, posted), at("2026-11-21T06:00"))
    assert all("Connection refused" in problem for problem in done.problems)
    assert len(done.problems) == 2  # the test of the channel, and the letter that waits
    assert done.delivery.waiting == 1
