"""No secret and nothing unreadable is told; plain words are left alone."""

from __future__ import annotations

import pytest

from nightshift.report.mail.redaction import HIDDEN, readable, redact


@pytest.mark.parametrize(
    "text",
    [
        "mongodb://bot:s3cr3tvalue@db/bars did not answer",
        "postgresql+psycopg2://u:s3cr3tvalue@host:5432/x",
        "password=s3cr3tvalue, user=bot",
        '{"api_key": "s3cr3tvalue"}',
        "Token: s3cr3tvalue",
        "the header was s3cr3tvalue",  # known from the environment
        'password = "more words s3cr3tvalue"',
        "mongodb://bot:p@s3cr3tvalue@db/bars",
    ],
)
def test_no_secret_is_told(text):
    told = redact(text, {"VENDOR_API_KEY": "s3cr3tvalue", "HOME": "/root"})
    assert "s3cr3tvalue" not in told
    assert HIDDEN in told


@pytest.mark.parametrize("text", ["expected 30 symbols; found 28", "https://example.com/a:b", "at 21:30 in bars.csv:7", "monkey business"])
def test_plain_words_are_left_alone(text):
    assert redact(text, {"A_TOKEN": "x", "HOME": "/root"}) == text


@pytest.mark.parametrize("text", ["größer – £ … • 中文 ▲", "one\ntwo", "  indented"])
def test_what_can_be_read_is_left_as_it_is(text):
    assert readable(text) == text
