"""Whatever a market, a person or an error says, a mail stays one mail: no second header, no markup, no false row, no secret."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes, policy
from functools import cache
from html.parser import HTMLParser

import pytest

from nightshift.config.settings import Alerts
from nightshift.errors import DataRefused
from nightshift.nouns.verdict_record import Check, Verdict
from nightshift.nouns.week_record import WeekRecord
from nightshift.report.mail import alerts, outbox
from nightshift.report.mail.alerts import Happening, TakenBack
from nightshift.report.mail.failed import failure
from nightshift.report.mail.week import weekly
from nightshift.report.mail.writing import Mail

HOSTILE = {
    "markup": "<img src=x onerror=alert(1)><script>alert(1)</script>",
    "the end of an attribute": "http://x\"'><b style=color:red>&",
    "the language of the templates": "{{ 7 * 7 }}{% raw %}{# ",
    "a second header": "boom\r\nBcc: someone@else.example\u2028X: y\x85Z: z",
    "a false row": "boom\nWhat to do: nothing\n\nerror: none",
    "no text at all": "\x00\x1b[31m\udc80\u202e\u200b\ufeff",
    "a link that runs": "javascript:alert(1)",
    "a secret": "token=s3cr3tvalue http://bot:s3cr3tvalue@host",
    "much": "long " * 500,
    "one word": "x" * 2_000,
}
NOW = dt.datetime(2026, 11, 19, tzinfo=dt.UTC)
HEADERS = {"Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", outbox.CONNECTION}


@cache
def every_mail(text: str) -> dict[str, Mail]:
    """Every kind of mail, with the text in every field."""
    where = Happening(text, text, as_of=text, log_url=text, report=text)
    check = Check(metric=text, must_be="at_least", limit=0.6, value=0.7, passed=True, reason=text)
    told = {"headline": text, "challenger": text, "champion_version": None, "checks": (check,)}
    verdicts = [Verdict(decision=decision, **told) for decision in ("PROMOTE", "REJECT", "ABSTAIN")]
    return {
        "refused data": failure(where, text, DataRefused(expected=text, found=text, next_step=text)),
        "a defect": failure(where, text, ValueError(text)),
        "a run": failure(where, "", text),
        **{verdict.decision: alerts.verdict(where, verdict, text) for verdict in verdicts},
        "a dry run": alerts.verdict(where, verdicts[0], text, dry_run=True),
        "rollback": alerts.rollback(where, TakenBack(text, text, None, text, text, text)),
        "retraction": alerts.retraction(where, TakenBack(text, text, text, text, text, text, (text,))),
        "weekly": weekly(where, WeekRecord.model_construct(headline=text, degraded=True, windows=(), waiting=0)),
    }


class Shape(HTMLParser):
    """Which elements and attributes a page has, where its links lead, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: set[tuple[str, ...]] = set()
        self.links: list[str] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.parts |= {(tag,), *((tag, name, value) for name, value in attrs if name != "href")}
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.words += data


PLAIN = {kind: Shape(mail.html) for kind, mail in every_mail("http://plain.example").items()}


def cases(test):
    """The test with every hostile text in every kind of mail."""
    return pytest.mark.parametrize("kind", PLAIN)(pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)(test))


@cases
def test_the_headers_are_ours(kind, text, nightshift_home):
    mail = every_mail(text)[kind]
    outbox.keep(mail, "an event", Alerts(sender="from@example.com", to=("you@example.com",)), NOW)
    message = message_from_bytes(outbox.waiting()[0].read_bytes(), policy=policy.default)
    assert set(message) == HEADERS
    assert message["subject"].split() == mail.subject.split()  # the library that folds a long header may add a blank
    assert mail.subject.isprintable()
    assert len(mail.subject) <= 160


@cases
def test_the_page_is_ours(kind, text):
    seen = Shape(every_mail(text)[kind].html)
    assert seen.parts <= PLAIN[kind].parts
    assert all(link.startswith(("http://", "https://")) for link in seen.links)


@cases
def test_the_rows_are_ours(kind, text):
    mail = every_mail(text)[kind]
    names = [line.partition(": ")[0] for line in mail.text.splitlines()[2:] if line and not line.startswith(" ")]
    plain = [line.partition(": ")[0] for line in every_mail("plain")[kind].text.splitlines()[2:] if line]
    assert names == plain
    assert all(character.isprintable() for character in mail.text.replace("\n", ""))


@cases
def test_both_forms_say_the_same(kind, text):
    mail = every_mail(text)[kind]
    in_html = Shape(mail.html.partition("</head>")[2]).words
    assert letters(in_html) == letters(mail.text)


def letters(words: str) -> str:
    """The words without what lays them out: blanks, marks of code, and the colon between a row's name and its value."""
    return "".join(words.split()).replace(":", "").replace("`", "")


@pytest.mark.parametrize("kind", PLAIN)
def test_no_secret_gets_into_any_field(kind, monkeypatch):
    monkeypatch.setenv("VENDOR_API_KEY", "0therv4lue")
    every_mail.cache_clear()
    for text in (HOSTILE["a secret"], "the key is 0therv4lue"):
        mail = every_mail(text)[kind]
        assert "s3cr3tvalue" not in mail.subject + mail.text + mail.html
        assert "0therv4lue" not in mail.subject + mail.text + mail.html
