"""The night's report: one file, verdict first, every number in the JSON, nothing breaks when parts are missing or names are hostile."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nightshift import report
from nightshift.nouns.verdict_record import Verdict
from nightshift.report.drawing.chart import chart_of, facts_of
from nightshift.report.pages.page import render
from nightshift.storage import store

KEPT = Path(__file__).parents[1] / "nouns" / "kept"
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)> \"' & \u202e {{ 7*7 }}"


class Page(HTMLParser):
    """Tags, attributes and the text of the body of a page."""

    VOID = frozenset({"meta", "link", "br", "img", "path", "rect", "input", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.open, self.words, self.bad = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.bad.append(tag)

    def handle_data(self, data):
        if self.open and self.open[-1] not in {"script", "style"}:
            self.words.append(data)


def written(night) -> tuple[str, dict]:
    folder = store.path(store.write(night.stage("report"), lambda place: report.write(night, place)))
    return (folder / "report.html").read_text(), json.loads((folder / "report.json").read_text())


@pytest.mark.parametrize(("decision", "champion"), [("PROMOTE", ""), ("REJECT", "1.0.3"), ("ABSTAIN", "1.0.3")])
def test_the_verdict_and_its_reason_come_first(home, made, decision, champion):
    page, facts = written(made.make_night(made.market(), decision=decision, champion=champion))
    body = Page(page)
    words = " ".join(" ".join(body.words).split())
    assert not body.bad
    assert not body.open
    assert words.index(decision) < words.index(facts["banner"]["headline"]) < words.index("Side by side")
    assert facts["banner"]["binding"]["metric"] == ("pr_auc" if decision == "ABSTAIN" else "accuracy") or decision == "ABSTAIN"
    assert ("1.0.3" in words) == bool(champion)


def test_what_the_headline_says_is_not_said_again(home, made):
    night = made.make_night(made.market(), decision="ABSTAIN")
    _, facts = written(night)
    assert facts["banner"]["binding_words"] == "3 checks: 1 passed, 0 failed, 2 without enough evidence."


def test_a_tie_with_the_champion_is_told_without_an_invented_metric(home, made):
    night = made.make_night(made.market(), champion="1.0.3")
    tie = Verdict.of_facts(json.loads((KEPT / "Verdict.tie.json").read_text()), KEPT)
    tie.write(store.path(night.stage("verdict")))
    store._seal(store.path(night.stage("verdict")))
    page, facts = written(night)
    first = facts["checks"][0]
    assert (first["label"], first["asked"], first["state"]) == ("Every metric", "not all as the champion's", "fail")
    assert "a tie never promotes" in page
    assert "any_metric" not in page


def test_a_champion_that_could_not_be_judged_is_not_told_as_nothing(home, made):
    night = made.make_night(made.market())
    unjudged = Verdict.of_facts(json.loads((KEPT / "Verdict.unjudged.json").read_text()), KEPT)
    unjudged.write(store.path(night.stage("verdict")))
    store._seal(store.path(night.stage("verdict")))
    _, facts = written(night)
    told = {one["name"]: one["note"] for one in facts["banner"]["facts"]}
    assert told["Release"] == "the champion, which could not be judged, keeps serving"


def test_the_page_needs_nothing_but_itself(home, made):
    page, _ = written(made.make_night(made.market()))
    loads = [(tag, attrs) for tag, attrs in Page(page).tags if "src" in attrs or tag in {"link", "iframe", "object", "img"}]
    assert [attrs for tag, attrs in loads if tag != "link"] == []
    assert [attrs["href"] for tag, attrs in loads if tag == "link"] == ["data:,"]
    assert not re.search(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", page), "an address in the network"
    assert "@import" not in page
    assert "url(" not in page
    assert "default-src 'none'" in page


def test_the_page_can_be_made_again_from_its_json(home, made):
    page, facts = written(made.make_night(made.market(), champion="1.0.3"))
    assert report.night_page(facts) == page


def test_every_number_of_every_chart_is_in_the_json(home, made):
    page, facts = written(made.make_night(made.market()))
    drawn = re.findall(
        r'<figure class="chart" id="chart-([^"]+)">.*?<script type="application/json">(.*?)</script></figure>', page, re.DOTALL
    )
    assert {key for key, _ in drawn} == set(facts["charts"])
    for key, embedded in drawn:
        chart = chart_of(facts["charts"][key])
        shown = json.loads(embedded)
        assert [s["n"] for s in shown["s"]] == [s.name for s in chart.series]
        for told, series in zip(shown["s"], chart.series, strict=True):
            assert told["v"] == [None if v is None else pytest.approx(v, rel=1e-5) for v in series.y]


def test_a_chart_survives_its_facts(home, made):
    _, facts = written(made.make_night(made.market()))
    for kept in facts["charts"].values():
        assert facts_of(chart_of(kept)) == kept


def test_the_same_night_gives_the_same_bytes(home, made):
    night = made.make_night(made.market())
    first, _ = written(night)
    report.write(night, home)
    assert (home / "report.html").read_text() == first


def test_a_missing_number_is_told_in_words(home, made):
    night = made.make_night(made.market(), n_symbols=2, n_sessions=60)
    page, facts = written(night)
    notes = [c["note"] for g in facts["comparison"]["groups"] for r in g["rows"] for c in r["cells"] if c["value"] is None]
    assert any("not enough evidence: " in note for note in notes)
    assert "not enough evidence: " in page
    assert not re.search(r">\s*(nan|None|NaN|inf)\b", page)


@pytest.mark.parametrize("stage", ["check", "evaluation", "verdict", "selection", "models/xgboost"])
def test_a_missing_stage_leaves_a_page(home, made, stage):
    import shutil

    night = made.make_night(made.market())
    shutil.rmtree(store.path(night.stage(*stage.split("/"))))
    page, facts = written(night)
    assert not Page(page).bad
    assert facts["not_measured"]
    assert ("UNFINISHED" in page) == (stage == "verdict")


def test_hostile_names_are_only_text(home, made):
    night = made.make_night(made.market(title=HOSTILE))
    _, facts = written(night)
    text = json.dumps(facts).replace("xgboost", json.dumps(HOSTILE)[1:-1]).replace("duplicate bar", json.dumps(HOSTILE)[1:-1])
    page = Page(report.night_page(json.loads(text)))
    assert sum(tag == "script" and "type" not in attrs for tag, attrs in page.tags) == 1
    assert not any(tag == "img" or any(name.startswith("on") for name in attrs) for tag, attrs in page.tags)
    assert "49" not in {word.strip() for word in page.words}
    assert not page.bad


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30),
    value=st.floats(allow_nan=False, allow_infinity=False, width=32),
)
def test_any_name_and_any_number_can_be_drawn(name, value):
    from nightshift.report.drawing import draw
    from nightshift.report.drawing.chart import Axis, Chart, Series

    chart = Chart(
        "key",
        name,
        name,
        Axis(labels=(name, "b")),
        Axis("", "percent"),
        (Series(name, (value, None), "champion"), Series("b", (None, None), style="bars")),
    )
    page = Page(str(draw.figure(chart)))
    assert not page.bad
    assert not page.open
    assert {tag for tag, _ in page.tags} <= {
        "figure",
        "figcaption",
        "b",
        "span",
        "div",
        "svg",
        "title",
        "desc",
        "path",
        "g",
        "ul",
        "li",
        "em",
        "script",
        "p",
        "rect",
    }


def test_templates_refuse_what_they_do_not_know():
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        render("night", {"title": "x"}, parts=[], skill_charts=[])
