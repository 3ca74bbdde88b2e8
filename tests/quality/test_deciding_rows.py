"""A long history is judged by the rows that decide: Great Expectations says of them what it would say of all, count for count."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from nightshift import sessions
from nightshift.config import Market
from nightshift.data.quality import cleaning, feed
from nightshift.data.quality.rules import asking, expectations
from nightshift.data.sources import Query
from nightshift.data.sources.simulated import Params, fetch

AS_OF = "2024-06-03T22:00"


def night_of(market: Market) -> SimpleNamespace:
    return SimpleNamespace(market=market, session=dt.date(2024, 6, 3), as_of=sessions.utc(AS_OF), snapshot="")


@pytest.fixture
def cleaned() -> cleaning.Cleaned:
    when = sessions.utc(AS_OF)
    params = Params(symbols=12, first_session=dt.date(2023, 1, 3), missing_session_fraction=0.01)
    rows = fetch(params, Query("XNYS", (), None, dt.date(2024, 6, 3), when))
    return cleaning.clean(rows, "XNYS", dt.date(2024, 6, 3), when)


def broken_in(cleaned: cleaning.Cleaned, seed: int) -> cleaning.Cleaned:
    """What cleaning never leaves: every rule broken somewhere, some of them by many rows."""
    random, rows = np.random.default_rng(seed), cleaned.rows
    for number, name in enumerate(("open", "high", "low", "close", "volume", "adj_factor")):
        values = rows[name].to_numpy().copy()
        places = random.permutation(len(values))
        values[places[: 3 + 40 * (number % 2)]] *= random.choice([-1.0, 0.0, 3.0, 1e13])
        values[places[50 : 50 + 2 * number]] = np.nan
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(values, from_pandas=False))
    twice = np.sort(np.concatenate([np.arange(len(rows)), random.permutation(len(rows))[:30]]))
    rows = rows.take(pa.array(twice))
    seen = rows["observed_at"].to_numpy().copy()
    seen[5:9] += np.timedelta64(4000, "D")
    rows = rows.set_column(rows.column_names.index("observed_at"), "observed_at", pa.array(seen).cast(rows["observed_at"].type))
    history = replace(cleaned.history, days=np.delete(cleaned.history.days, [4, 5]))
    return replace(cleaned, rows=rows.combine_chunks(), history=history)


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_the_deciding_rows_say_what_all_rows_say(cleaned, market, monkeypatch, seed):
    night = night_of(market())
    facts = feed.facts_of(cleaned.rows, cleaned, night)
    judged = cleaned if seed is None else broken_in(cleaned, seed)
    report, whole = asking.judge(judged, facts, night)
    monkeypatch.setattr(expectations, "ALL_OF_THEM", 0)
    handed: list[int] = []
    run = asking._run
    monkeypatch.setattr(asking, "_run", lambda context, part: handed.append(len(part.table)) or run(context, part))
    again, few = asking.judge(judged, facts, night)
    assert again == report
    assert repr([one.result for one in few.results]) == repr([one.result for one in whole.results])  # NaN equals itself
    assert report.passed is (seed is None)
    assert handed[0] < len(judged.rows) / 4
    if seed is not None:
        assert sum(not one.passed for one in report.expectations) >= 12
