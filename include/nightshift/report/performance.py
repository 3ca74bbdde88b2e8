"""What the portfolios earned, as charts and tables: growth, drawdown, rolling Sharpe, months, distribution, worst falls."""

from __future__ import annotations

import numpy as np

from nightshift.report.chart import Axis, Chart, Mark, Series, clean
from nightshift.report.gather import Found, Returns
from nightshift.report.roles import drawn_first, role_of

SESSIONS_A_YEAR = 252
ROLLING_SESSIONS = 63


def charts(found: Found) -> list[Chart]:
    """Every chart that needs only the returns; none where there are no returns."""
    if found.returns is None or len(found.returns.sessions) < 2:
        return []
    return [growth(found, found.returns), fall(found, found.returns), rolling_sharpe(found, found.returns), distribution(found, found.returns.only("test"))]


def growth(found: Found, returns: Returns) -> Chart:
    """Growth of every portfolio, all at zero where the judged sessions begin."""
    start = _test_start(returns)
    lines = {}
    for name, values in returns.of.items():
        wealth = np.concatenate([[1.0], np.cumprod(1.0 + np.nan_to_num(values))])
        level = wealth[1:] / wealth[start] - 1.0
        lines[name] = np.where(np.isfinite(values), level, np.nan)
    says = "Net of costs; every line is at zero where the judged (test) sessions begin. Left of it lie the validation sessions that the challenger was chosen on."
    return _over_sessions("equity", "Growth", says, "percent", found, returns, lines, height="tall")


def fall(found: Found, returns: Returns) -> Chart:
    """Depth below the highest point so far, peaks counted anew where the judged sessions begin."""
    lines = {}
    for name in drawn_first(found, list(returns.of))[:3]:
        parts = [drawdown(returns.of[name][[p == part for p in returns.part]]) for part in dict.fromkeys(returns.part)]
        lines[name] = np.concatenate(parts)
    chart = _over_sessions("drawdown", "Drawdown", "Fall from the highest point so far; peaks start anew with the test sessions.", "percent", found, returns, lines, height="short")
    areas = tuple(_restyled(s, "area" if s.role == "challenger" else "line") for s in chart.series)
    return Chart(**{**chart.__dict__, "series": areas, "y": Axis("", "percent", most=0.0)})


def rolling_sharpe(found: Found, returns: Returns) -> Chart:
    """Annual Sharpe of the last sessions, rolled forward."""
    window = min(ROLLING_SESSIONS, max(len(returns.sessions) // 3, 2))
    lines = {name: rolled(returns.of[name], window) for name in drawn_first(found, list(returns.of))[:4]}
    says = f"Annual Sharpe ratio of the last {window} sessions, risk-free rate 0."
    return _over_sessions("rolling_sharpe", "Rolling Sharpe", says, "annual", found, returns, lines, height="short")


def distribution(found: Found, test: Returns) -> Chart:
    """How often each size of a session's net return came, on the judged sessions."""
    names = [n for n in drawn_first(found, list(test.of)) if np.nanstd(test.of[n]) > 0 and np.isfinite(test.of[n]).sum() > 1][:2] if test.sessions else []
    every = np.concatenate([test.of[n][np.isfinite(test.of[n])] for n in names]) if names else np.array([0.0, 1.0])
    edges = np.linspace(every.min(), every.max(), min(31, max(8, int(np.sqrt(len(every)) * 1.5))))
    middles = (edges[1:] + edges[:-1]) / 2
    rows = []
    for i, name in enumerate(names):
        counts = np.histogram(test.of[name], bins=edges)[0] / max(np.isfinite(test.of[name]).sum(), 1)
        rows.append(Series(name, clean(counts), role_of(found, name), style="line" if i else "bars"))
    marks = tuple(Mark(float(v), w, axis="x") for v, w in _tails(test.of[names[0]])) if names else ()
    says = "Share of the test sessions by net return" + (f"; dashed: {names[0]}'s 5 % worst sessions lie left of its VaR." if names else ".")
    x = Axis("net return of a session", "percent", values=clean(middles), least=float(edges[0]), most=float(edges[-1]))  # type: ignore[arg-type]
    return Chart("distribution", "Return distribution", says, x, Axis("share of sessions", "percent", least=0.0), tuple(rows), marks)


def months(found: Found, returns: Returns) -> list[dict]:
    """The challenger's (and the yardstick's) net return of every calendar month and year."""
    rows = []
    for name in drawn_first(found, list(returns.of))[:2]:
        by_month: dict[str, float] = {}
        for session, value in zip(returns.sessions, returns.of[name], strict=True):
            if np.isfinite(value):
                by_month[session[:7]] = (1.0 + by_month.get(session[:7], 0.0)) * (1.0 + float(value)) - 1.0
        for year in sorted({month[:4] for month in by_month}):
            twelve = [by_month.get(f"{year}-{m:02d}") for m in range(1, 13)]
            whole = float(np.prod([1.0 + v for v in twelve if v is not None]) - 1.0)
            rows.append({"name": name, "year": year, "months": twelve, "year_total": whole})
    return rows


def worst_falls(found: Found, test: Returns, wanted: int = 5) -> list[dict]:
    """The challenger's deepest falls on the judged sessions: from which peak, to which bottom, recovered when."""
    name = found.challenger
    if name not in test.of or not test.sessions:
        return []
    below, rows, i = drawdown(test.of[name]), [], 0
    while i < len(below):
        if below[i] >= 0:
            i += 1
            continue
        end = next((j for j in range(i, len(below)) if below[j] >= 0), len(below))
        bottom = i + int(np.argmin(below[i:end]))
        recovered = test.sessions[end] if end < len(below) else ""
        rows.append({"depth": float(below[bottom]), "peak": test.sessions[max(i - 1, 0)], "bottom": test.sessions[bottom], "recovered": recovered, "sessions": end - i})
        i = end
    return sorted(rows, key=lambda row: row["depth"])[:wanted]


def drawdown(returns: np.ndarray) -> np.ndarray:
    """Fall below the highest point so far, zero or negative; the start counts as a peak.

    >>> drawdown(np.array([0.25, -0.5, 0.1])).round(3).tolist()
    [0.0, -0.5, -0.45]
    """
    wealth = np.cumprod(1.0 + np.nan_to_num(returns))
    return wealth / np.maximum(np.maximum.accumulate(wealth), 1.0) - 1.0


def rolled(returns: np.ndarray, window: int) -> np.ndarray:
    """Annual Sharpe of every stretch of `window` sessions, NaN before the first full one or without any variation.

    >>> rolled(np.array([0.01, 0.01, 0.03]), 2).round(2).tolist()
    [nan, nan, 22.45]
    """
    out = np.full(len(returns), np.nan)
    if len(returns) < window:
        return out
    views = np.lib.stride_tricks.sliding_window_view(returns, window)
    spread = views.std(axis=1, ddof=1)
    sharpe = np.divide(views.mean(axis=1), spread, out=np.full(len(views), np.nan), where=spread > 1e-12)
    out[window - 1 :] = sharpe * np.sqrt(SESSIONS_A_YEAR)
    return out


def _over_sessions(key: str, title: str, says: str, unit: str, found: Found, returns: Returns, lines: dict, height: str = "normal") -> Chart:  # noqa: PLR0913
    start, rows = _test_start(returns), []
    for name in drawn_first(found, list(lines)):
        rows.append(Series(name, clean(lines[name]), role_of(found, name)))
    marks = (Mark(0.0, "validation", to=float(start), axis="x"), Mark(float(start), "test: judged", axis="x")) if 0 < start < len(returns.sessions) else ()
    return Chart(key, title, says, Axis("", "ratio", sessions=returns.sessions), Axis("", unit), tuple(rows), marks, height, "sessions")


def _test_start(returns: Returns) -> int:
    return returns.part.index("test") if "test" in returns.part else 0


def _tails(values: np.ndarray) -> list[tuple[float, str]]:
    known = values[np.isfinite(values)]
    return [(float(np.quantile(known, 0.05)), "VaR 95 %")] if len(known) >= 20 else []


def _restyled(series: Series, style: str) -> Series:
    return Series(**{**series.__dict__, "style": style})
