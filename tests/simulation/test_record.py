"""What a finished simulation says, to the command line, on its page and in its record."""

import json

import numpy as np

from nightshift.commands.cli import main
from nightshift.data.splits import ordered
from nightshift.proof.evaluation.backtest import backtest
from nightshift.report.pages.simulation_page import draw
from nightshift.running.simulation import fitting
from nightshift.running.simulation.earlier_models import model_of
from nightshift.running.simulation.history import history_of
from nightshift.running.simulation.plan import plan_of
from nightshift.storage import store


def test_every_policy_lives_through_the_same_sessions(lived):
    record = lived.record
    assert [life.name for life in record.policies] == ["gate", "never", "always", "weekly", "monthly", "buy_and_hold"]
    assert len(record.nights) == len(lived.plan.sessions[::2])
    for life in record.policies:
        assert len(life.net_returns) == len(life.served) == len(record.sessions) == len(lived.plan.sessions) - 1
        assert life.judged <= life.promotions
        assert life.swaps == max(life.promotions - 1, 0)
    assert record.of("always").promotions == len(record.nights)
    assert record.of("never").swaps == 0
    assert record.of("monthly").promotions == 2
    assert record.of("never").promotions < record.of("monthly").promotions < record.of("weekly").promotions <= 9


def test_what_is_served_was_decided_before_it_trades(lived):
    days = dict(zip(lived.record.sessions, lived.plan.sessions, strict=False))  # traded session -> the one before it
    for life in lived.record.policies:
        assert all(fit <= days[day] for day, fit in zip(lived.record.sessions, life.served, strict=True) if fit)


def test_the_first_release_and_the_versions_follow_the_nights(lived):
    record = lived.record
    promoted = [night for night in record.nights if night.outcome == "PROMOTE"]
    assert [night.version for night in promoted] == [f"1.0.{place}" for place in range(len(promoted))]
    assert record.first_release_nights == record.nights.index(promoted[0]) + 1
    assert [one.session for one in record.promoted if one.policy == "gate"] == [night.session for night in promoted]
    assert sum(record.counted(outcome) for outcome in ("PROMOTE", "REJECT", "ABSTAIN", "HELD", "FAILED")) == len(record.nights)


def test_a_first_release_is_held_against_cash(lived):
    first = next(one for one in lived.record.promoted if one.policy == "never")
    assert (first.replaced, first.sessions) == ("", len(lived.record.sessions))
    assert np.isclose(first.gain_fraction, sum(lived.record.of("never").net_returns))
    assert first.low <= first.gain_fraction <= first.high


def test_never_retraining_is_one_model_traded_from_the_first_close_on(lived, at_home):
    """By another way: one answer for all sessions at once, one book."""
    plan = plan_of(at_home, *(lived_day(lived, end) for end in (0, -1)), every=len(lived.plan.sessions) - 1)
    fitting.work(plan.facts(), list(plan.nights[:1]))
    history, known = history_of(plan), history_of(plan).known(plan.sessions[-1])
    served = model_of(plan, plan.sessions[0], "logistic")
    start = known.bars.shape[1] - len(plan.sessions)
    score = served.says(known, np.arange(start, known.bars.shape[1])).laid_out[:, start:]
    net = backtest(history.bars.last(len(plan.sessions)), score, at_home.costs).net_return_fraction[1:]
    assert np.allclose(lived.record.of("never").net_returns, net, rtol=0, atol=1e-12)
    assert ordered(start + 1, at_home.split, 1).test[-1] < start, "no outcome after the first night was learned from or tested on"


def lived_day(lived, end):
    return np.datetime64(lived.plan.sessions[end]).astype(object)


def test_only_the_record_stays(lived, at_home):
    left = {place.name for place in store.path(lived.plan.where()).iterdir()}
    assert left == {"record", "lock"}


def test_the_command_answers_first_and_says_what_it_cannot_say(lived, at_home, capsys):
    words = ["simulate", "--market", "small", "--from", "2026-09-01", "--to", "2026-10-30", "--every", "2"]
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("The gate earned +")
    assert "never retraining" in lines[0]
    assert next(line for line in lines if line.startswith("policy  "))
    assert any("today's knowledge" in line for line in lines)
    assert main([*words, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts.pop("page").endswith("report.html")
    assert facts == lived.record.facts()


def test_the_page_shows_the_policies_and_what_was_promoted(lived, at_home):
    folder = store.open_folder(draw(lived.record))
    facts, page = store.read_json(folder / "report.json"), (folder / "report.html").read_text()
    assert [row["name"] for row in facts["rows"]] == [life.name for life in lived.record.policies]
    assert set(facts["charts"]) == {"growth", "ages"}
    assert all(sentence.replace("'", "&#39;") in page for sentence in lived.record.cannot_say)
    assert facts["promoted"][0]["version"] == "1.0.0"
    assert draw(lived.record) == draw(lived.record)
