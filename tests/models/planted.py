"""A small market whose truth is known: each symbol's return follows its last one, so tomorrow goes as today went."""

from functools import cache

import numpy as np

from nightshift.nouns.panel import Panel, rows_of

PERSISTENCE = 0.6  # P(same sign) = 1/2 + asin(0.6)/π ≈ 0.705
WARM_UP = 5


@cache
def planted(task="classification", n_symbols=8, n_sessions=400, seed=5):
    """A read-only panel: `log_return_1`, a doubled copy of it with noise, and three columns of nothing."""
    random = np.random.default_rng(seed)
    shocks = random.normal(0, 0.01, (n_symbols, n_sessions))
    returns = np.empty_like(shocks)
    returns[:, 0] = shocks[:, 0]
    for at in range(1, n_sessions):
        returns[:, at] = PERSISTENCE * returns[:, at - 1] + shocks[:, at]
    noise = random.normal(0, 1, (n_symbols, n_sessions, 4))
    values = np.concatenate([returns[:, :, None], 200 * returns[:, :, None] + noise[:, :, :1], 3 + 5 * noise[:, :, 1:]], axis=2).astype(
        np.float32
    )
    values[:, :WARM_UP] = np.nan
    ahead = np.append(returns[:, 1:], np.full((n_symbols, 1), np.nan), axis=1)
    label = np.where(np.isnan(ahead), np.nan, ahead > 0) if task == "classification" else ahead
    for array in (values, label):
        array.flags.writeable = False
    days = np.datetime64("2020-01-01") + np.arange(n_sessions)
    symbols = tuple(f"S{place}" for place in range(n_symbols))
    return Panel(symbols, days, ("log_return_1", "twice", "nothing_a", "nothing_b", "nothing_c"), values, label, 1)


@cache
def parts(task="classification", **size):
    """Training, validation and test rows of the planted market, a session apart."""
    panel = planted(task, **size)
    n = len(panel.sessions)
    first, second = int(0.7 * n), int(0.85 * n)
    return tuple(rows_of(panel, np.arange(*span)) for span in ((0, first), (first + 1, second), (second + 1, n)))
