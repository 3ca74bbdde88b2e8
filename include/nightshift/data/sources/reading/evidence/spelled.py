"""Which column means what: the market file's word, the vendor's layout, the spellings of many, and what is nearly one of them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import lru_cache

from nightshift.data.sources.spellings import REQUIRED, SPELLINGS
from nightshift.errors import SourceUnreadable, Unsettled

# Beyond the spellings of every source: what files say, in the languages in which investing.com gives them, the surest first.
IN_FILES = {
    "session": ("tradedate", "traddt", "date1", "pricedate", "opentime", "timeopen", "windowstart", "unix", "epoch", "datum", "fecha",
                "data", "ngày", "tarih", "indexlevel0"),
    "symbol": ("tckrsymb", "tradingsymbol", "securityid", "scrip", "ric", "coin", "pair"),
    "open": ("opnpric", "openingprice", "priceopen", "eröffn", "eröffnung", "ouv", "apertura", "abertura", "mở", "opn"),
    "high": ("hghpric", "highestprice", "pricehigh", "max", "hoch", "plushaut", "máximo", "massimo", "máxima", "cao"),
    "low": ("lwpric", "lowestprice", "pricelow", "min", "tief", "plusbas", "mínimo", "minimo", "mínima", "thấp"),
    "close": ("clspric", "closingprice", "priceclose", "closelast", "settle", "price", "last", "lastprice", "zuletzt", "schluss", "dernier",
              "último", "ultimo", "lầncuối"),
    "volume": ("ttltradgvol", "tottrdqty", "ttltrdqnty", "totaltradedquantity", "volumetraded", "volumeshares", "qty", "shares",
               "nomatchedshares", "numberofshares", "tickvol", "kl", "khốilượng"),
    "adj_close": ("closeadj", "closeadjusted", "adjclosing", "adjclosingprice", "adjprice", "adjustedprice", "adjcls"),
    "adj_factor": (),
    "observed_at": (),
    "dividend": (),
    "split": (),
}  # fmt: skip
NEAR = 0.8


@lru_cache(maxsize=1 << 12)
def plain(name: str) -> str:
    """A name by its letters and digits alone: `<VOL>`, `Vol.` and `vol ` are one.

    >>> plain("Adj. Close**"), plain("Change %"), plain("<DATE>")
    ('adjclose', 'change', 'date')
    """
    return "".join(letter for letter in name.lower() if letter.isalnum())


_ALL = {ours: (*spellings, *IN_FILES[ours]) for ours, spellings in SPELLINGS.items()}
_MEANS = {spelled: ours for ours, spellings in reversed(_ALL.items()) for spelled in spellings}


@dataclass(frozen=True)
class Meant:
    """Places of our columns in the file, and what is to be said about it."""

    places: dict[str, int]
    notes: tuple[str, ...] = ()


def roles(cells: list[str]) -> int:
    """How many different columns of a bar these cells name."""
    return len({_MEANS[name] for name in map(plain, cells) if name in _MEANS})


def is_session(name: str) -> bool:
    """Whether a column of this name has the days."""
    return _MEANS.get(plain(name)) == "session"


def meant(names: tuple[str, ...], where: str, theirs: dict[str, str], settled: dict[str, str], *, symbol: bool = True) -> Meant:
    """Our columns' places: by the market file, by the vendor's layout, by common spellings; the earlier spelling wins."""
    spelled = [plain(name) for name in names]
    places = {ours: _settled_place(names, ours, name, where) for ours, name in settled.items()}
    for ours, words in _ALL.items():
        if ours in places or (ours == "symbol" and not symbol and ours not in theirs):
            continue
        word = next((word for word in (theirs.get(ours), *words) if word in spelled), None)
        if word is not None:
            places[ours] = _only(spelled, word, names, where)
    if "volume" not in places:  # CryptoDataDownload's "Volume BTC", "Volume USDT": the first is of what is traded
        places |= next(({"volume": at} for at, name in enumerate(spelled) if name.startswith("volume") and "adj" not in name), {})
    return Meant(*_with_near(places, names, spelled))


def missing(
    names: tuple[str, ...], places: dict[str, int], where: str, optional: frozenset[str] = frozenset()
) -> SourceUnreadable | None:  # fmt: skip
    """What a bar needs and the file has not, with the line that would settle it; none when all is there."""
    absent = [name for name in REQUIRED if name not in places and name not in optional]
    if not absent:
        return None
    free = {plain(name): name for at, name in enumerate(names) if name and at not in places.values()}
    near = {ours: difflib.get_close_matches(ours if ours != "session" else "date", free, n=1, cutoff=0.7) for ours in absent}
    guesses = ", ".join(f"{ours}: {free[words[0]]!r}" for ours, words in near.items() if words)
    found = f"no {', '.join(absent)} among {', '.join(name for name in names if name) or 'no columns at all'}"
    if absent == ["volume"]:
        next_step = "an index or a currency has none: write `volume: none` under `source:`, or name the column under `columns:`"
    elif guesses:
        next_step = f"if that is what they mean, write `columns: {{{guesses}}}` under `source:`"
    else:
        next_step = "name them under `source:` as `columns: {close: 'their name'}`"
    expected = f"columns date, open, high, low, close and volume (any common spelling) in {where}"
    if absent == ["volume"]:
        return Unsettled(expected=expected, found=found, next_step=next_step, settles=("volume", "none"))
    return SourceUnreadable(expected=expected, found=found, next_step=next_step)


def _with_near(places: dict[str, int], names: tuple[str, ...], spelled: list[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """A misspelt adjusted close is taken and said: left out in silence, the prices would count as unadjusted or adjusted already."""
    free = {name: at for at, name in enumerate(spelled) if name and at not in places.values()}
    if "adj_close" in places or "adj_factor" in places:
        return places, ()
    near = difflib.get_close_matches("adjclose", free, n=1, cutoff=NEAR) or difflib.get_close_matches("adjustedclose", free, 1, 0.85)
    if near:
        theirs = names[free[near[0]]]
        return {**places, "adj_close": free[near[0]]}, (
            f"{theirs!r} is read as the adjusted close (`columns: {{adj_close: …}}` says otherwise)",
        )
    others = ("adjopen", "adjhigh", "adjlow", "adjvolume", "adjvol")
    doubtful = [names[at] for name, at in free.items() if name.startswith("adj") and name not in others]
    return places, tuple(
        f"{name!r} is not read: if it is the adjusted close, write `columns: {{adj_close: {name!r}}}`" for name in doubtful
    )


def _settled_place(names: tuple[str, ...], ours: str, theirs: str, where: str) -> int:
    same = [at for at, name in enumerate(names) if name.strip() == theirs.strip()]
    same = same or [at for at, name in enumerate(names) if plain(name) == plain(theirs)]
    if len(same) == 1:
        return same[0]
    raise SourceUnreadable(
        expected=f"one column {theirs!r} in {where}, as `columns: {{{ours}: …}}` says", found=f"{len(same)} among {', '.join(names)}",
        next_step="spell it as the header does",
    )  # fmt: skip


def _only(spelled: list[str], word: str, names: tuple[str, ...], where: str) -> int:
    places = [at for at, name in enumerate(spelled) if name == word]
    if len(places) > 1:
        raise SourceUnreadable(
            expected=f"each column once in {where}", found=f"{len(places)} that spell {word!r}: {', '.join(names[at] for at in places)}",
            next_step="rename or delete all but the right one",
        )  # fmt: skip
    return places[0]
