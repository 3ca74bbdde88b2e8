"""Every kind of mail, word for word. After a wanted change: `python tests/alerts/test_golden.py`, then read the difference."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nightshift.errors import DataRefused, ReleaseRefused
from nightshift.nouns.data_account import DataAccount
from nightshift.nouns.news_record import NewsRecord
from nightshift.nouns.signals import Signals
from nightshift.nouns.signals_record import SignalsRecord
from nightshift.nouns.standing import Standing
from nightshift.nouns.verdict_record import Check, Verdict
from nightshift.nouns.week_record import WeekRecord
from nightshift.report.lines import signal_lines
from nightshift.report.mail import alerts, folding, silence
from nightshift.report.mail.alerts import Happening, TakenBack
from nightshift.report.mail.failed import failure
from nightshift.report.mail.message import message_of
from nightshift.report.mail.stopped import stopped
from nightshift.report.mail.week import weekly
from nightshift.report.mail.writing import Mail, Picture
from nightshift.storage.night_state import NightState

GOLDEN = Path(__file__).parent / "golden"
PAGE = Path(__file__).parents[2] / "docs" / "alerts.md"
LOG = "http://127.0.0.1:8080/dags/demo_daily_retrain/runs/scheduled__2026-11-19T21%3A30%3A00%2B00%3A00/tasks/{}?try_number=1"
REPORT = "/data/demo/nights/2026-11-19-e010c449/report/report.html"
REFUSED = DataRefused(
    expected="freshness: the newest session closed at most 36 hours before as-of in market demo",
    found="61.5 (2026-11-17 the newest session)",
    next_step="open /data/demo/nights/2026-11-19-d4e499d3/check/data_docs/index.html",
)
BACK = TakenBack("1.0.0", "1.0.1", None, "2026-11-20T09:12:30.123456+00:00", "ada", "it learned from a split that was none")
OVER = "1.0.0: it cannot take over from 1.0.1: no manifest.json (expected a sealed folder at demo/releases/1.0.0)"
SERVED = "What was served before is still served: version 1.0.0, since 2026-11-16; nothing was changed."
FIRST = ReleaseRefused(expected="a version of demo before 1.0.0", found="none: it is the first", next_step="nightshift history")


def at(task: str, report: str = "") -> Happening:
    """The run that a mail of this task is about."""
    log = LOG.format(task) if task else ""
    night = "2026-11-19-e010c449" if report else ""
    run = "scheduled__2026-11-19T21:30:00+00:00"
    return Happening("demo", run, as_of="2026-11-19T21:30:00+00:00", log_url=log, report=report, night=night)


def check(metric: str | None, passed: bool | None, reason: str, value: float | None = 0.5, **more) -> Check:
    """A check as the gate answers it."""
    return Check(**{"metric": metric, "must_be": "at_least", "limit": 0.6, "value": value, "passed": passed, "reason": reason} | more)


def judged(decision: str, headline: str, challenger: str | None, *checks: Check, **more) -> Verdict:
    """A verdict as the gate gives it."""
    return Verdict(decision=decision, headline=headline, challenger=challenger, champion_version=None, checks=checks, **more)


def standing(**changes) -> Standing:
    """Where the recipe stands after 64 sessions against champion 1.0.0."""
    facts = {
        "opponent": "1.0.0", "n_sessions": 64, "first_session": "2026-08-20", "lead_annual": 0.52, "low": -0.8, "high": 1.84, "z": 0.77,
        "bound": 3.24, "margin_annual": 0.0, "spent_fraction": 0.0002, "spent_before_fraction": 0.0029, "budget_fraction": 0.05,
        "period_from": "2026-11-16", "period_until": "2027-11-15", "horizon_sessions": 310, "new_sessions": 1, "reused_sessions": 121,
        "excluded_sessions": 0, "first_look_sessions": 20, "looks": 3, "trials": 4, "trials_before": 12, "detectable_annual": 1.9,
        "more_sessions": None,
    }  # fmt: skip
    return Standing(**facts | changes)


PASSED = check("accuracy", True, "accuracy 0.7064 is at least 0.6, by 0.1064", 0.7064)
NAIVE = "accuracy 0.7064 is 0.1834 above the best naive rule, always_up (0.523); more than 0.02 above was asked"
HEADLINE = f"lightgbm passes all 2 checks on 122 test sessions; closest: {PASSED.reason}."
FIRST_LEAD = standing(
    opponent="cash", n_sessions=121, first_session="2026-05-27", lead_annual=14.8, low=11.16, high=18.44, z=7.13, spent_fraction=0.0006,
    spent_before_fraction=0.0, looks=0, trials_before=0,
)  # fmt: skip
PROMOTED = judged("PROMOTE", HEADLINE, "lightgbm", PASSED, check("accuracy", True, NAIVE, 0.7064), standing=FIRST_LEAD)
SHORT = "accuracy 0.4984 is not at least 0.6: 0.1016 short; 0.6 would have passed"
WOULD_TELL = "its interval 0.4753 to 0.5569 still holds the limit; about 54 more sessions would tell"
REJECTED = judged(
    "REJECT",
    f"logistic is refused: {SHORT} (1 of 4 checks failed).",
    "logistic",
    check("accuracy", False, SHORT, 0.4984),
    check("precision", None, f"precision 0.5154 is not at least 0.55: 0.03464 short, but {WOULD_TELL}", 0.5154),
    check("f1", True, "f1 0.562 is at least 0.52, by 0.04199", 0.562),
    check("sharpe_annual", None, "the champion could not be judged tonight: its release is damaged", 1.829),
)
LEADS = "net of costs its Sharpe leads champion 1.0.0 by 0.52 (-0.80 to 1.84) over 64 sessions"
NO_TELLING = "waiting until 2027-11-15 would not tell a lead of this size from luck; what is left of the budget finds a lead of 1.90"
BELOW = f"{LEADS}: z 0.77, where 3.24 promotes tonight; {NO_TELLING}"
UNTOLD = judged(
    "ABSTAIN", f"Not enough evidence about ridge: {BELOW}.", "ridge", PASSED,
    check("sharpe_annual", None, BELOW, 1.3, must_be="above_champion_by", limit=0.0), standing=standing(),
)  # fmt: skip
TOO_GOOD = "accuracy 0.9935 is not at most 0.6: too good to be true until a person has looked"
HELD = judged(
    "ABSTAIN", f"ridge is held for a person: {TOO_GOOD}.", "ridge",
    check("accuracy", None, TOO_GOOD, 0.9935, must_be="at_most", held=True),
    standing=standing(lead_annual=9.1, low=6.0, high=12.2, z=5.8),
)  # fmt: skip
KEPT_OUT = (
    "expected a session not before 2026-11-20, which version 1.0.0, the live one, was made from; found a night of 2026-11-19; "
    "next: run tonight's night; to serve an older version use nightshift rollback"
)
HUNTED = "no leak: 18 looks at 44 columns, label, cleaning and preparation, 123456 values of the past compared"
WITHOUT = "it was run without xgboost"
NEVER = f"a partial night never replaces a champion of the whole market: {WITHOUT}"
PARTIAL = judged(
    "REJECT", f"ridge is refused: {NEVER}.", "ridge", check(None, False, NEVER, None, must_be="whole_market", limit=None),
    partial=WITHOUT, standing=standing(bound=None, spent_fraction=0.0),
)  # fmt: skip
WALL = "nothing could have been promoted for 25 nights: accuracy at_least stood against every challenger"
ALARMED = judged("REJECT", f"logistic is refused: {SHORT}.", "logistic", check("accuracy", False, SHORT), alarm=WALL, standing=standing())
ABSTAINED = judged(
    "ABSTAIN",
    "Not enough evidence about ridge: 12 of 20 test sessions; about 8 more sessions are needed.",
    "ridge",
    check("test_sessions", None, "not enough evidence: 12 of 20 test sessions", 12, more_sessions=8),
    PASSED,
    more_sessions=8,
)
NOBODY = judged("REJECT", "No family can be judged tonight (xgboost: the training part holds one class only).", None)
QUIET = NewsRecord(
    has_news=False, why="", newest_session="2026-11-18", rests_on="demo/nights/2026-11-18-5e6f7a8b", decision="REJECT", served="1.0.0"
)  # fmt: skip


DUE = dt.datetime(2026, 11, 19, 21, 30, tzinfo=dt.UTC)
LOST = failure(replace(at("extract"), dag="daily retrain"), "extract", ConnectionError("no route to host"), SERVED)
STOPPED_REPORT = "/data/demo/nights/2026-11-19-d4e499d3/report/report.html"
LEAK = NightState(
    "leak found", "leak_hunt", "column momentum_5 knew the future: AAPL 2026-11-12 changed when later sessions were perturbed"
)
STATE = NightState(
    "data refused", "check", "duplicate: 810 rows that are there twice, 7.35% of all; at most 5.00% may be dropped; and 3 more"
)


def account(name: str = "DataAccount.refused") -> DataAccount:
    """The account of a small night's data."""
    file = Path(__file__).parents[1] / "nouns" / "kept" / f"{name}.json"
    return DataAccount.of_facts(json.loads(file.read_text()), file)


def signals(name: str) -> tuple[tuple[str, str], ...]:
    """What a night said of the next session."""
    file = Path(__file__).parents[1] / "nouns" / "kept" / f"{name}.json"
    record = SignalsRecord.of_facts(json.loads(file.read_text()), file)
    numbers = [np.array(values) for values in ([0.91, 0.62, 0.31], [0.5, 0.5, 0.0], [0.0, 0.5, 0.5], [1.5, 0.0, 1.5], [150.0, 0.0, 150.0])]
    said = Signals(record.session, record.for_session, ("SIM001", "SIM002", "SIM003"), *numbers, np.array([9.0, 8.0, 7.0]))
    return signal_lines.named(record, said if record.counts else None)


def week(**changes) -> WeekRecord:
    """A week as it was kept."""
    file = Path(__file__).parents[1] / "nouns" / "kept" / "WeekRecord.json"
    return WeekRecord.of_facts(json.loads(file.read_text()), file).model_copy(update=changes)


def every_mail() -> dict[str, Mail]:
    """One of each kind, and of each case that has words of its own."""
    announced = at("announce", REPORT)
    signalled = replace(announced, signals=signals("SignalsRecord"))
    silent = replace(announced, signals=signals("SignalsRecord.nobody"))
    return {
        "failure": failure(at("check"), "check", REFUSED),
        "failure-unexpected": failure(at("ingest"), "ingest", KeyError("payload")),
        "stopped": stopped(at("check", STOPPED_REPORT), "check", STATE, account(), "open the data page"),
        "stopped-by-a-leak": stopped(at("hunt_leaks", STOPPED_REPORT), "hunt_leaks", LEAK, None, "let it look back only"),
        "promoted-with-data": alerts.verdict(announced, PROMOTED, version="1.0.0", account=account("DataAccount")),
        "failure-of-the-run": failure(at(""), "", "timed_out"),
        "failure-killed": failure(replace(at("train"), dag="daily retrain"), "train", "task_failure", SERVED),
        "failure-weekly": failure(replace(at("evaluate"), dag="weekly evaluation"), "evaluate", MemoryError(), SERVED),
        "failure-after-the-swap": failure(at("report"), "report", ValueError("")),
        "failure-of-a-rollback": failure(at("rollback"), "rollback", FIRST),
        "promoted": alerts.verdict(announced, PROMOTED, version="1.0.0"),
        "dry-run": alerts.verdict(announced, PROMOTED, version="1.0.0", dry_run=True),
        "refused": alerts.verdict(announced, REJECTED, version="1.0.0"),
        "abstained": alerts.verdict(announced, ABSTAINED, version="1.0.0"),
        "abstained-for-good": alerts.verdict(announced, UNTOLD, version="1.0.0"),
        "kept-out": alerts.verdict(announced, PROMOTED, version="1.0.0", words=alerts.Words(kept_out=KEPT_OUT)),
        "held": alerts.verdict(announced, HELD, version="1.0.0", words=alerts.Words(hunted=HUNTED)),
        "partial": alerts.verdict(announced, PARTIAL, version="1.0.0"),
        "alarm": alerts.verdict(announced, ALARMED, version="1.0.0"),
        "forced": alerts.verdict(announced, UNTOLD, version="1.0.1", words=alerts.Words(forced="ann: the board insists")),
        "no-challenger": alerts.verdict(announced, NOBODY),
        "refused-with-signals": alerts.verdict(signalled, REJECTED, version="1.0.0"),
        "refused-without-signals": alerts.verdict(silent, REJECTED),
        "no-new-bar-with-signals": alerts.no_new_bar(signalled, QUIET),
        "no-new-bar": alerts.no_new_bar(announced, QUIET),
        "rollback": alerts.rollback(at("announce"), replace(BACK, why="bad fills since Monday")),
        "rollback-from-nothing": alerts.rollback(at("announce"), replace(BACK, left=None)),
        "retraction": alerts.retraction(at("announce"), replace(BACK, retracted="1.0.1")),
        "retraction-of-another": alerts.retraction(at("announce"), replace(BACK, version="1.0.1", retracted="1.0.0")),
        "retraction-of-the-last": alerts.retraction(at("announce"), replace(BACK, version=None, retracted="1.0.1", passed_over=(OVER,))),
        "weekly": weekly(at("announce", REPORT), week()),
        "degraded": weekly(at("announce", REPORT), week(degraded=True), (Picture("growth", "Growth: what was served +1.2%", b"png"),)),
        "storm": folding._storm([message_of(one, "e", "a@b.example", "c@d.example", DUE) for one in (LOST, LOST)]),
        "late": silence.late("demo", DUE.date(), DUE, DUE + dt.timedelta(hours=3), "unfinished at models", SERVED),
        "silent": silence.silent("demo", DUE.date(), DUE, DUE + dt.timedelta(hours=8), "", SERVED),
    }


@pytest.mark.parametrize("name", every_mail())
def test_a_mail_reads_word_for_word(name):
    mail = every_mail()[name]
    assert f"Subject: {mail.subject}\n\n{mail.text}" == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert mail.html == (GOLDEN / f"{name}.html").read_text(encoding="utf-8")


def shown(page: str) -> dict[str, str]:
    """The examples of the page about alerts, by their kinds."""
    return dict(re.findall(r"<!-- mail: ([a-z-]+) -->\n```text\n(.*?)\n```\n", page, flags=re.DOTALL))


def test_the_page_about_alerts_shows_mails_as_they_are():
    examples = shown(PAGE.read_text(encoding="utf-8"))
    assert len(examples) > 12
    for name, text in examples.items():
        assert text == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").rstrip(), name


def test_nothing_else_is_golden():
    assert {path.stem for path in GOLDEN.iterdir()} == set(every_mail())


def test_reading_the_dags_costs_no_template_engine():
    asked = "import sys, nightshift.report.mail.alerts, nightshift.report.mail.outbox; print('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip() == "False"


if __name__ == "__main__":
    for kind, written in every_mail().items():
        (GOLDEN / f"{kind}.txt").write_text(f"Subject: {written.subject}\n\n{written.text}", encoding="utf-8")
        (GOLDEN / f"{kind}.html").write_text(written.html, encoding="utf-8")
    told = PAGE.read_text(encoding="utf-8")
    for kind, before in shown(told).items():
        told = told.replace(before, (GOLDEN / f"{kind}.txt").read_text(encoding="utf-8").rstrip())
    PAGE.write_text(told, encoding="utf-8")
