"""In which money a folder's prices probably are: by the calendar's country, and by how high they stand. A guess, and said to be one."""

from __future__ import annotations

from dataclasses import dataclass

# Calendars by the currency of their country, under the names that fitting gives.
_BY_CURRENCY = {
    "USD": "XNYS XNAS XASE ARCX BATS XCBF CME CMES CBOT COMEX NYMEX ICEUS CFE us_futures XBDA 24/7 24/5 OOTC",
    "EUR": "XAMS XBRU XPAR XLIS XDUB XMIL XMAD XETR XFRA XDUS XHAM XSTU XEUR XEEE XWBO XHEL ASEX XLJU XLUX XTAL XRIS XLIT XBRA XCYS XZAG",
    "GBP": "XLON IEPA ICE LSE", "JPY": "XTKS JPX", "HKD": "XHKG HKEX", "CNY": "XSHG XSHE BJSE SSE", "INR": "XBOM XNSE BSE NSE",
    "VND": "XSTC XHNX HSTC HOSE HNX UPCOM", "KRW": "XKRX XKOS", "TWD": "XTAI ROCO", "SGD": "XSES", "MYR": "XKLS", "THB": "XBKK",
    "IDR": "XIDX JKT", "PHP": "XPHS", "AUD": "XASX ASX", "NZD": "XNZE", "CAD": "XTSE XTSX TSX", "MXN": "XMEX", "BRL": "BVMF BMF",
    "ARS": "XBUE", "CLP": "XSGO", "COP": "XBOG", "PEN": "XLIM", "CHF": "XSWX SIX", "SEK": "XSTO", "NOK": "XOSL OSE", "DKK": "XCSE",
    "ISK": "XICE", "PLN": "XWAR", "CZK": "XPRA", "HUF": "XBUD", "RON": "XBSE BVB", "TRY": "XIST", "RUB": "XMOS", "ILS": "XTAE TASE",
    "ZAR": "XJSE", "SAR": "XSAU", "PKR": "XKAR", "KZT": "AIXK", "RSD": "XBEL",
}  # fmt: skip
CURRENCY = {calendar: currency for currency, calendars in _BY_CURRENCY.items() for calendar in calendars.split()}

# A share there costs thousands of dong at the least, so a lower price is quoted in thousands.
LOWEST_DONG = 1_000.0


@dataclass(frozen=True)
class Guess:
    """The unit of the prices, how many of it one is (thousand dong: 1000 dong a unit), and why it is taken for that."""

    currency: str
    per_unit: float
    why: str


def guess(calendar: str, median_close: float) -> Guess:
    """The currency of these prices.

    >>> guess("XSTC", 25.3).currency, guess("XSTC", 25_300.0).currency, guess("XLON", 812.0)
    ('thousand VND', 'VND', Guess(currency='GBP pence', per_unit=0.01, why='London quotes pence'))
    """
    money = CURRENCY.get(calendar)
    if money is None:
        return Guess("unknown", 1.0, f"no country is known for {calendar}: set `costs.currency`")
    if calendar == "24/7":
        return Guess(money, 1.0, "coins are quoted in dollars or a stablecoin")
    if money == "VND" and median_close < LOWEST_DONG:
        return Guess("thousand VND", 1000.0, f"a median close of {median_close:.4g} is no price in dong")
    parts = {"XLON": ("GBP pence", "London quotes pence"), "XJSE": ("ZAR cents", "Johannesburg quotes cents"),
             "XTAE": ("ILS agorot", "Tel Aviv quotes agorot")}  # fmt: skip
    if calendar in parts:
        return Guess(parts[calendar][0], 0.01, parts[calendar][1])
    return Guess(money, 1.0, f"the currency of {calendar}")


# Units that a dollar buys, to one digit: no rate, only the size of a sensible capital. What is not named buys about one.
_A_DOLLAR = {
    "JPY": 150, "INR": 90, "VND": 25_000, "KRW": 1_400, "TWD": 30, "THB": 35, "IDR": 16_000, "PHP": 60, "MXN": 18, "ARS": 1_400,
    "CLP": 950, "COP": 4_000, "CZK": 22, "HUF": 350, "TRY": 40, "RUB": 90, "RSD": 100, "PKR": 280, "KZT": 500, "ISK": 130, "CNY": 7,
    "HKD": 8, "ZAR": 18, "SEK": 10, "NOK": 10, "DKK": 7, "BRL": 5, "ILS": 4, "MYR": 4, "SAR": 4, "PLN": 4, "RON": 4, "PEN": 4,
}  # fmt: skip


def a_million_dollars(currency: str) -> float:
    """About as much as a million dollars, in whole units of a currency such as `GBP` or `GBP pence`."""
    code = next((word for word in currency.split() if word in _A_DOLLAR), "")
    return 1_000_000.0 * _A_DOLLAR.get(code, 1)
