"""Where a night is cut: random sessions, but never only ordinary ones. Every weekday, gaps and beginnings have their turn."""

from __future__ import annotations

import numpy as np

WEEKDAYS = 5
KINDS = (*range(WEEKDAYS), "after a gap", "in a gap", "early", "anywhere")
EARLY = 60  # sessions from the start in which columns warm up


def of_symbols(present: np.ndarray, sessions: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """For every symbol the index of the last session it may know; (symbols, sessions) is where it has bars.

    The kinds are dealt out in turn from a random one, so that a few symbols have all of them.

    >>> days = np.arange("2026-11-16", "2026-11-21", dtype="datetime64[D]")
    >>> bool(of_symbols(np.ones((3, 5), dtype=bool), days, np.random.default_rng(0)).max() <= 3)
    True
    """
    turn = int(random.integers(len(KINDS)))
    chosen = [_places(KINDS[(turn + row) % len(KINDS)], known, sessions) for row, known in enumerate(present)]
    return np.array([random.choice(places) for places in chosen], dtype=np.int64)


def of_market(sessions: np.ndarray, n_cuts: int, random: np.random.Generator) -> np.ndarray:
    """Sessions at which every symbol is cut at once, of as many weekdays as there are cuts."""
    everyone = np.ones(len(sessions), dtype=bool)
    days = [*random.permutation(WEEKDAYS).tolist(), "anywhere", "early"]
    return np.array([random.choice(_places(days[at % len(days)], everyone, sessions)) for at in range(n_cuts)], dtype=np.int64)


def _places(kind: object, known: np.ndarray, sessions: np.ndarray) -> np.ndarray:
    """The sessions of one kind, or any where there is none; the newest is none, for nothing comes after it."""
    last = len(sessions) - 1
    anywhere = np.arange(max(last, 1))
    began = np.maximum.accumulate(known)
    if kind == "after a gap":
        wanted = known & began & ~np.roll(known, 1)
        wanted[: int(known.argmax()) + 1] = False
    elif kind == "in a gap":
        wanted = began & ~known
    elif kind == "early":
        wanted = np.arange(len(sessions)) < EARLY
    elif kind == "anywhere":
        wanted = known
    else:
        wanted = known & ((sessions.astype(np.int64) + 3) % 7 == kind)
    places = np.flatnonzero(wanted[:last])
    return places if len(places) else anywhere
