"""A night with a universe: what its account says, what moves its address, and that it needs no file once it has its snapshot."""

import datetime as dt

import numpy as np
import pytest
import yaml

from nightshift import sessions
from nightshift.commands.doctor_bars import bars_found
from nightshift.config import Market
from nightshift.data import quality, snapshot
from nightshift.data.sources import simulated
from nightshift.data.sources.source import Query
from nightshift.nouns.data_account import DataAccount
from nightshift.nouns.options import Options
from nightshift.report.lines.data_lines import named
from nightshift.storage import store
from nightshift.storage.night import night_of, open_night

pytestmark = pytest.mark.usefixtures("nightshift_home")

LAST, AS_OF = dt.date(2024, 6, 3), sessions.utc("2024-06-03T22:00")
MEMBERS = """symbol,from,to
SIM0000,2024-01-02,
SIM0001,2024-01-02,2024-02-29
SIM0002,2024-01-02,
SIM0003,2024-01-02,
SIM0004,2024-06-04,
GONE,2024-01-02,2024-03-01
"""
DELISTINGS = "symbol,session,final_return_fraction\nSIM0002,2024-04-01,-1\n"


@pytest.fixture
def market(tmp_path):
    """Six symbols from files; the bars of SIM0002 go on after its delisting, those of SIM0003 end in March."""
    params = simulated.Params(symbols=6, first_session=dt.date(2024, 1, 2), missing_session_fraction=0.0)
    frame = simulated.fetch(params, Query("XNYS", (), None, LAST, AS_OF)).to_pandas()
    frame = frame[(frame["symbol"] != "SIM0003") | (frame["session"] < dt.date(2024, 3, 15))]
    (tmp_path / "bars").mkdir()
    frame.to_parquet(tmp_path / "bars" / "all.parquet")

    def made(members=MEMBERS, delistings=DELISTINGS, name="members.csv"):
        files = {}
        for key, text, file in (("members", members, name), ("delistings", delistings, "delistings.csv")):
            if text:
                (tmp_path / file).write_text(text)
                files[key] = str(tmp_path / file)
        facts = {"market": "small", "title": "Small", "calendar": "XNYS", "families": [{"name": "logistic"}], "universe": files}
        return Market.model_validate({**facts, "source": {"kind": "folder", "folder": str(tmp_path / "bars")}})

    return made


def opened(market):
    return night_of(open_night(market, AS_OF, snapshot.take(market, AS_OF), Options()))


def checked(market):
    night = opened(market)
    where = store.write(night.stage("check"), lambda folder: quality.check(night, folder))
    return night, DataAccount.read(store.path(where))


def test_a_night_says_what_its_universe_leaves_out_and_keeps_it(market, tmp_path):
    night, account = checked(market())
    said = [one.says for one in account.warnings if one.name == "universe"]
    assert said == [
        "1 member has no bar: GONE",
        "2 symbols with bars were never a member: SIM0004, SIM0005",
        "1 symbol has bars after being delisted: SIM0002",
        "1 symbol stopped trading without a final return: SIM0003",
    ]
    assert not any(name == "universe" for name, _ in named(account)), "chosen day by day, not with today's knowledge"
    for file in ("members.csv", "delistings.csv"):
        (tmp_path / file).unlink()
    bars = quality.clean_bars(night)
    assert bars.symbols == ("SIM0000", "SIM0001", "SIM0002", "SIM0003")
    last = np.flatnonzero(bars.present[2])[-1]
    assert str(bars.sessions[last]) == "2024-04-02"
    assert bars.close[2, last] / bars.close[2, last - 1] == pytest.approx(0.0, abs=1e-9)
    assert str(bars.sessions[bars.member[1]][-1]) == "2024-02-29"


def test_without_members_the_caveat_stays(market):
    _, account = checked(market(members="", delistings="symbol,session,final_return_fraction\n"))
    assert dict(named(account))["universe"].startswith("its symbols were chosen with today's knowledge")
    assert [one.says for one in account.warnings if one.name == "universe"] == ["1 symbol stopped trading without a final return: SIM0003"]


def test_an_address_moves_with_what_was_known_of_the_universe_not_with_where_it_lies(market):
    here = opened(market()).address
    assert opened(market(name="elsewhere.csv")).address == here
    assert opened(market(members=MEMBERS.replace("SIM0000,2024-01-02,", "SIM0000,2024-01-02,2024-06-04"))).address == here, (
        "it leaves later"
    )
    assert opened(market(delistings=DELISTINGS + "SIM0001,2024-07-01,0.1\n")).address == here
    assert opened(market(members=MEMBERS.replace("SIM0000,2024-01-02,", "SIM0000,2024-01-02,2024-06-03"))).address != here
    assert opened(market(members="", delistings="")).address != here


def test_the_doctor_names_a_wrong_line(market, tmp_path, monkeypatch):
    (tmp_path / "markets").mkdir()
    made = market(members="symbol,from,to\nSIM0000,2024-02-30,\n")
    gates = [{"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0}]
    (tmp_path / "markets" / "small.yaml").write_text(yaml.safe_dump({**made.model_dump(mode="json", exclude_unset=True), "gates": gates}))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path / "markets"))
    good, said = bars_found("small", AS_OF, by_name=True)
    assert not good
    assert "line 2: SIM0000 from '2024-02-30' is not a day" in said
