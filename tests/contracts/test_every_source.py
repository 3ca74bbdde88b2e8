"""What every source promises, for each that is listed and any that is added."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import yaml

from nightshift import sessions
from nightshift.config import Closed, Market
from nightshift.data import sources
from nightshift.data.sources import SOURCES, Query, yahoo
from nightshift.data.sources.source import bar_schema
from nightshift.nouns.bars import BAR_ROW

RECORDED = Path(__file__).resolve().parents[1] / "recorded"
AS_OF = sessions.utc("2024-03-01T22:00")
LAST = dt.date(2024, 3, 1)


@pytest.fixture(scope="session")
def settings(mongo_server: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """How each listed source is asked. A new one has its recording, and how that is asked for in `recorded/<vendor>.yaml`."""
    recorded = {file.stem: yaml.safe_load(file.read_text().replace("{recorded}", str(RECORDED))) for file in RECORDED.glob("*.yaml")}
    simulated = {"symbols": 3, "first_session": "2024-01-02", "missing_session_fraction": 0.05}
    sources.ingest_into(_market("simulated", simulated), AS_OF, f"{mongo_server}/every_source")
    return recorded | {"simulated": simulated, "mongo": {"uri": mongo_server, "database": "every_source", "collection": "contract"}}


@pytest.fixture
def ask(settings: dict[str, dict], monkeypatch: pytest.MonkeyPatch):
    """Ask one source; Yahoo's network is answered by a file in the shape that yfinance returns."""
    monkeypatch.setattr(yahoo, "_history", _yahoo_answer)

    def asked(name: str, symbols: tuple[str, ...] = (), start: dt.date | None = None, last: dt.date = LAST, as_of=AS_OF) -> pa.Table:
        return sources.fetch(_market(name, settings[name]), Query("XNYS", symbols, start, last, as_of))

    return asked


@pytest.mark.parametrize("name", SOURCES)
def test_is_listed_under_its_own_name_with_closed_and_documented_parameters(name):
    source = SOURCES[name]
    assert source.name == name
    assert issubclass(source.Params, Closed)
    assert source.Params.__doc__
    assert source.fetch.__doc__


@pytest.mark.parametrize("name", SOURCES)
def test_answers_in_the_one_shape_sorted_and_unique(ask, name):
    bars = ask(name)
    assert bars.schema == bar_schema()
    assert tuple(bars.column_names) == BAR_ROW
    assert len(bars) > 50
    keys = list(zip(bars["symbol"].to_pylist(), bars["session"].to_pylist(), strict=True))
    assert keys == sorted(set(keys))
    assert bars["session"].null_count == bars["observed_at"].null_count == 0


@pytest.mark.parametrize("name", SOURCES)
def test_answers_the_same_twice(ask, name):
    assert ask(name).equals(ask(name))


@pytest.mark.parametrize("name", SOURCES)
def test_never_answers_what_was_not_known_yet(ask, name):
    everything = ask(name)
    as_of = sessions.utc("2024-02-01T12:00")
    last = sessions.last_closed("XNYS", as_of)
    early = ask(name, last=last, as_of=as_of)
    in_time = pc.less_equal(everything["observed_at"], pa.scalar(as_of))
    known = everything.filter(pc.and_(in_time, pc.less_equal(everything["session"], pa.scalar(last))))
    assert 0 < len(early) < len(everything)
    assert early.equals(known.combine_chunks())
    assert not len(ask(name, last=dt.date(2015, 1, 2), as_of=sessions.utc("2015-01-03")))


@pytest.mark.parametrize("name", SOURCES)
def test_answers_only_for_the_symbols_and_sessions_asked(ask, name):
    everything, start = ask(name), dt.date(2024, 2, 1)
    one = everything["symbol"][-1].as_py()
    wanted = pc.and_(pc.equal(everything["symbol"], one), pc.greater_equal(everything["session"], pa.scalar(start)))
    assert ask(name, symbols=(one,), start=start).equals(everything.filter(wanted).combine_chunks())
    assert not len(ask(name, symbols=("NO_SUCH_SYMBOL",)))


@pytest.mark.parametrize("name", SOURCES)
def test_bars_are_bars(ask, name):
    bars = {field: ask(name)[field].to_numpy() for field in ("open", "high", "low", "close", "volume", "adj_factor")}
    assert all(np.isfinite(values).all() for values in bars.values())
    assert (bars["low"] <= np.minimum(bars["open"], bars["close"])).all()
    assert (bars["high"] >= np.maximum(bars["open"], bars["close"])).all()
    assert (bars["low"] > 0).all()
    assert (bars["volume"] >= 0).all()


def _market(kind: str, source: dict) -> Market:
    facts = {"market": "contract", "title": "Contract", "calendar": "XNYS", "families": [{"name": "logistic"}]}
    return Market.model_validate({**facts, "source": {"kind": kind, **source}})


def _yahoo_answer(symbol: str, first: dt.date, last: dt.date, timeout_seconds: float) -> pd.DataFrame:
    frame = pd.read_csv(RECORDED / "yahoo" / f"{symbol}.csv")
    frame.index = pd.DatetimeIndex(frame.pop("Date")).tz_localize("America/New_York")
    return frame[(frame.index.date >= first) & (frame.index.date <= last)]
