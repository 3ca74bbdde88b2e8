"""The hunt in the cleaning: what is said of a bar on its own night is what tonight says, but for the revisions that are listed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.quality.cleaning import Cleaned
from nightshift.proof.sentinel import cuts
from nightshift.proof.sentinel.comparing import Finding, Trial, compared, differ
from nightshift.proof.sentinel.judged_rows import Received, Told, received

__all__ = ["hunt", "received"]

if TYPE_CHECKING:
    import pyarrow as pa

ROUNDS = 3  # truncated, perturbed, truncated
MOVES_TRIED = 5  # of a symbol's largest moves one is cut at
RESCALED_TOLERANCE = 1e-9  # of values that are reckoned back through a factor; all others are compared by their bits

Clean = Callable[["pa.Table"], Cleaned]  # each symbol held against one and the same market


def hunt(rows: Received, clean: Clean, random: np.random.Generator) -> Finding:
    """Tonight's judgement of these rows against those of earlier nights and of nights with another future."""
    tonight = clean(rows.table)
    days = np.unique(rows.session)
    finding = Finding()
    for number in range(ROUNDS):
        cut = _cuts(rows, days, tonight, random)
        trial = Trial("cleaning", "perturbed" if number % 2 else "truncated", rows.symbols, days, cut)
        past = rows.session <= days[cut][rows.symbol]
        then = clean(_perturbed(rows, past, random) if number % 2 else _rows_at(rows.table, past))
        finding += compared(trial, int(past.sum()), _changed(trial, rows, past, (tonight, then)))
    return finding


def _cuts(rows: Received, days: np.ndarray, tonight: Cleaned, random: np.random.Generator) -> np.ndarray:
    """For each symbol a session at which something was judged, or was to be: a dropped row, a large move; or one like any other."""
    present = np.zeros((len(rows.symbols), len(days)), dtype=bool)
    place = np.searchsorted(days, rows.session)
    present[rows.symbol, place] = True
    chosen = cuts.of_symbols(present, days, random)
    move = _moves(rows)
    dropped = np.zeros(len(rows.session), dtype=bool)
    for places in tonight.dropped.values():
        dropped[places] = True
    for symbol in np.flatnonzero(random.random(len(rows.symbols)) < 0.75).tolist():
        own = np.flatnonzero(rows.symbol == symbol)
        judged = own[dropped[own]]
        if not len(judged) or random.random() < 0.5:
            judged = own[np.argsort(-move[own])[:MOVES_TRIED]]
        at = int(place[random.choice(judged)]) - int(random.integers(2))  # the bar itself, or the one before it, is the last known
        chosen[symbol] = np.clip(at, 0, max(len(days) - 2, 0))
    return chosen


def _moves(rows: Received) -> np.ndarray:
    close = rows.table["close"].to_numpy() * rows.table["adj_factor"].to_numpy()
    move = np.zeros(len(close))
    with np.errstate(invalid="ignore", divide="ignore"):
        move[1:] = np.where(rows.symbol[1:] == rows.symbol[:-1], np.abs(np.log(close[1:] / close[:-1])), 0.0)
    return np.nan_to_num(move, nan=0.0, posinf=0.0, neginf=0.0)


def _rows_at(table: pa.Table, wanted: np.ndarray) -> pa.Table:
    import pyarrow as pa

    return table.filter(pa.array(wanted)).combine_chunks()


def _perturbed(rows: Received, past: np.ndarray, random: np.random.Generator) -> pa.Table:
    """After each symbol's cut the prices of another world, on its own scale: possible bars, now and then a jump."""
    import pyarrow as pa

    jumps = np.where(random.random(len(past)) < 0.01, random.choice([-2.5, -0.7, 0.7, 2.5], len(past)), 0.0)
    factor = np.where(past, 1.0, np.exp(random.normal(0, 0.02, len(past)) + jumps))
    table = rows.table
    for name in ("open", "high", "low", "close"):
        table = table.set_column(table.column_names.index(name), name, pa.array(table[name].to_numpy() * factor))
    volume = table["volume"].to_numpy() * np.where(past, 1.0, np.exp(random.normal(0, 1.0, len(past))))
    return table.set_column(table.column_names.index("volume"), "volume", pa.array(volume))


def _changed(trial: Trial, rows: Received, past: np.ndarray, judged: tuple[Cleaned, Cleaned]) -> dict[str, np.ndarray]:
    """By what is done to it, the bars of the past that two runs tell differently: had in one and not in the other, or of other values."""
    places = np.flatnonzero(past)
    told = [Told.of(cleaned, rows, trial.sessions[trial.cut]) for cleaned in judged]
    at = (places, places if len(told[1].had) == len(past) else np.arange(len(places)))  # of a shorter table: what is left of it
    had, values, rescaled, reason = zip(
        *((one.had[here], one.values[here], one.rescaled[here], one.reason[here]) for one, here in zip(told, at, strict=True)), strict=True
    )
    both = np.isfinite(values[0][:, 0]) & np.isfinite(values[1][:, 0])
    other = differ(values[0], values[1])
    near = np.isclose(values[0], values[1], rtol=RESCALED_TOLERANCE, atol=0.0)
    other &= ~(near & (rescaled[0] | rescaled[1])[:, np.newaxis])
    otherwise = (had[0] != had[1]) | (both & other.any(axis=1))
    named = np.select([one != "" for one in reason], list(reason), "repaired")
    changed = {}
    for name in np.unique(named[otherwise]).tolist():
        here = places[otherwise & (named == name)]
        changed[name] = np.zeros((len(rows.symbols), len(trial.sessions)), dtype=bool)
        changed[name][rows.symbol[here], np.searchsorted(trial.sessions, rows.session[here])] = True
    return changed
