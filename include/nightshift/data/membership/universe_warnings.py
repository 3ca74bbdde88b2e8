"""What a market's membership leaves out or does not say, as warnings of the data account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.membership.on_bars import members_on
from nightshift.nouns.data_account import Breach, counted
from nightshift.nouns.universe_record import UniverseRecord

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.config import UniverseFiles

ENDED_DAYS = 30  # a symbol without a bar for so long before the newest session has stopped trading
NAMED = 8


def warnings(rows: pa.Table, universe: UniverseRecord | None, files: UniverseFiles | None, *, is_whole: bool) -> tuple[Breach, ...]:
    """What is to be known of who belongs to the market, of its clean rows; nothing where its file names no universe."""
    if universe is None or files is None or not len(rows):
        return ()
    last = _last_sessions(rows)
    return (*_of_members(last, universe, files, is_whole=is_whole), *_of_delistings(last, universe, files))


def _of_members(last: dict[str, np.datetime64], universe: UniverseRecord, files: UniverseFiles, *, is_whole: bool) -> Iterator[Breach]:
    ever = universe.ever_members
    if ever is None:
        return
    absent, never = sorted(ever - last.keys()), sorted(last.keys() - ever)
    value = str(files.members)
    if absent and is_whole:
        says = _named(counted(len(absent), "member has", "members have") + " no bar", absent)
        yield _warning(says, "every member should have some", ("members", value), "bring their bars: the missing fared otherwise")
    if never:
        says = _named(counted(len(never), "symbol with bars was", "symbols with bars were") + " never a member", never)
        yield _warning(says, "their bars are not used", ("members", value), "if they belong to the market, write since when")


def _of_delistings(last: dict[str, np.datetime64], universe: UniverseRecord, files: UniverseFiles) -> Iterator[Breach]:
    gone = {one.symbol: np.datetime64(one.session, "D") for one in universe.delistings or ()}
    key = ("delistings", files.delistings or "none")
    later = sorted(symbol for symbol, day in gone.items() if symbol in last and last[symbol] > day)
    if later:
        says = _named(counted(len(later), "symbol has", "symbols have") + " bars after being delisted", later)
        yield _warning(says, "these are not used", key, "correct the session, or give who took over the name another")
    newest = max(last.values())
    ended = [name for name, day in last.items() if (newest - day).astype(int) > ENDED_DAYS and name not in gone]
    silent = sorted(name for name in ended if members_on([name], universe, last[name].astype(object))[0])
    if silent:
        says = _named(counted(len(silent), "symbol", "symbols") + " stopped trading without a final return", silent)
        yield _warning(says, "counted as sold at the last close", key, "write what their holders got; -1 where it was nothing")


def _last_sessions(rows: pa.Table) -> dict[str, np.datetime64]:
    """The last session of every symbol; rows are sorted by symbol and session."""
    encoded = rows["symbol"].combine_chunks().dictionary_encode()
    codes, session = encoded.indices.to_numpy(zero_copy_only=False), rows["session"].to_numpy().astype("datetime64[D]")
    final = np.append(np.flatnonzero(np.diff(codes)), len(codes) - 1)
    names = encoded.dictionary.to_pylist()
    return {names[codes[place]]: session[place] for place in final}


def _named(says: str, symbols: Sequence[str]) -> str:
    more = f" and {len(symbols) - NAMED} more" if len(symbols) > NAMED else ""
    return f"{says}: {', '.join(symbols[:NAMED])}{more}"


def _warning(says: str, allowed: str, governed: tuple[str, str], step: str) -> Breach:
    key, value = governed
    return Breach(
        name="universe", severity="warning", says=says, allowed=allowed, worst=(), rows=(), key=f"universe.{key}", value=value,
        next_step=step,
    )  # fmt: skip
