"""A policy that is known to be wrong too often runs no night; one that nobody knows about runs, and says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nightshift.commands.cli import main
from nightshift.config import load_market
from nightshift.errors import ConfigError
from nightshift.gates import assayed
from nightshift.gates.assayed import out_of_bounds, policy_of, refuse_out_of_bounds, told
from nightshift.nouns.assay_record import AssayRecord
from nightshift.nouns.files import write_json
from nightshift.running import stages

KEPT = Path(__file__).parents[1] / "nouns" / "kept" / "AssayRecord.json"


@pytest.fixture
def market(tmp_path, small_market, nightshift_home, monkeypatch):
    gate = {"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0}
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(small_market(tmp_path, gates=[gate], families=[{"name": "logistic"}]) / "markets"))
    return load_market("small")


@pytest.fixture
def shipped(market, tmp_path, monkeypatch):
    """Lay an assay of the market's policy among those that are shipped."""
    monkeypatch.setattr(assayed, "shipped_folder", lambda: tmp_path / "markets" / "assays")

    def lay(**facts) -> None:
        record = AssayRecord.of_facts(json.loads(KEPT.read_text()), KEPT).model_copy(update={"policy": policy_of(market), **facts})
        (tmp_path / "markets" / "assays").mkdir(exist_ok=True)
        write_json(tmp_path / "markets" / "assays" / f"{policy_of(market)}.json", record.facts())

    return lay


def test_a_policy_out_of_bounds_runs_no_night_and_says_how_it_may(market, shipped, capsys):
    shipped(out_of_bounds=("null: nothing to find, and 41.0% of the markets promoted",))
    with pytest.raises(ConfigError, match=r"41\.0%.*nightshift assay --market small"):
        stages.preflight("small", "2024-09-03T22:00:00+00:00")
    assert main(["run", "--market", "small", "--as-of", "2024-09-03"]) == 3
    assert "41.0%" in capsys.readouterr().err
    assert main(["doctor", "--market", "small", "--json"]) == 3
    facts = {fact["what"]: fact for fact in json.loads(capsys.readouterr().out)}
    assert not facts["policy of small"]["ok"]
    assert "41.0%" in facts["policy of small"]["found"]


def test_what_is_served_may_still_be_seen_and_rolled_back(market, shipped, capsys):
    shipped(out_of_bounds=("null: too often",))
    assert main(["status", "--market", "small"]) == 0
    assert "OUT OF BOUNDS (null: too often)" in capsys.readouterr().out


def test_a_policy_within_bounds_runs_and_doctor_shows_date_and_hash(market, shipped, capsys):
    shipped(out_of_bounds=())
    refuse_out_of_bounds(market)
    main(["doctor", "--market", "small"])
    assert f"policy {policy_of(market)} was assayed on 2026-11-30, within bounds" in capsys.readouterr().out


def test_a_policy_nobody_assayed_runs_and_says_so(market, capsys):
    refuse_out_of_bounds(market)
    assert told(market).endswith("was never assayed, so nobody knows how often it is wrong: nightshift assay --market small")
    main(["status", "--market", "small"])
    assert "never assayed" in capsys.readouterr().out


def test_a_newer_assay_of_this_machine_counts_before_the_shipped_one(market, shipped):
    from nightshift.storage import addresses, store

    shipped(out_of_bounds=("null: too often",))
    record = AssayRecord.of_facts(json.loads(KEPT.read_text()), KEPT)
    mine = record.model_copy(update={"policy": policy_of(market), "out_of_bounds": (), "assayed_on": "2026-12-01"})
    store.write(addresses.assay("small", "mine"), mine.write)
    refuse_out_of_bounds(market)


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"schedule": {"delay_minutes": 5}}, True), ({"alerts": {"to": ["me@example.com"]}}, True), ({"title": "Other"}, True),
        ({"gates": []}, False), ({"budget": {"error_fraction": 0.04}}, False), ({"label": {"horizon_sessions": 2}}, False),
        ({"costs": {"style": "long_short"}}, False),
    ],
)  # fmt: skip
def test_what_judges_is_the_policy_and_nothing_else(market, changed, same):
    other = type(market).model_validate(market.model_dump(mode="json") | changed)
    assert (policy_of(other) == policy_of(market)) is same


def test_each_bound_has_a_sentence():
    cases = AssayRecord.of_facts(json.loads(KEPT.read_text()), KEPT).cases
    null = cases[0]
    within = {"low": 0.0, "high": 0.07, "value": 0.05}
    kinds = {
        "null": {"promoted": {**within, "high": 0.081}}, "leaky": {"promoted": {**within, "value": 0.001}},
        "stationary": {"needless_a_year": {**within, "value": 2.1}},
    }  # fmt: skip
    for kind, broken in kinds.items():
        fine = type(null).model_validate(
            null.model_dump() | {"kind": kind, "promoted": {**within, "value": 0.0}, "needless_a_year": within}
        )
        assert out_of_bounds([fine]) == ()
        assert len(out_of_bounds([type(null).model_validate(fine.model_dump() | broken)])) == 1
