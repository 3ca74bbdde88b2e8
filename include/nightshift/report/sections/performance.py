"""What the portfolios earned, as charts: growth, drawdown, rolling Sharpe and distribution, each part on its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nightshift.nouns.returns import Returns
from nightshift.proof.metrics.metric import SESSIONS_A_YEAR
from nightshift.report.drawing.chart import Axis, Chart, Mark, Series, clean
from nightshift.report.gather import Found
from nightshift.report.sections.months import drawdown
from nightshift.report.sections.roles import drawn_first, role_of

ROLLING_SESSIONS = 63
BINS_MOST, BINS_LEAST = 31, 8


def charts(found: Found) -> list[Chart]:
    """Every chart that needs only the returns; none where there are no returns."""
    returns = found.returns
    if returns is None or len(returns.sessions) < 2:
        return []
    names = drawn_first(found, list(returns.of))
    return [growth(found, returns), fall(found, names[:3]), rolling_sharpe(found, names[:4]), distribution(found, returns.only("test"))]


def growth(found: Found, returns: Returns) -> Chart:
    """Growth of every portfolio; each part begins at zero."""
    names = [n for n in drawn_first(found, list(returns.of)) if np.nanmax(np.abs(returns.of[n]), initial=0.0) > 0]  # cash is the zero line
    says = "Net of costs. Each part begins at zero: the challenger was chosen on the validation sessions and judged on the test sessions."
    shape = Chart("equity", "Growth", says, Axis(), Axis("", "percent"), (), height="tall")
    return by_part(found, names, shape, lambda values: np.cumprod(1.0 + np.nan_to_num(values)) - 1.0)


def fall(found: Found, names: list[str]) -> Chart:
    """Depth below the highest point so far."""
    says = "Fall from the highest point so far; each part begins anew."
    shape = Chart("drawdown", "Drawdown", says, Axis(), Axis("", "percent", most=0.0), (), height="short")
    drawn = by_part(found, names, shape, drawdown)
    return replace(drawn, series=tuple(replace(s, style="area") if s.role == "challenger" else s for s in drawn.series))


def rolling_sharpe(found: Found, names: list[str]) -> Chart:
    """Annual Sharpe of the last sessions, rolled forward."""
    parts = found.returns.part if found.returns else ()
    window = min(ROLLING_SESSIONS, max(min((parts.count(part) for part in set(parts)), default=0) // 3, 2))
    says = f"Annual Sharpe ratio of the last {window} sessions, risk-free rate 0."
    shape = Chart("rolling_sharpe", "Rolling Sharpe", says, Axis(), Axis("", "annual"), (), height="short")
    return by_part(found, names, shape, lambda values: rolled(values, window))


def by_part(found: Found, names: list[str], shape: Chart, of: Callable[[np.ndarray], np.ndarray]) -> Chart:
    """`shape` with one line a name: `of` its returns, part by part, through the sessions of both."""
    returns = found.returns or Returns((), (), {})
    masks = [np.array([p == part for p in returns.part]) for part in dict.fromkeys(returns.part)]
    series = tuple(
        Series(name, clean(np.concatenate([of(returns.of[name][mask]) for mask in masks])), role_of(found, name)) for name in names
    )
    start = returns.part.index("test") if "test" in returns.part else 0
    marks = (Mark(0.0, "validation", to=float(start), axis="x"), Mark(float(start), "test: judged", axis="x")) if start else ()
    x = Axis(sessions=returns.sessions)
    return replace(shape, x=x, series=series, marks=marks, group="sessions", breaks=(start,) if start else ())


def distribution(found: Found, test: Returns) -> Chart:
    """How often each size of a session's net return came, on the judged sessions."""
    from nightshift.proof.metrics import METRICS

    known = {name: test.of[name][np.isfinite(test.of[name])] for name in drawn_first(found, list(test.of))}
    known = {name: values for name, values in list(known.items()) if len(values) > 1 and np.ptp(values) > 0}
    known = dict(list(known.items())[:2])
    edges = _edges(list(known.values()))
    series = tuple(
        Series(name, clean(np.histogram(values, bins=edges)[0] / len(values)), role_of(found, name), style="line" if i else "bars")
        for i, (name, values) in enumerate(known.items())
    )
    first = next(iter(known), "")
    tail = known[first] if first and len(known[first]) >= METRICS["var_95_fraction"].min_count else None
    marks = (Mark(float(np.quantile(tail, 0.05)), "VaR 95 %", axis="x"),) if tail is not None else ()
    says = "Share of the test sessions by net return" + (f"; left of the dashed line lie {first}'s 5 % worst." if marks else ".")
    x = Axis(
        "net return of a session",
        "percent",
        values=tuple(((edges[1:] + edges[:-1]) / 2).tolist()),
        least=float(edges[0]),
        most=float(edges[-1]),
    )
    return Chart("distribution", "Return distribution", says, x, Axis("share of sessions", "percent", least=0.0), series, marks)


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


def _edges(values: list[np.ndarray]) -> np.ndarray:
    every = np.concatenate(values) if values else np.array([-0.01, 0.01])
    return np.linspace(every.min(), every.max(), min(BINS_MOST, max(BINS_LEAST, int(np.sqrt(len(every)) * 1.5))))
