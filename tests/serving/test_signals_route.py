"""`/signals` answers what the night's own signals said, says until when, and goes silent when it is stale."""

from nightshift.release.signals import issued
from nightshift.storage import store

from .conftest import TOO_LATE


def test_the_service_says_what_the_night_said(asked):
    ask = asked()
    facts = ask("GET", "/signals").json()
    there = issued.newest("demo")
    assert (facts["version"], facts["session"], facts["for_session"]) == ("1.0.1", "2026-11-19", "2026-11-20")
    assert facts["expires_at"] == there.record.expires_at.isoformat()
    said = {row["symbol"]: (row["score"], row["position"]) for row in facts["signals"]}
    score, position = there.rows.score.tolist(), there.rows.position.tolist()
    assert said == dict(zip(there.rows.symbols, zip(score, position, strict=True), strict=True))
    two = ask("GET", "/signals?symbols=SIM0003, SIM0001&session=2026-11-19").json()["signals"]
    assert [row["symbol"] for row in two] == ["SIM0003", "SIM0001"]


def test_a_stale_model_refuses_or_says_so_as_the_market_asks(asked, released_market):
    late = asked(now=TOO_LATE)
    for path in ("/signals", "/v2/models/demo/ready"):
        answer = late("GET", path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
        assert "was good until 2026-11-20 23:00 UTC" in answer.json()["detail"]
    assert late.infer().status_code == 503
    file = released_market.parent / "markets" / "demo.yaml"
    file.write_text(file.read_text() + "serving: {when_stale: flag}\n")
    flagged = asked(now=TOO_LATE)
    answer = flagged("GET", "/signals")
    assert (answer.status_code, answer.json()["stale"], answer.headers["x-nightshift-stale"]) == (200, True, "true")
    assert flagged.infer().json()["parameters"]["stale"] is True
    page = flagged("GET", "/metrics").text
    assert 'nightshift_serving_stale_answers_total{market="demo"} 2.0' in page
    assert f'nightshift_serving_expires_in_seconds{{market="demo"}} -{(2 * 24 + 13) * 3600}.0' in page


def test_answers_are_logged_for_later_scoring(asked):
    from nightshift.nouns.prediction_line import PredictionLine

    ask = asked()
    ask.service.log.start()
    ask("GET", "/signals", headers={"X-Request-Id": "first"})
    ask.infer()
    ask.service.log.close()
    lines = list(PredictionLine.read(store.path("demo/predictions")))
    assert [(line.asked_for, line.rows, line.version, line.session) for line in lines] == [
        ("signals", 6, "1.0.1", "2026-11-19"),
        ("infer", 2, "1.0.1", "2026-11-19"),
    ]
    assert lines[0].request_id == "first"
    assert lines[0].symbols[0] == "SIM0000"


def test_the_log_is_bounded_and_a_torn_line_is_passed_over(tmp_path, monkeypatch, asked):
    from nightshift.nouns.prediction_line import PredictionLine
    from nightshift.serving import prediction_log

    monkeypatch.setattr(prediction_log, "FILE_BYTES", 1000)
    ask = asked()
    ask("GET", "/signals")
    _, line = ask.service.log._waiting.get_nowait()
    for _ in range(100):
        prediction_log.append(tmp_path / "log", [line])
    files = sorted((tmp_path / "log").iterdir())
    assert len(files) == prediction_log.FILES
    assert max(file.stat().st_size for file in files) < 1000 + len(line.text())
    with files[-1].open("a") as torn:
        torn.write(line.text()[:50])
    assert set(PredictionLine.read(tmp_path / "log")) == {line}


def test_positions_and_strategy_are_of_one_market_file(asked, released_market):
    """An edit of the file is not told beside positions that were taken before it."""
    ask = asked()
    before = ask("GET", "/signals").json()
    file = released_market.parent / "markets" / "demo.yaml"
    file.write_text(file.read_text() + "costs: {style: long_short}\n")
    ask.service.refresh()
    after = ask("GET", "/signals").json()
    assert (before["strategy"], after["strategy"]) == ("long_flat, scores above 0.5", "long_short, scores above 0.5")
    assert min(row["position"] for row in before["signals"]) == 0.0
    assert min(row["position"] for row in after["signals"]) < 0.0
