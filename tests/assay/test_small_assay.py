"""The assay itself: in bounds and out of bounds, whole after a kill, printed and drawn, and the same as real nights on the whole line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from nightshift.commands.cli import main
from nightshift.config import Budget, Gate
from nightshift.gates.assayed import agree
from nightshift.nouns.assay_record import Estimate
from nightshift.nouns.lives import Life
from nightshift.running.assay import evidence_level, line_level, pieces
from nightshift.running.assay.cases import CASES, Case
from nightshift.running.assay.evidence_level import Size, lived_through
from nightshift.running.assay.life import ladder_of, live
from nightshift.running.assay.tally import counted, needless_of
from nightshift.running.assay.whole_line import live_line
from nightshift.running.assay.window_evidence import not_asked

NIGHTS = 60


@pytest.fixture
def here(monkeypatch):
    """Pieces are lived through in this process."""

    def call(target, arguments, timeout_s, threads):
        module, name = target.split(":")
        return getattr({evidence_level.__name__: evidence_level, line_level.__name__: line_level}[module], name)(
            **json.loads(json.dumps(arguments))
        )

    monkeypatch.setattr(pieces.isolation, "call", call)
    monkeypatch.setattr(pieces, "cores", lambda: 1)


@pytest.fixture
def lived(a_market, knows):
    def through(name: str, sequences: int, **policy):
        ladder = ladder_of(a_market(**policy), NIGHTS)
        return counted(
            CASES[name], "evidence", NIGHTS, [live(CASES[name], ladder, knows, NIGHTS, (number,)) for number in range(sequences)]
        )

    return through


def test_noise_is_seldom_promoted_and_what_is_there_is_found(lived):
    within = Budget(sessions=NIGHTS)
    assert lived("null", 40, budget=within).promoted.value < 0.15
    assert lived("planted_4_over_champion", 20, budget=within).promoted.value > 0.6


def test_a_leak_is_held_and_without_a_ceiling_it_is_promoted(lived):
    assert lived("leaky", 10).promoted.value == 0.0
    bare = (Gate(metric="sharpe_annual", must_be="above_champion_by", limit=0.0),)
    assert lived("leaky", 10, gates=bare).promoted.value == 1.0


def test_a_budget_that_is_spent_freely_promotes_noise_more_often(lived):
    freely = lived("null", 40, budget=Budget(error_fraction=0.5, sessions=NIGHTS))
    assert freely.promoted.low > 0.15


def test_what_was_lived_through_is_not_lived_again(a_market, knows, here, nightshift_home, monkeypatch):
    monkeypatch.setattr(evidence_level, "AT_ONCE", 4)
    monkeypatch.setattr(evidence_level, "knowledge_of", lambda market: knows)
    cases, size = [CASES["null"], CASES["stationary"]], Size(8, 20)
    done = []
    real = evidence_level.live

    def dying(case: Case, *rest):
        done.append(case.name)
        if len(done) == 7:
            raise KeyboardInterrupt
        return real(case, *rest)

    monkeypatch.setattr(evidence_level, "live", dying)
    with pytest.raises(KeyboardInterrupt):
        lived_through(a_market(), cases, size)
    results = lived_through(a_market(), cases, size)
    assert len(done) == 7 + 4 + 8  # the four of the first piece were kept, the second was begun anew
    assert results == lived_through(a_market(), cases, size)
    assert len(done) == 7 + 4 + 8


def test_the_command_answers_with_a_table_a_page_and_the_record(small_market, tmp_path, here, knows, nightshift_home, monkeypatch, capsys):
    asked = {"sharpe_annual": ("above_champion_by", 0.0), "deflated_sharpe": ("at_least", 0.5)}
    gates = [{"metric": metric, "must_be": must_be, "limit": limit} for metric, (must_be, limit) in asked.items()]
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(small_market(tmp_path, gates=gates, families=[{"name": "logistic"}]) / "markets"))
    monkeypatch.setattr(evidence_level, "AT_ONCE", 20)
    monkeypatch.setattr(evidence_level, "knowledge_of", lambda market: knows)
    monkeypatch.setattr("nightshift.running.assay.assay_market.CASES", {name: CASES[name] for name in ("null", "leaky", "planted_4_first")})
    code = main(["assay", "--market", "small", "--sequences", "20", "--nights", "20", "--json"])
    facts = json.loads(capsys.readouterr().out)
    assert code == (2 if facts["out_of_bounds"] else 0)
    assert facts["not_asked"] == ["deflated_sharpe at_least"]
    assert [case["name"] for case in facts["cases"]] == ["null", "leaky", "planted_4_first"]
    page = Path(facts["page"]).read_text()
    assert "Promotions of noise" in page
    assert not re.search(r"(src|href)=.https?:", page)
    main(["assay", "--market", "small", "--sequences", "20", "--nights", "20"])
    assert "taken as passed: deflated_sharpe at_least" in capsys.readouterr().out
    main(["status", "--market", "small"])
    assert "never assayed" in capsys.readouterr().out  # twenty markets decide nothing


def test_what_is_needless_depends_on_what_there_was_to_find():
    seen = Life(promotions=(10, 20, 200), crossed=10, undecided_nights=0, effect=0.0)
    told = {name: needless_of(CASES[name], 250, seen) for name in ("null", "planted_2.5_first", "dying", "stationary")}
    assert told == {"null": (10, 20, 200), "planted_2.5_first": (20, 200), "dying": (20, 200), "stationary": (10, 20, 200)}


def test_a_line_about_the_rules_can_be_passed_while_a_champion_is_served(lived):
    gates = (
        Gate(metric="accuracy", must_be="above_naive_by", limit=0.0, by="value"),
        Gate(metric="sharpe_annual", must_be="above_champion_by", limit=0.0),
    )
    assert lived("planted_4_over_champion", 10, gates=gates, budget=Budget(sessions=NIGHTS)).promoted.value > 0.4


def test_lines_that_need_a_fitted_model_are_named(a_market):
    gate = Gate(metric="deflated_sharpe", must_be="at_least", limit=0.9)
    assert not_asked(a_market(gates=(gate,))) == ("deflated_sharpe at_least",)


def test_the_two_levels_agree_on_a_small_slice(a_market, knows, lived):
    market = a_market()
    for name in ("null_first", "leaky_first"):
        line = counted(CASES[name], "line", 3, [live_line(CASES[name], market, 0.15, 3, 0)])
        assert agree(line.promoted, lived(name, 20).promoted)
    assert not agree(Estimate(value=0.0, low=0.0, high=0.1), Estimate(value=0.5, low=0.4, high=0.6))


def test_a_shipped_policy_is_assayed_wherever_the_market_file_lies(tmp_path, monkeypatch, nightshift_home):
    from nightshift.config import load_market, markets_folder
    from nightshift.gates import assayed

    text = (markets_folder() / "us_stocks.yaml").read_text()
    (tmp_path / "mine.yaml").write_text(text.replace("market: us_stocks", "market: mine"))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path))
    assert assayed.newest(load_market("mine")).policy == assayed.policy_of(load_market("mine"))
