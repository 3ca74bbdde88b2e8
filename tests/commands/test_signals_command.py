"""`nightshift signals`: the newest night's answer, said loudly when nobody should act on it."""

from __future__ import annotations

import csv
import io

import yaml

GOOD = ("--as-of", "2026-11-20T20:00")  # in the session that the promoted night's signals are for


def test_the_table_answers_first_and_every_symbol_has_a_row(promoted, ask):
    said = ask("signals", "--market", "small", *GOOD)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].startswith("signals 1.0.0 for 2026-11-20, good until 2026-11-20 23:00 UTC: ")
    assert "  session   2026-11-19, as of 2026-11-19 23:59 UTC" in lines
    assert "  strategy  long_flat, scores above 0.5" in lines
    header = next(row for row, line in enumerate(lines) if line.startswith("symbol"))
    assert sorted(line.split()[0] for line in lines[header + 1 :]) == [f"SIM{n:04}" for n in range(6)]
    positions = [float(line.split()[1].replace("−", "-")) for line in lines[header + 1 :]]
    assert positions == sorted(positions, key=abs, reverse=True)


def test_json_and_csv_hold_the_same_rows(promoted, ask):
    facts = ask("signals", "--market", "small", "--json", *GOOD).facts
    rows = list(csv.DictReader(io.StringIO(ask("signals", "--market", "small", "--csv", *GOOD).out)))
    assert [one["symbol"] for one in facts["signals"]] == [row["symbol"] for row in rows]
    assert [one["position"] for one in facts["signals"]] == [float(row["position"]) for row in rows]
    assert {row["version"] for row in rows} == {facts["version"]} == {"1.0.0"}
    assert {row["expires_at"][:16] for row in rows} == {"2026-11-20 23:00"}
    assert facts["tested"]["columns_differ"] == {}
    assert facts["doubts"] == []


def test_expired_signals_are_loud_and_no_csv(promoted, ask):
    said = ask("signals", "--market", "small", "--as-of", "2026-11-21")
    assert said.code == 2
    assert said.out.startswith("EXPIRED  they were good until 2026-11-20 23:00 UTC")
    refused = ask("signals", "--market", "small", "--as-of", "2026-11-21", "--csv")
    assert (refused.code, refused.out) == (2, "")
    assert "EXPIRED" in refused.err
    file = promoted.parent / "markets" / "small.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | {"serving": {"when_stale": "flag"}}))
    flagged = ask("signals", "--market", "small", "--as-of", "2026-11-21", "--csv")
    assert (flagged.code, len(flagged.out.splitlines())) == (2, 7)


def test_signals_of_a_version_that_was_taken_back_are_loud(promoted, ask, monkeypatch):
    from nightshift.storage import ledger

    live = ledger.live("small")
    known = [live, live.model_copy(update={"version": "0.9.0", "kind": "rollback", "who": "ann", "why": "bad fills"})]
    monkeypatch.setattr(ledger, "entries", lambda market: known)
    said = ask("signals", "--market", "small", *GOOD)
    assert said.code == 2
    assert said.out.startswith("TAKEN BACK  version 1.0.0, which gave them, was taken back (rollback by ann: bad fills)")


def test_before_the_first_signals_it_says_what_to_type(judged, ask):
    said = ask("signals", "--market", "small")
    assert said.code == 3
    assert "nightshift run --market small" in said.err
