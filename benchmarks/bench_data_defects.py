"""What the cleaning finds of the defects that vendors are known for, and whom it takes for one: recall, false alarms, crashes kept.

    .venv/bin/python benchmarks/bench_data_defects.py --data FOLDER

The folder holds sp500_2013_2018.parquet, nifty50_raw_2015_2021.parquet and yahoo_defects/; without it only planted defects are asked.
Planted defects lie at random places of a simulated market, and of every second symbol of the S&P file; the constants of the evidence
were chosen with the other half, and with the large splits of the Indian file. "Certain" is mended, dropped or left out; "shown" is
certain or suspected. An alarm is false where nothing is known to have happened: `TRUE` lists what has.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from nightshift.nouns.quality import Account

PRICES = ["open", "high", "low", "close"]
SPLITS = {"2:1": 1 / 2, "3:2": 2 / 3, "6:5": 5 / 6, "11:10": 10 / 11, "reverse 1:10": 10.0, "reverse 1:25": 25.0}
UNITS = {"×1000 from a day on": (1000.0, 10**6), "×1000 for a day": (1000.0, 1), "×100 for a week": (100.0, 5), "÷100 on": (0.01, 10**6)}
# The S&P file: spin-offs, a share dividend and special dividends that nobody adjusted for, and sessions with bars of other days.
TRUE = {
    ("BAX", "2015-07-01"), ("DISCA", "2014-08-07"), ("DISCK", "2014-08-07"), ("EBAY", "2015-07-20"), ("KLAC", "2014-11-26"),
    ("NI", "2015-07-02"), ("ARNC", "2016-11-01"), ("YUM", "2016-11-01"), ("A", "2014-11-03"), ("HPE", "2017-04-03"),
    ("BHGE", "2017-07-05"), ("DRI", "2015-11-10"), ("NOV", "2014-06-02"), ("VTR", "2015-08-18"), ("HPE", "2017-09-01"),
    ("IR", "2013-12-02"), ("SYMC", "2016-03-04"), ("DOV", "2014-03-03"), ("TDG", "2013-07-11"), ("TDG", "2016-10-20"),
    ("EQR", "2016-03-01"), ("IRM", "2014-09-26"), ("VNO", "2015-01-16"), ("CTXS", "2017-02-01"),
}  # fmt: skip
TRUE_SESSIONS = {"2013-12-18", "2013-12-20", "2014-10-30", "2017-09-14"}
YAHOO = {
    "L": "XLON", "T": "XTKS", "AX": "XASX", "V": "XTSE", "ST": "XSTO", "MI": "XMIL", "PA": "XPAR", "JO": "XJSE", "HK": "XHKG", "DE": "XFRA",
    "IL": "XLON", "TO": "XTSE", "MC": "XMAD",
}  # fmt: skip


def cleaned(frame: pd.DataFrame, calendar: str = "XNYS") -> Account:
    """The account of these bars."""
    from nightshift import sessions
    from nightshift.data.quality.cleaning import clean
    from nightshift.data.sources.source import bar_schema

    last = frame.session.max()
    table = pa.Table.from_pandas(frame.sort_values(["symbol", "session"], kind="stable"), schema=bar_schema(), preserve_index=False)
    return clean(table, calendar, last, sessions.utc(f"{last}T23:59:59")).account


def certain(account: Account) -> set[tuple[str, str]]:
    """Symbol and session of what was done something to because of other bars."""
    ticks = {(row.symbol, row.first) for row in account.revised if row.gone and row.reason == "wrong_tick"}
    return {(one.symbol, one.session) for one in (*account.mended, *account.left_out)} | ticks


def shown(account: Account) -> set[tuple[str, str]]:
    """The same, and what is only suspected."""
    return certain(account) | {(one.symbol, one.session) for one in account.suspected}


def planted(market: pd.DataFrame, symbols: list[str], price: float, n_bars: int, shares: bool) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    """The market with a defect in each of these symbols, at a random session; and where."""
    random, frame, places = np.random.default_rng(len(symbols)), market.copy(), set()
    for symbol in symbols:
        own = frame.index[frame.symbol == symbol]
        at = int(random.integers(min(150, len(own) // 2), len(own) - 10))
        frame.loc[own[at : at + n_bars], PRICES] *= price
        if shares:
            frame.loc[own[at : at + n_bars], "volume"] /= price
        places.add((symbol, str(frame.session[own[at]])))
    return frame, places


def recall(market: pd.DataFrame, symbols: list[str]) -> dict[str, tuple[float, float]]:
    """By defect the share that is certain, and that is shown."""
    told = {}
    for name, (price, n_bars, shares) in {
        **{name: (ratio, 10**6, True) for name, ratio in SPLITS.items()}, **{name: (*unit, False) for name, unit in UNITS.items()},
    }.items():  # fmt: skip
        frame, places = planted(market, symbols, price, n_bars, shares)
        account = cleaned(frame)
        told[name] = (len(places & certain(account)) / len(places), len(places & shown(account)) / len(places))
    return told


def simulated(symbols: int = 150) -> pd.DataFrame:
    """A clean market."""
    from nightshift import sessions
    from nightshift.data.sources import Query
    from nightshift.data.sources.simulated import Params, fetch

    last = dt.date(2024, 6, 3)
    query = Query("XNYS", (), None, last, sessions.utc("2024-06-03T23:59"))
    return fetch(Params(symbols=symbols, first_session=dt.date(2020, 1, 2), seed=5), query).to_pandas()


def with_a_crash(market: pd.DataFrame) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    """Three sessions on which a tenth of the symbols opens 15 to 40 % lower, at the turnover that it had."""
    random, frame, places = np.random.default_rng(3), market.copy(), set()
    days = sorted(frame.session.unique())
    for day in (days[400], days[600], days[800]):
        for symbol in random.choice(sorted(frame.symbol.unique()), frame.symbol.nunique() // 10, replace=False):
            frame.loc[(frame.symbol == symbol) & (frame.session >= day), PRICES] *= 1 - random.uniform(0.15, 0.4)
            places.add((str(symbol), str(day)))
    return frame, places


def of_file(file: Path) -> pd.DataFrame:
    """A Parquet file's bars."""
    frame = pd.read_parquet(file)[["symbol", "session", *PRICES, "volume"]]
    days = pd.to_datetime(frame.session)
    seen = (days + pd.Timedelta(hours=22)).dt.tz_localize("UTC")
    frame = frame.astype(dict.fromkeys((*PRICES, "volume"), float))
    return frame.assign(session=days.dt.date, adj_factor=1.0, observed_at=seen).sort_values(["symbol", "session"], ignore_index=True)


def false_alarms(account: Account) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """In the S&P file: certain ones, and all that are shown."""
    return tuple(
        {one for one in alarms if one not in TRUE and one[1] not in TRUE_SESSIONS} for alarms in (certain(account), shown(account))
    )


def of_yahoo(folder: Path) -> dict[str, tuple[str, set[tuple[str, str]], set[tuple[str, str]]]]:
    """By daily file of a defect: what of its bars differs from the twin's, and what is certain and shown in it but not in the twin.

    Whether the factor differs is asked of the files' own numbers; the vendor's dividends are read with the bars.
    """
    from nightshift.data.quality.cleaning import clean
    from nightshift.data.sources.bar_files import read

    told = {}
    for file in sorted(folder.glob("*-1d-*.csv")):
        twin = file.with_name(f"{file.stem}-fixed.csv")
        ending = file.name.split("-1d")[0].split("-")[-1]
        calendar = YAHOO.get(ending, "XNYS")
        if file.stem.endswith("-fixed") or ending == "TA":  # the calendar of Tel Aviv has no such sessions
            continue
        bars = [read(one, calendar) for one in (file, twin if twin.exists() else file)]
        raw = [_without_payouts(one, calendar) for one in (file, twin if twin.exists() else file)]
        differs = [n for n in (*PRICES, "adj_factor") if not np.allclose(raw[0][n], raw[1][n].reindex(raw[0].index), 1e-3, equal_nan=True)]
        accounts = [clean(one, calendar, one["session"].to_pandas().max(), dt.datetime.max.replace(tzinfo=dt.UTC)).account for one in bars]
        lost = {("X", "rows")} if sum(accounts[0].dropped.values()) > sum(accounts[1].dropped.values()) else set()
        mended = [{(one.session, f"{one.price_factor * one.adj_factor:.3g}") for one in account.mended} for account in accounts]
        named = [[{(session, "X") for _, session in f(account)} for account in accounts] for f in (certain, shown)]
        found = [one[0] - one[1] | (mended[0] - mended[1]) | lost for one in named]
        told[file.stem] = ("prices" if "close" in differs else "factor" if differs else "nothing", *found)
    return told


def _without_payouts(file: Path, calendar: str) -> pd.DataFrame:
    """A file's bars as if it had no column of dividends and splits."""
    from nightshift.data.sources.reading import BarFile, bars_of, vendor_table

    table = vendor_table(BarFile(file), calendar=calendar)
    rows = table.rows.drop_columns([name for name in ("dividend", "split") if name in table.rows.column_names])
    frame = bars_of(BarFile(file), type(table)(table.form, rows), calendar).to_pandas()
    return frame.sort_values("session", ignore_index=True)


def told(title: str, found: dict[str, tuple[float, float]]) -> None:
    """Print one line a defect."""
    print(f"{title:40} certain  shown")
    for name, (sure, seen) in found.items():
        print(f"  {name:38} {sure:7.1%} {seen:6.1%}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    data: Path | None = parser.parse_args().data
    market = simulated()
    names = sorted(market.symbol.unique())
    told("planted in a simulated market", recall(market, names[::5]))
    crash, places = with_a_crash(market)
    account = cleaned(crash)
    print(f"simulated: false alarms {len(certain(cleaned(market)))}; crashes kept {1 - len(places & certain(account)) / len(places):.1%}")
    if data is None:
        return
    frame = of_file(data / "sp500_2013_2018.parquet")
    account, years = cleaned(frame), len(frame) / 252
    wrong, all_shown = false_alarms(account)
    print(f"S&P: certain {len(certain(account))}, false {sorted(wrong)}: {1000 * len(wrong) / years:.2f} per 1,000 symbol-years")
    print(f"S&P: shown {len(shown(account))}, nothing known to have happened {sorted(all_shown)}: {1000 * len(all_shown) / years:.2f}")
    half = sorted(frame.symbol.unique())[1::2]
    long = frame.groupby("symbol").size()
    told("planted in the S&P's other half", recall(frame, [name for name in half if long[name] > 1000][::4]))
    raw = of_file(data / "nifty50_raw_2015_2021.parquet")
    account = cleaned(raw, "XBOM")
    splits = {(r.symbol, str(r.session)) for r in raw[raw.groupby("symbol").close.pct_change() < -0.4].itertuples()}
    print(f"India: {len(splits & certain(account))} of {len(splits)} splits below -40 % mended")
    print(f"India: others mended {sorted(certain(account) - splits)}, only shown {sorted(shown(account) - certain(account))}")
    for name, (differs, found, also) in of_yahoo(data / "yahoo_defects").items():
        print(f"{name:40} differs in {differs:8} certain {len(found):3} shown {len(also):3}")


if __name__ == "__main__":
    main()
