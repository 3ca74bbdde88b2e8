"""What the gate decided stands in its task's log, in plain lines: whoever sees a red or a green square reads why below it."""

from __future__ import annotations

import importlib
import logging
from pathlib import Path

from nightshift.nouns.verdict_record import Check, Verdict
from nightshift.running import stages

DAGS = Path(__file__).resolve().parents[2] / "dags"


def test_the_gates_log_says_the_verdict_every_check_and_what_is_loud(monkeypatch, caplog):
    monkeypatch.syspath_prepend(str(DAGS))
    wiring, written = importlib.import_module("wiring.verdict"), []
    handler = logging.Handler()  # of our own: Airflow lays the root's handlers anew when it is imported
    handler.emit = written.append
    monkeypatch.setattr(wiring.log, "handlers", [handler])
    checks = (
        Check(metric="f1", must_be="at_least", limit=0.5, value=0.6, passed=True, reason="f1 0.6 is at least 0.5, by 0.1"),
        Check(metric="recall", must_be="at_least", limit=0.5, value=0.4, passed=False, reason="recall 0.4 is not at least 0.5"),
    )
    judged = Verdict(
        decision="REJECT", headline="ridge is refused: recall 0.4 is not at least 0.5.", challenger="ridge", champion_version=None,
        checks=checks, partial="it was run without xgboost",
    )  # fmt: skip
    monkeypatch.setattr(stages, "gate", lambda examined: examined.replace("examination", "verdict"))
    monkeypatch.setattr(stages, "decision", lambda where: judged if where == "demo/nights/a/verdict" else None)
    with caplog.at_level(logging.INFO, logger="nightshift.gate"):
        assert wiring.gate("demo/nights/a/examination") == "demo/nights/a/verdict"
    assert [record.getMessage() for record in written] == [
        "REJECT  ridge is refused: recall 0.4 is not at least 0.5.",
        "PARTIAL  it was run without xgboost; a partial night never replaces a champion of the whole market",
        "pass  f1 0.6 is at least 0.5, by 0.1",
        "FAIL  recall 0.4 is not at least 0.5",
    ]
    assert {record.levelname for record in written} == {"INFO"}
