"""A table written in any mixture of delimiter, marks, dates, encoding and ending reads as itself or is refused; never as another."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.data.sources.reading import BarFile, bars_of, vendor_table
from nightshift.errors import SourceUnreadable

DAYS = sessions.between("XNYS", dt.date(1999, 1, 4), dt.date(2025, 12, 31)).tolist()
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _since_epoch(unit: int):
    return lambda day: str(int((dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) - EPOCH).total_seconds()) * unit)


STYLES = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m-%d-%Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y",
    "%Y-%m-%d 00:00:00-05:00", "%Y-%m-%dT00:00:00.000Z", "%m/%d/%Y 16:00:00", "%d/%m/%y", "%m/%d/%y", "%y-%m-%d", "%d-%b-%y",
)  # fmt: skip
DATES = {
    **{style: lambda day, style=style: day.strftime(style) for style in STYLES},
    "day/month without noughts": lambda day: f"{day.day}/{day.month}/{day.year}",
    "seconds": _since_epoch(1),
    "milliseconds": _since_epoch(10**3),
    "microseconds": _since_epoch(10**6),
    "nanoseconds": _since_epoch(10**9),
    "excel": lambda day: str((day - dt.date(1899, 12, 30)).days),
}


@dataclass(frozen=True)
class Written:
    """How a table is written."""

    delimiter: str
    decimal: str
    thousands: str
    n_decimals: int
    drops_noughts: bool
    date: str
    encoding: str
    ending: str
    line_end: str
    newest_first: bool
    quotes: bool


spellings = st.builds(
    Written, st.sampled_from(",;\t|"), st.sampled_from(".,"), st.sampled_from(["", "", ",", ".", " ", "'", "\u00a0"]), st.integers(0, 4),
    st.booleans(), st.sampled_from(sorted(DATES)), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from([".csv", ".txt", ".csv.gz", ".zip", ".TSV"]), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans(),
).filter(lambda how: how.decimal != how.thousands)  # fmt: skip


def number(value: int, how: Written) -> str:
    """A number of ten-thousandths, to the decimals that are written."""
    text = f"{value / 10**4:,.{how.n_decimals}f}"
    if how.drops_noughts and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", "#").replace(".", how.decimal).replace("#", how.thousands)


def text_of(how: Written, days: list[dt.date], prices: list[int], volumes: list[int]) -> str:
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter=how.delimiter, lineterminator=how.line_end, quoting=csv.QUOTE_ALL if how.quotes else csv.QUOTE_MINIMAL
    )
    rows = [
        [DATES[how.date](day), number(price, how), number(price * 2, how), number(price // 2, how), number(price, how), volume]
        for day, price, volume in zip(days, prices, volumes, strict=True)
    ]
    writer.writerows([["Date", "Open", "High", "Low", "Close", "Volume"], *(reversed(rows) if how.newest_first else rows)])
    return out.getvalue()


def put(place: Path, how: Written, text: str) -> Path:
    raw, file = text.encode(how.encoding), place / f"A{how.ending}"
    if how.ending == ".csv.gz":
        file.write_bytes(gzip.compress(raw))
    elif how.ending == ".zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("A.csv", raw)
    else:
        file.write_bytes(raw)
    return file


@settings(max_examples=120, deadline=None)
@given(
    how=spellings, first=st.integers(0, len(DAYS) - 40), data=st.data(), n_rows=st.integers(1, 30),
    every=st.sampled_from([1, 1, 1, 21, 40]), scale=st.sampled_from([10**4, 10**6, 10**8]), n_volume=st.integers(1, 10**9),
)  # fmt: skip
@example(
    how=Written(",", ".", ",", 0, False, "%m/%d/%Y", "utf-8", ".csv", "\n", False, True), first=0, data=None, n_rows=1, every=1,
    scale=12_340_000, n_volume=5,
)  # fmt: skip
def test_reads_as_itself_or_is_refused(tmp_path_factory, how, first, data, n_rows, every, scale, n_volume):
    days = DAYS[first::every][:n_rows]
    step = 10 ** (4 - how.n_decimals)
    prices = [2 * step * (data.draw(st.integers(scale // step, 12 * scale // step)) if data else scale // step) for _ in days]
    file = put(tmp_path_factory.mktemp("any"), how, text_of(how, days, prices, [n_volume] * len(days)))
    place = BarFile(file, "A.csv") if how.ending == ".zip" else BarFile(file)
    try:
        bars = bars_of(place, vendor_table(place, calendar="XNYS"), "XNYS")
    except SourceUnreadable as refused:
        said = str(refused)
        assert "no other" in said
        return
    ascending = np.argsort(bars["session"].to_numpy())
    assert [bars["session"][int(at)].as_py() for at in ascending] == days
    for column, factor in (("close", 1.0), ("high", 2.0), ("low", 0.5)):
        np.testing.assert_array_equal(bars[column].to_numpy()[ascending], [round(price * factor) / 10**4 for price in prices])
    np.testing.assert_array_equal(bars["volume"].to_numpy(), n_volume)
