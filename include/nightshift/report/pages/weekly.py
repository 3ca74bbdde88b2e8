"""The weekly page: what the served models said, against what happened and what was promised."""

from __future__ import annotations

import numpy as np

from nightshift.nouns.week_record import WeekRecord
from nightshift.report.drawing.chart import Axis, Chart, Mark, Series, clean, facts_of
from nightshift.report.pages.page import render

STATES = {
    "not_below": ("PROMOTE", "▲", "NOT BELOW ITS PROMISE"), "below": ("REJECT", "▼", "BELOW ITS PROMISE"),
    "unknown": ("ABSTAIN", "◆", "NOT ENOUGH EVIDENCE"), "nothing_released": ("", "○", "NOTHING RELEASED"),
}  # fmt: skip


def weekly_page(week: WeekRecord) -> str:
    """The HTML page of a market's week."""
    tone, sign, words = STATES[week.state]
    charts = {chart.key: facts_of(chart) for chart in weekly_charts(week)}
    return render("weekly", {**week.facts(), "charts": charts}, tone=tone, sign=sign, state_words=words, file=week.FILE)


def weekly_charts(week: WeekRecord) -> list[Chart]:
    """Accuracy by session with the promise, and growth beside holding every symbol; none before two sessions matured."""
    rows = [row for row in week.sessions if row.accuracy is not None]
    if len(rows) < 2:
        return []
    promise = week.promised.accuracy if week.promised else None
    x = Axis("", sessions=tuple(row.session for row in rows))
    hits = [row.accuracy for row in rows if row.accuracy is not None]
    window = min(5, len(hits))
    rolled = [None] * (window - 1) + np.convolve(hits, np.ones(window) / window, mode="valid").tolist()
    marks = (Mark(promise, "promised"),) if promise is not None else ()
    accuracy = (
        Series("each session", clean(hits), "candidate", style="dots"),
        Series(f"mean of {window} sessions", clean(rolled), "challenger"),
    )
    growth = tuple(
        Series(name, clean(np.cumprod([1.0 + (getattr(row, key) or 0.0) for row in rows]) - 1.0), role)
        for name, key, role in (("what was served", "net_return", "challenger"), ("every symbol held", "hold_return", "benchmark"))
    )
    return [
        Chart(
            "accuracy",
            "Accuracy of matured predictions",
            "Share of symbols on the right side, by the session they were said after.",
            x,
            Axis("", "percent"),
            accuracy,
            marks,
        ),
        Chart("growth", "Growth", "Net of commission and slippage, from the first session shown.", x, Axis("", "percent"), growth),
    ]
