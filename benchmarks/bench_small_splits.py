"""Small splits against genuine gaps, by halves of the S&P file: the limits of `usual_bars` were chosen with one, judged on the other.

    .venv/bin/python benchmarks/bench_small_splits.py --data FOLDER

A split is planted once in each symbol of a half, a quarter of them at a time; printed is how many are certain and shown, and which genuine
gaps of the half lie highest. Gaps that `bench_data_defects.TRUE` explains, and those of sessions that the file has of other days, are none.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import bench_data_defects as defects
import numpy as np
import pandas as pd

SPLITS = {"11:10": 10 / 11, "6:5": 5 / 6, "5:4": 4 / 5, "4:3": 3 / 4, "3:2": 2 / 3}
HALVES = {"chosen with (even)": 0, "judged on (odd)": 1}
# Sessions with bars of other days, and those at which a symbol is back from them.
OTHER_DAYS = {"2013-12-16", "2013-12-19", "2013-12-23", "2014-10-31", "2017-07-31", "2017-08-01", "2017-08-02", "2017-09-15"}
APART = 4


def genuine(frame: pd.DataFrame) -> pd.DataFrame:
    """Every fall in the file that lies at a small ratio and was the market's, with how usual its bar is."""
    from nightshift.data.quality.evidence.gaps import gaps_of, market_with_habit
    from nightshift.data.quality.evidence.market_moves import moves_of
    from nightshift.data.quality.evidence.price_rows import PriceRows
    from nightshift.data.quality.evidence.ratios import nearest_ratio
    from nightshift.data.quality.evidence.usual_bars import usual_bar

    whole = frame[(frame[defects.PRICES] > 0).all(axis=1)]
    codes, names = pd.factorize(whole.symbol)
    rows = PriceRows(
        codes, whole.session.to_numpy().astype("datetime64[D]"), *(whole[name].to_numpy() for name in (*defects.PRICES, "volume"))
    )
    gaps = gaps_of(rows, market_with_habit(rows, moves_of(rows)))
    _, off = nearest_ratio(gaps.overnight)
    at_ratio = off <= np.minimum(0.06, 0.25 * np.abs(gaps.overnight))
    told = pd.DataFrame({
        "symbol": names[rows.symbol[gaps.place]], "day": rows.day[gaps.place].astype(str), "gap": np.expm1(gaps.overnight),
        "usual": np.where(at_ratio, usual_bar(gaps, off), -np.inf),
    })  # fmt: skip
    known = [(one.symbol, one.day) in defects.TRUE or one.day in defects.TRUE_SESSIONS | OTHER_DAYS for one in told.itertuples()]
    return told[~np.array(known)].sort_values("usual", ascending=False)


def planted(frame: pd.DataFrame, symbols: list[str], price: float) -> tuple[float, float]:
    """The share of these symbols whose split is certain, and is shown."""
    sure = seen = 0
    for first in range(APART):
        market, places = defects.planted(frame, symbols[first::APART], price, 10**6, True)
        account = defects.cleaned(market)
        sure, seen = sure + len(places & defects.certain(account)), seen + len(places & defects.shown(account))
    return sure / len(symbols), seen / len(symbols)


def main() -> None:
    """Print both halves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    frame = defects.of_file(parser.parse_args().data / "sp500_2013_2018.parquet")
    from nightshift.data.quality.evidence.usual_bars import CERTAIN, SUSPECTED

    long, names, gaps = frame.groupby("symbol").size(), sorted(frame.symbol.unique()), genuine(frame)
    for title, half in HALVES.items():
        own = names[half::2]
        years = long[own].sum() / 252
        here = gaps[gaps.symbol.isin(own)]
        sure, seen = ((here.usual >= limit).sum() for limit in (CERTAIN, SUSPECTED))
        print(
            f"{title}: {years:,.0f} symbol-years; genuine gaps above the limits: {sure} certain, {seen} shown ({1000 * seen / years:.1f})"
        )
        print(f"  the highest: {', '.join(f'{one.symbol} {one.day} {one.gap:+.1%} {one.usual:.2f}' for one in here.head(8).itertuples())}")
        for name, price in SPLITS.items():
            print(f"  {name:6} certain {{:6.1%}} shown {{:6.1%}}".format(*planted(frame, [one for one in own if long[one] > 1000], price)))


if __name__ == "__main__":
    main()
