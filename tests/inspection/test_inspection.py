"""A folder inspected: what its bars say of themselves, and a market file whose limits are as wide as they must be and no wider."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nightshift.config import market_names, parse_market
from nightshift.data.columns import COLUMNS, chosen
from nightshift.data.columns.every_column import of_volume
from nightshift.data.money.turnover import round_down
from nightshift.data.sources.reading import NOTHING_SETTLED
from nightshift.errors import SourceUnreadable
from nightshift.gates.assayed import newest as newest_assay
from nightshift.running.inspection.currency import CURRENCY, guess
from nightshift.running.inspection.folder_inspection import inspected
from nightshift.running.inspection.limit_band import band_kept
from nightshift.running.inspection.limits import Limit
from nightshift.running.inspection.market_draft import _quoted
from nightshift.running.inspection.market_text import TEMPLATES, template_file
from nightshift.running.market_check import check_names
from nightshift.sessions import calendar_folder, library

NAMES = sorted({*TEMPLATES.values(), "other"})


def of(folder, calendar="XNYS"):
    """Under a calendar that is named: to fit one takes seconds."""
    return inspected(str(folder), "mine", NOTHING_SETTLED, calendar)


@pytest.mark.parametrize("name", NAMES)
def test_every_template_is_a_market_whose_policy_was_assayed(name):
    text = template_file(name).read_text()
    market = parse_market(text, name)
    check_names(market, name)
    assert market.market == name not in market_names()
    assert newest_assay(market).in_bounds
    assert market.search.min_hours_between > 0
    assert max(map(len, text.splitlines())) <= 140


def test_every_calendar_that_can_fit_has_a_currency():

    assert sorted({*library.names(), *calendar_folder.files()} - CURRENCY.keys()) == []


def test_a_clean_folder_gets_a_file_with_the_templates_own_limits(a_folder):
    inspection = of(a_folder(), calendar=None)
    assert inspection.calendar == "XNYS"
    assert (inspection.evidence.universe.symbols, inspection.evidence.newest.session) == (8, dt.date(2026, 11, 19))
    assert inspection.evidence.adjustment.state == "no sign of unadjusted prices"
    assert (inspection.widened, inspection.refusals) == ((), ())
    assert inspection.market.quality.min_symbol_coverage == 0.9
    assert inspection.market.costs.initial_capital <= inspection.evidence.turnover.fitting_capital(0.05)
    check_names(inspection.market, "mine")


def test_prices_that_nobody_adjusted_are_said_with_the_days(a_folder):
    def split(bars):
        days = sorted(bars.session.unique())
        for symbol, at, parts in (("SIM0001", 150, 2.0), ("SIM0004", 250, 5.0)):
            before = (bars.symbol == symbol) & (bars.session < days[at])
            bars.loc[before, ["open", "high", "low", "close"]] *= parts
            bars.loc[before, "volume"] /= parts
        return bars

    evidence = of(a_folder(split)).evidence.adjustment
    assert evidence.state == "unadjusted"
    assert [move.symbol for move in evidence.moves] == ["SIM0001", "SIM0004"]


def test_the_night_is_the_last_session_that_most_symbols_have(a_folder):
    cut = lambda bars: bars[(bars.symbol == "SIM0002") | (bars.session <= dt.date(2026, 11, 10))]  # noqa: E731
    newest = of(a_folder(cut)).evidence.newest
    assert (newest.session, newest.last_bar) == (dt.date(2026, 11, 10), dt.date(2026, 11, 19))


def test_what_cannot_be_read_is_left_out_by_name_and_said(a_folder):
    folder = a_folder()
    (folder / "notes, old.csv").write_text("a,b\n1,2\n")
    inspection = of(folder)
    assert inspection.market.source["ignore"] == ["notes, old.csv"]
    assert "# Left out (`ignore`): notes, old.csv" in inspection.text


def test_a_limit_is_widened_where_the_bars_need_it_and_the_file_says_why(a_folder):
    def holes(bars):
        return bars.assign(close=np.where(bars.index % 25 == 0, np.nan, bars.close))

    inspection = of(a_folder(holes))
    (was, now), *others = inspection.widened
    assert (now.key, others) == ("quality.limits.not_a_number", [])
    assert was.measured <= now.limit < was.measured * 1.1
    assert inspection.market.quality.limits == {"not_a_number": now.limit}
    assert "# widened from 0.02:" in inspection.text


def test_weekly_bars_are_refused_by_name(a_folder):
    folder = a_folder(lambda bars: bars[[day.weekday() == 2 for day in bars.session]])
    with pytest.raises(SourceUnreadable, match="weekly or monthly bars"):
        of(folder)


def test_dong_in_thousands_have_a_capital_in_thousands():
    assert (guess("XSTC", 25.3).per_unit, guess("XSTC", 25_300.0).per_unit) == (1000.0, 1.0)


@given(st.floats(0.0001, 1.0), st.floats(0.0001, 1.0), st.booleans())
def test_a_widened_limit_is_just_wide_enough_or_the_old_one(measured, limit, at_least):
    before = Limit("key", "words", measured, limit, at_least)
    after = before.widened
    if before.is_kept:
        assert after == before
    elif after != before:
        assert after.is_kept
        assert abs(after.limit - measured) <= max(0.01, 0.1 * measured)


@given(st.floats(1e-6, 1e15))
def test_rounding_down_never_more_than_halves_and_never_raises(amount):
    assert amount / 2.51 < round_down(amount) <= amount * (1 + 1e-9)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1))
def test_what_is_written_into_the_file_is_read_as_it_was(text):
    line = _quoted(text)
    assert "\n" not in line
    assert yaml.safe_load(f"key: {line}") == {"key": text}


def test_a_folder_that_ended_says_so_in_its_file_and_a_living_one_does_not(a_folder):
    folder = a_folder()
    for today, finished in ((dt.date(2026, 11, 20), None), (dt.date(2027, 3, 1), dt.date(2026, 11, 19))):
        market = inspected(str(folder), "mine", NOTHING_SETTLED, "XNYS", today).market
        assert market.schedule.finished_on == finished
        assert market.schedule.delay_minutes == 60


@pytest.mark.parametrize("kept", ["no column", "zeros"])
def test_a_folder_without_volumes_gets_a_file_that_says_so_and_does_without(a_folder, kept):
    folder = a_folder(lambda bars: bars.assign(volume=0.0))
    if kept == "no column":
        for file in folder.glob("*.csv"):
            file.write_text("".join(f"{line.rpartition(',')[0]}\n" for line in file.read_text().splitlines()))
    inspection = of(folder)
    market = inspection.market
    assert market.source["volume"] == "none"
    assert not market.has_volume
    assert market.costs.max_volume_fraction is None
    assert [column.name for column in chosen(market.columns)] == [name for name in COLUMNS if name not in of_volume()]
    check_names(market, "mine")


def test_days_in_utc_that_are_the_next_ones_are_recognised_and_the_file_says_the_zone(a_folder):
    def in_utc(bars):
        days = [dt.datetime.combine(day, dt.time(), dt.UTC) - dt.timedelta(hours=7) for day in bars.session]
        return bars.assign(session=[day.strftime("%Y-%m-%dT%H:%M:%SZ") for day in days])

    inspection = of(a_folder(in_utc))
    assert inspection.market.source["zone"] == "+07:00"
    assert inspection.evidence.newest.session == dt.date(2026, 11, 19)


@pytest.mark.parametrize(("widest", "band"), [(0.069, 0.069), (0.098, 0.099), (0.145, 0.149), (0.3, 0.149)])
def test_a_board_of_vietnam_is_told_by_the_limit_that_its_bars_keep(widest, band):
    """A calendar that three boards share says nothing of the limit, and one too narrow takes crashes for splits."""
    moves = np.tile([widest, -widest / (1 + widest), 0.01, 0.0, -0.0099], 40)
    close = 100 * np.cumprod(1 + moves)
    bars = pa.table({"symbol": ["AAA"] * len(close), "close": close, "adj_factor": np.ones(len(close))})
    assert band_kept("vietnam", bars) == band
    assert band_kept("us", bars) is None
