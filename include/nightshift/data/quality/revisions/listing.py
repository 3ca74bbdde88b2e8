"""The record of a comparison: complete counts, and as many bars by name as a page bears, the newest sessions first."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np

from nightshift.data.quality.revisions.comparing import Revised, Table
from nightshift.data.quality.revisions.earlier import Before
from nightshift.nouns.revisions_record import Kind, OfSymbol, Reach, Rescaled, RevisedBar, RevisionsRecord

if TYPE_CHECKING:
    from nightshift.config import Quality

BARS_NAMED = 200
SYMBOLS_NAMED = 100


def record(revised: Revised, before: Before, limits: Quality, reach: Reach, *, is_accepted: bool) -> RevisionsRecord:
    """What was found, with the limits that were in force."""
    return RevisionsRecord(
        night=before.night, snapshot=before.snapshot, accepted=is_accepted, compared=revised.compared,
        changed=len(revised.changed[0]), vanished=len(revised.vanished), back_filled=len(revised.back_filled),
        settled=len(revised.settled[0]) + len(revised.came_late),
        max_revised_rows=limits.max_revised_rows, max_back_filled_rows=limits.max_back_filled_rows,
        gone=revised.gone, arrived=revised.arrived, rescaled=_rescaled(revised), by_symbol=_by_symbol(revised),
        bars=_bars(revised), reach=reach,
    )  # fmt: skip


def _by_symbol(revised: Revised) -> tuple[OfSymbol, ...]:
    n = len(revised.symbols)
    keys = (revised.old.key[revised.changed[0]], revised.old.key[revised.vanished], revised.new.key[revised.back_filled])
    changed, vanished, back_filled = (np.bincount(revised.symbol(key), minlength=n) for key in keys)
    order = np.lexsort((np.arange(n), -(changed + vanished), -(changed + vanished + back_filled)))[:SYMBOLS_NAMED]
    return tuple(
        OfSymbol(symbol=revised.symbols[s], changed=int(changed[s]), vanished=int(vanished[s]), back_filled=int(back_filled[s]))
        for s in order.tolist()
        if changed[s] + vanished[s] + back_filled[s]
    )


def _rescaled(revised: Revised) -> tuple[Rescaled, ...]:
    """One a symbol: the ratio and the end of its newest run, and the bars of all."""
    scales, (in_old, symbol) = revised.scales, _compared(revised)
    out: dict[str, Rescaled] = {}
    for first, stop, ratio in zip(scales.first.tolist(), scales.stop.tolist(), scales.ratio.tolist(), strict=True):
        name, until = revised.symbols[int(symbol[first])], str(revised.session(in_old[stop - 1]))
        rows = int(scales.explained[first:stop].sum()) + (out[name].rows if name in out else 0)
        out[name] = Rescaled(symbol=name, until=until, ratio=float(f"{ratio:.6g}"), rows=rows)
    return tuple(out.values())


def _compared(revised: Revised) -> tuple[np.ndarray, np.ndarray]:
    key = np.delete(revised.old.key, revised.alone)
    return key, revised.symbol(key)


def _bars(revised: Revised) -> tuple[RevisedBar, ...]:
    """The newest sessions first; of one session by symbol."""
    nowhere_old, nowhere_new = (np.full(len(places), -1) for places in (revised.back_filled, revised.vanished))
    of_kind: dict[Kind, tuple[np.ndarray, np.ndarray]] = {
        "changed": revised.changed, "vanished": (revised.vanished, nowhere_new),
        "back_filled": (nowhere_old, revised.back_filled), "settled": revised.settled,
    }  # fmt: skip
    old, new = (np.concatenate([places[side] for places in of_kind.values()]) for side in (0, 1))
    kind = np.concatenate([np.full(len(of_kind[name][0]), number) for number, name in enumerate(get_args(Kind))])
    key = np.where(old >= 0, revised.old.key[old], revised.new.key[new])
    order = np.lexsort((revised.symbol(key), -(key % revised.n_days), kind == get_args(Kind).index("settled")))[:BARS_NAMED]
    return tuple(
        RevisedBar(
            symbol=revised.symbols[int(revised.symbol(key[i]))], session=str(revised.session(key[i])), kind=get_args(Kind)[kind[i]],
            old_close=_value(revised.old, "close", old[i]), new_close=_value(revised.new, "close", new[i]),
            old_volume=_value(revised.old, "volume", old[i]), new_volume=_value(revised.new, "volume", new[i]),
        )
        for i in order.tolist()
    )  # fmt: skip


def _value(table: Table, field: str, place: int) -> float | None:
    return float(f"{table.values[field][place]:.8g}") if place >= 0 else None
