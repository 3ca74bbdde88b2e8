"""Vendors' layouts, by the columns that only they have together; whatever is none of them is read as a table."""

from __future__ import annotations

from dataclasses import dataclass, field

from nightshift.data.sources.reading.evidence.spelled import plain


@dataclass(frozen=True)
class Layout:
    """One vendor's way to write bars. Names are compared by their letters and digits alone."""

    name: str
    has: frozenset[str]  # columns that are all there
    columns: dict[str, str] = field(default_factory=dict)  # ours -> theirs, before any common spelling
    not_symbol: bool = False  # its name column is no symbol
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()  # column, the values that are taken
    first_row: tuple[str, str] | None = None  # column, what it says in the first row
    note: str = ""


def _layout(name: str, has: str, columns: str = "", **facts: object) -> Layout:
    pairs = dict(pair.split(":") for pair in columns.split())
    return Layout(name, frozenset(has.split()), pairs, **facts)  # type: ignore[arg-type]


_UDIFF = "session:traddt open:opnpric high:hghpric low:lwpric close:clspric volume:ttltradgvol symbol:tckrsymb"
_EQ = ("series", ("EQ",))
_AUTO = "where yfinance adjusted by itself (auto_adjust, its default), Close is adjusted already and there is no Adj Close"

LAYOUTS = (
    _layout("NSE bhavcopy (UDiFF)", "traddt tckrsymb sctysrs src clspric", _UDIFF, first_row=("src", "NSE"),
            rows=(("fininstrmtp", ("STK",)), ("sctysrs", ("EQ",)))),
    _layout("BSE bhavcopy (UDiFF)", "traddt tckrsymb sctysrs src clspric", _UDIFF, rows=(("fininstrmtp", ("STK",)),)),
    _layout("NSE bhavcopy", "symbol series tottrdqty timestamp", "session:timestamp volume:tottrdqty", rows=(_EQ,)),
    _layout("NSE full bhavcopy", "symbol series date1 ttltrdqnty", "session:date1 volume:ttltrdqnty", rows=(_EQ,)),
    _layout("NSE security archive", "symbol series date totaltradedquantity closeprice", "volume:totaltradedquantity", rows=(_EQ,)),
    _layout("NSE historical equity", "date series prevclose ltp close vwap volume", rows=(_EQ,)),
    _layout("Kaggle NIFTY", "date symbol series prevclose vwap volume turnover", rows=(_EQ,)),
    _layout("BSE bhavcopy", "sccode scname scgroup noofshrs", "session:tradingdate symbol:sccode volume:noofshrs", not_symbol=True,
            rows=(("sctype", ("Q",)),), note="symbols are BSE's scrip codes"),
    _layout("Stooq bulk", "ticker per date time open close", rows=(("per", ("D",)),)),
    _layout("CafeF", "ticker dtyyyymmdd open close", "session:dtyyyymmdd"),
    _layout("Nasdaq.com", "date closelast volume open", "close:closelast"),
    _layout("investing.com", "date price open high low vol change", "close:price"),
    _layout("investing.com", "datum zuletzt eröffn hoch tief vol"),
    _layout("CoinMarketCap", "timeopen timeclose marketcap", "session:timeopen", not_symbol=True),
    _layout("Binance klines", "opentime closetime open count", "session:opentime"),
    _layout("CryptoDataDownload", "unix date symbol open close", "session:date"),
    _layout("Polygon flat file", "ticker windowstart transactions", "session:windowstart"),
    _layout("Tiingo", "date divcash splitfactor adjclose"),
    _layout("Alpha Vantage", "timestamp splitcoefficient adjustedclose"),
    _layout("yfinance history", "dividends stocksplits adjclose"),
    _layout("yfinance history", "dividends stocksplits", note=_AUTO),
    _layout("Yahoo", "date open high low close adjclose volume"),
    _layout("Kaggle S&P 500", "date open high low close volume name"),
    _layout("Kaggle huge stock market", "date open high low close volume openint"),
)  # fmt: skip
TABLE = Layout("table", frozenset())
HEADLESS_BINANCE = (
    "open_time", "open", "high", "low", "close", "volume", "close_time", "quote_volume", "count", "taker_buy_volume",
    "taker_buy_quote_volume", "ignore",
)  # fmt: skip


def layout_of(names: tuple[str, ...], first_row: list[str]) -> Layout:
    """The first layout whose columns are all there.

    >>> layout_of(("Date", "Close/Last", "Volume", "Open", "High", "Low"), []).name
    'Nasdaq.com'
    """
    there = {plain(name): place for place, name in enumerate(names)}

    def fits(layout: Layout) -> bool:
        if not layout.has <= there.keys():
            return False
        if layout.first_row is None:
            return True
        place = there[layout.first_row[0]]
        return place < len(first_row) and first_row[place].strip() == layout.first_row[1]

    return next((layout for layout in LAYOUTS if fits(layout)), TABLE)
