"""The calendars of exchange_calendars and where their exchanges are, written down: a name is checked without a second of imports.

A test compares this with the library.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from nightshift.errors import ConfigError

# name: the exchange's city and country, or what the calendar is for; with the other names it is known by
PLACES: dict[str, str] = {
    "24/5": "every weekday: currencies", "24/7": "every day: crypto",
    "AIXK": "Astana, Kazakhstan", "ASEX": "Athens, Greece", "BVMF": "São Paulo, Brazil (B3, BMF)", "CMES": "Chicago futures, United States",
    "IEPA": "ICE futures, United States", "XAMS": "Amsterdam, Netherlands (Euronext)", "XASX": "Sydney, Australia (ASX)",
    "XBDA": "Hamilton, Bermuda", "XBEL": "Belgrade, Serbia", "XBKK": "Bangkok, Thailand (SET)", "XBOG": "Bogotá, Colombia",
    "XBOM": "Mumbai, India (Bombay, BSE)", "XBRA": "Bratislava, Slovakia", "XBRU": "Brussels, Belgium (Euronext)",
    "XBSE": "Bucharest, Romania (BVB)", "XBUD": "Budapest, Hungary", "XBUE": "Buenos Aires, Argentina",
    "XCBF": "Cboe futures, United States (VIX)", "XCSE": "Copenhagen, Denmark", "XCYS": "Nicosia, Cyprus", "XDUB": "Dublin, Ireland",
    "XDUS": "Düsseldorf, Germany", "XEEE": "Leipzig, Germany (energy)", "XETR": "Frankfurt, Germany (Xetra)", "XEUR": "Eurex, Germany",
    "XFRA": "Frankfurt, Germany (floor)", "XHAM": "Hamburg, Germany", "XHEL": "Helsinki, Finland", "XHKG": "Hong Kong (HKEX)",
    "XICE": "Reykjavík, Iceland", "XIDX": "Jakarta, Indonesia (IDX)", "XIST": "Istanbul, Turkey (Borsa)",
    "XJSE": "Johannesburg, South Africa", "XKAR": "Karachi, Pakistan (PSX)", "XKLS": "Kuala Lumpur, Malaysia (Bursa)",
    "XKRX": "Seoul, South Korea (KRX, KOSPI)", "XLIM": "Lima, Peru", "XLIS": "Lisbon, Portugal (Euronext)", "XLIT": "Vilnius, Lithuania",
    "XLJU": "Ljubljana, Slovenia", "XLON": "London, United Kingdom (LSE)", "XLUX": "Luxembourg", "XMAD": "Madrid, Spain (BME)",
    "XMEX": "Mexico City, Mexico (BMV)", "XMIL": "Milan, Italy (Euronext)", "XMOS": "Moscow, Russia (MOEX)",
    "XNYS": "New York, United States (NYSE, Nasdaq)", "XNZE": "Wellington, New Zealand (NZX)", "XOSL": "Oslo, Norway",
    "XPAR": "Paris, France (Euronext)", "XPHS": "Manila, Philippines", "XPRA": "Prague, Czech Republic", "XRIS": "Riga, Latvia",
    "XSAU": "Riyadh, Saudi Arabia (Tadawul)", "XSES": "Singapore (SGX)", "XSGO": "Santiago, Chile", "XSHG": "Shanghai, China (SSE)",
    "XSTO": "Stockholm, Sweden", "XSTU": "Stuttgart, Germany", "XSWX": "Zurich, Switzerland (SIX)", "XTAE": "Tel Aviv, Israel (TASE)",
    "XTAI": "Taipei, Taiwan (TWSE)", "XTAL": "Tallinn, Estonia", "XTKS": "Tokyo, Japan (JPX)", "XTSE": "Toronto, Canada (TSX)",
    "XWAR": "Warsaw, Poland (GPW)", "XWBO": "Vienna, Austria", "XZAG": "Zagreb, Croatia", "us_futures": "futures, United States",
}  # fmt: skip
ALIASES: dict[str, str] = {
    "NYSE": "XNYS", "NASDAQ": "XNYS", "BATS": "XNYS", "XNAS": "XNYS", "ARCX": "XNYS", "OOTC": "XNYS", "XASE": "XNYS", "XTSX": "XTSE",
    "FWB": "XFRA", "LSE": "XLON", "TSX": "XTSE", "BMF": "BVMF", "CME": "CMES", "CBOT": "CMES", "COMEX": "CMES", "NYMEX": "CMES",
    "ICE": "IEPA", "ICEUS": "IEPA", "NYFE": "IEPA", "CFE": "XCBF", "JKT": "XIDX", "SIX": "XSWX", "JPX": "XTKS", "ASX": "XASX",
    "HKEX": "XHKG", "OSE": "XOSL", "BSE": "XBOM", "SSE": "XSHG", "TASE": "XTAE", "BVB": "XBSE", "LUXSE": "XLUX",
}  # fmt: skip

_NAMED = 4


def of_library(name: str) -> bool:
    """True for a name or alias of a calendar of the library."""
    return name in PLACES or name in ALIASES


def refused(name: str, own: Mapping[str, str], where: str = "") -> ConfigError:
    """What to say of a name that is no calendar; `own` are the names of calendar files and what they are for.

    >>> print(refused("XLSE", {}))
    expected a known calendar; found 'XLSE'; next: did you mean XLON (London, United Kingdom (LSE))?
    >>> refused("Tokio", {}).next_step, refused("vietnam", {"XSTC": "Ho Chi Minh City, Vietnam"}).next_step
    ('did you mean XTKS (Tokyo, Japan (JPX))?', 'did you mean XSTC (Ho Chi Minh City, Vietnam)?')
    """
    near = nearest(name, {**PLACES, **own})
    said = " or ".join(f"{one} ({place})" for one, place in near.items())
    hint = f"did you mean {said}?" if near else "see docs/calendars.md for every name, and for how to write a calendar file of your own"
    return ConfigError(expected=f"a known calendar{where}", found=repr(name), next_step=hint)


def nearest(name: str, places: Mapping[str, str]) -> dict[str, str]:
    """The calendars meant most likely, by their name or by a word of their place."""
    words: dict[str, list[str]] = {}
    for one, place in places.items():
        for word in (one, *place.replace("(", " ").replace(")", " ").replace(",", " ").split()):
            words.setdefault(word.lower(), []).append(one)
    for alias, one in ALIASES.items():
        words.setdefault(alias.lower(), []).append(one)
    spoken = [name.lower(), *name.lower().replace("_", " ").replace("-", " ").split()]
    near = [word for said in spoken for word in difflib.get_close_matches(said, words, n=3, cutoff=0.7)]
    best = max((difflib.SequenceMatcher(None, said, word).ratio() for said in spoken for word in near), default=0.0)
    met = [word for word in near if max(difflib.SequenceMatcher(None, said, word).ratio() for said in spoken) > best - 0.05]
    return {one: places[one] for one in list(dict.fromkeys(one for word in met for one in words[word]))[:_NAMED]}
