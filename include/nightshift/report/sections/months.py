"""Net return by month, and the deepest falls: the tables of what was earned."""

from __future__ import annotations

import numpy as np

from nightshift.nouns.returns import Returns
from nightshift.report.gather import Found
from nightshift.report.sections.grid import column, grid
from nightshift.report.sections.roles import drawn_first, role_of

FALLS = 5


def months(found: Found, returns: Returns) -> list[dict]:
    """The challenger's and its first yardstick's net return of every calendar month and year."""
    rows = []
    for name in drawn_first(found, list(returns.of))[:2]:
        by_month = compound_by_month(returns.sessions, returns.of[name])
        for year in sorted({month[:4] for month in by_month}):
            twelve = [by_month.get(f"{year}-{m:02d}") for m in range(1, 13)]
            whole = float(np.prod([1.0 + v for v in twelve if v is not None]) - 1.0)
            rows.append({"name": name, "role": role_of(found, name), "year": year, "months": twelve, "year_total": whole})
    return rows


def compound_by_month(sessions: tuple[str, ...], returns: np.ndarray) -> dict[str, float]:
    """Compound return of each month that has a session.

    >>> compound_by_month(("2026-01-30", "2026-02-02", "2026-02-03"), np.array([0.1, 0.5, -0.5]))["2026-02"]
    -0.25
    """
    out: dict[str, float] = {}
    for session, value in zip(sessions, returns, strict=True):
        if np.isfinite(value):
            out[session[:7]] = (1.0 + out.get(session[:7], 0.0)) * (1.0 + float(value)) - 1.0
    return out


def falls_table(found: Found, test: Returns) -> dict:
    """The challenger's deepest falls on the judged sessions, as a table."""
    rows = worst_falls(test.sessions, test.of[found.challenger]) if found.challenger in test.of else []
    columns = [
        column("Peak", "word"),
        column("Bottom", "word"),
        column("Recovered", "word"),
        column("Sessions", "count"),
        column("Depth", "percent"),
    ]
    cells = [[r["peak"], r["bottom"], r["recovered"] or "not yet", r["sessions"], r["depth"]] for r in rows]
    return grid(f"Deepest falls of {found.challenger}, test sessions", columns, cells, fold=False)


def worst_falls(sessions: tuple[str, ...], returns: np.ndarray) -> list[dict]:
    """From which peak to which bottom, recovered when; the deepest first. A fall from the start has its peak at the first session.

    >>> worst_falls(("a", "b", "c", "d"), np.array([0.1, -0.5, 0.2, 1.0]))
    [{'depth': -0.5, 'peak': 'a', 'bottom': 'b', 'recovered': 'd', 'sessions': 2}]
    """
    below, i = drawdown(returns), 0
    rows: list[dict] = []
    while i < len(below):
        end = next((j for j in range(i, len(below)) if below[j] >= 0), len(below))
        if end > i:
            bottom = i + int(np.argmin(below[i:end]))
            recovered = sessions[end] if end < len(below) else ""
            depth, peak = round(float(below[bottom]), 10), sessions[max(i - 1, 0)]
            rows.append({"depth": depth, "peak": peak, "bottom": sessions[bottom], "recovered": recovered, "sessions": end - i})
        i = end + 1
    return sorted(rows, key=lambda row: row["depth"])[:FALLS]


def drawdown(returns: np.ndarray) -> np.ndarray:
    """Fall below the highest point so far, zero or negative; the start counts as a peak.

    >>> drawdown(np.array([0.25, -0.5, 0.1])).round(3).tolist()
    [0.0, -0.5, -0.45]
    """
    wealth = np.cumprod(1.0 + np.nan_to_num(returns))
    return wealth / np.maximum(np.maximum.accumulate(wealth), 1.0) - 1.0
