"""Charts in mails: PNG beside the HTML, words for whoever sees no picture, and the plain text as it was."""

from __future__ import annotations

import datetime as dt
import io
import json
from email import message_from_bytes, policy
from pathlib import Path

import numpy as np
from matplotlib import image

from nightshift.nouns.week_record import WeekRecord
from nightshift.report.mail.alerts import Happening
from nightshift.report.mail.message import message_of
from nightshift.report.mail.pictures import drawn
from nightshift.report.mail.week import weekly
from nightshift.report.pages.weekly import weekly_charts

KEPT = Path(__file__).parents[1] / "nouns" / "kept" / "WeekRecord.json"
NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)


def a_week() -> WeekRecord:
    """Thirty sessions around a promise of two thirds."""
    record = WeekRecord.of_facts(json.loads(KEPT.read_text()), KEPT)
    day = dt.date(2026, 10, 12)
    (row,) = record.sessions[:1]
    rows = [
        row.model_copy(update={"session": str(day + dt.timedelta(days=n)), "accuracy": 0.6 + n % 7 / 50, "net_return": 0.001 * (n % 5 - 2)})
        for n in range(30)
    ]
    return record.model_copy(update={"sessions": tuple(rows)})


def test_a_chart_is_a_picture_with_its_words():
    accuracy, growth = (drawn(chart) for chart in weekly_charts(a_week()))
    picture = image.imread(io.BytesIO(accuracy.png), format="png")
    assert 500 < picture.shape[1] < 1000
    assert len(np.unique(picture.reshape(-1, picture.shape[2]), axis=0)) > 10  # something is drawn
    assert accuracy.says.startswith("Accuracy of matured predictions: each session 62.0%")
    assert growth.says.startswith("Growth: what was served ")
    assert accuracy.png == drawn(weekly_charts(a_week())[0]).png


def test_the_pictures_travel_beside_the_html_which_names_them():
    mail = weekly(Happening("demo", "r", as_of="2026-11-21"), a_week(), tuple(drawn(chart) for chart in weekly_charts(a_week())))
    message = message_from_bytes(message_of(mail, "e", "a@b.example", "c@d.example", NOW).as_bytes(), policy=policy.default)
    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert [part["content-id"] for part in pictures] == ["<accuracy@nightshift>", "<growth@nightshift>"]
    page = message.get_body(("html",)).get_content()
    assert all(f'src="cid:{part["content-id"].strip("<>")}"' in page for part in pictures)
    assert message.get_body(("plain",)).get_content().strip() == mail.text.strip()
    assert message.get_content_type() == "multipart/alternative"


def test_a_week_with_little_to_show_has_no_picture():
    record = WeekRecord.of_facts(json.loads(KEPT.read_text()), KEPT).model_copy(update={"sessions": ()})
    assert weekly_charts(record) == []
    assert "cid:" not in weekly(Happening("demo", "r"), record).html
