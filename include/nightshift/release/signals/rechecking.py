"""Last time's signals, made again from tonight's bars as of then: equal, or what was revised, or a defect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nightshift.nouns.bars import FIELDS, Bars
from nightshift.nouns.dataset import BarBlocks
from nightshift.nouns.night_record import NightRecord
from nightshift.nouns.signals import Signals
from nightshift.nouns.signals_record import ChangedSignal, Recheck, SignalsRecord
from nightshift.release.score_differences import TOLERANCE
from nightshift.release.signals.live_history import Need, read_live
from nightshift.storage import fingerprints
from nightshift.storage.night import night_of

NAMED = 50  # symbols in the record; the others are counted
LOOKED_AT_SESSIONS = 500  # how far back revised bars are looked for: as far as any column remembers
REVISED, OTHERS_REVISED = "its bars were revised", "bars of other symbols were revised"
OTHER_CODE, DEFECT = "the same bars, but other code than then", "the same bars and the same code gave another answer: a defect"


@dataclass(frozen=True)
class _Pair:
    """One symbol's answers, NaN where there is none."""

    symbol: str
    score: tuple[float, float]  # then, now
    position: tuple[float, float]

    @property
    def is_equal(self) -> bool:
        """True where nobody would have traded otherwise."""
        then, now = self.score
        unknown = np.isnan(then) and np.isnan(now)
        return bool(unknown or abs(then - now) <= TOLERANCE) and abs(self.position[0] - self.position[1]) <= TOLERANCE


def recheck(record: SignalsRecord, then: Signals, now: Signals, blocks: BarBlocks) -> Recheck:
    """What differs, symbol by symbol, and why."""
    pairs = [pair for pair in _pairs(then, now) if not pair.is_equal]
    symbols = len({*then.symbols, *now.symbols})
    if not pairs:
        return _recheck(record, symbols)
    revised = _revised(record, blocks)
    otherwise = OTHERS_REVISED if revised else _of_code(record)
    changed = [_changed(pair, REVISED if pair.symbol in revised else otherwise) for pair in pairs]
    changed.sort(key=lambda one: one.cause != REVISED)  # what began it first
    named = f"bars until then were revised since: {', '.join(sorted(revised)[:5])}{', …' if len(revised) > 5 else ''}"
    return _recheck(record, symbols, named if revised else otherwise, changed)


def impossible(record: SignalsRecord, then: Signals, why: str) -> Recheck:
    """They cannot be made again."""
    return Recheck(
        session=str(record.session), version=str(record.version), symbols=len(then.symbols), equal=False,
        cause=f"they cannot be made again: {why}", changed=0, worst=(),
    )  # fmt: skip


def _recheck(record: SignalsRecord, symbols: int, cause: str = "", changed: list[ChangedSignal] | None = None) -> Recheck:
    return Recheck(
        session=str(record.session), version=str(record.version), symbols=symbols, equal=not changed, cause=cause,
        changed=len(changed or ()), worst=tuple(changed or ())[:NAMED],
    )  # fmt: skip


def _pairs(then: Signals, now: Signals) -> list[_Pair]:
    places = [{symbol: row for row, symbol in enumerate(one.symbols)} for one in (then, now)]
    pairs = []
    for symbol in dict.fromkeys((*then.symbols, *now.symbols)):
        rows = [place.get(symbol) for place in places]
        scores, positions = (
            [missing if row is None else float(getattr(one, name)[row]) for one, row in zip((then, now), rows, strict=True)]
            for name, missing in (("score", np.nan), ("position", 0.0))
        )
        pairs.append(_Pair(symbol, (scores[0], scores[1]), (positions[0], positions[1])))
    return pairs


def _changed(pair: _Pair, cause: str) -> ChangedSignal:
    return ChangedSignal(
        symbol=pair.symbol, score_then=pair.score[0], score_now=pair.score[1], position_then=pair.position[0],
        position_now=pair.position[1], cause=cause,
    )  # fmt: skip


def _of_code(record: SignalsRecord) -> str:
    opened = night_of(record.night).address
    code = night_of(opened).read(NightRecord, "night").code
    return DEFECT if code == fingerprints.library() else OTHER_CODE


def _revised(record: SignalsRecord, blocks: BarBlocks) -> set[str]:
    """Symbols whose bars, or whose belonging to the market, until that session are not what they were."""
    from nightshift.data.quality import blocks_of

    need = Need(0, LOOKED_AT_SESSIONS, 1)
    were = read_live(blocks_of(night_of(record.bars)), need, record.session)
    are = read_live(blocks, need, record.session)
    since = max(were.sessions[0], are.sessions[0])
    were, are = (bars.at(bars.sessions >= since) for bars in (were, are))
    places = [{symbol: row for row, symbol in enumerate(bars.symbols)} for bars in (were, are)]
    both = dict.fromkeys((*were.symbols, *are.symbols))
    return {symbol for symbol in both if _own(were, places[0].get(symbol)) != _own(are, places[1].get(symbol))}


def _own(bars: Bars, row: int | None) -> tuple[bytes, ...]:
    """A symbol's bars as bytes, with their days."""
    if row is None:
        return ()
    there = bars.present[row]
    if not there.any():
        return ()
    members = () if bars.member is None else (bars.member[row, there].tobytes(),)
    return (bars.sessions[there].tobytes(), *(getattr(bars, name)[row, there].tobytes() for name in FIELDS), *members)
