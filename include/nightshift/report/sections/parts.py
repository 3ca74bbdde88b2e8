"""The sections about the challenger alone: what it leans on, whether it could be luck, what would break it, windows, costs, tuning."""

from __future__ import annotations

from nightshift.report.drawing.chart import Axis, Chart, Mark, Series, clean
from nightshift.report.drawing.numbers import shape_of, shown
from nightshift.report.gather import Found
from nightshift.report.sections import doubts, learning, schema
from nightshift.report.sections.grid import column, grid, part
from nightshift.report.sections.roles import drawn_first, role_of

TOP_COLUMNS = 20


def parts_and_charts(found: Found) -> tuple[list[dict], list[Chart]]:
    """The sections that the night has numbers for, and their charts."""
    drawn = found.examination
    made = (
        doubts.doubt(found, drawn), robustness(found, drawn), windows(found, drawn), costs(found, drawn), importance(found, drawn),
        learning.learned(found), symbols(found, drawn), schema.drift(drawn), schema.contract(found),
    )  # fmt: skip
    parts = [one for one, _ in made if one is not None]
    return parts, [chart for _, charts in made for chart in charts]


def importance(found: Found, drawn: dict) -> tuple[dict | None, list[Chart]]:
    """The columns that the challenger leans on most, and whether they are the same as before."""
    facts = drawn.get("importance") or {}
    values = facts.get("values") or {}
    if not values:
        return None, []
    ordered = sorted(values.items(), key=lambda pair: (-(pair[1] or 0.0), pair[0]))
    most, total = ordered[0][1] or 1.0, sum(v or 0.0 for v in values.values()) or 1.0
    columns = [column("Column"), column("", "bar", most=most), column("Share", "percent1"), column("Importance", "precise")]
    rows = [[name, value, (value or 0.0) / total, value] for name, value in ordered]
    steady = facts.get("stability") or {}
    told = [f"rank agreement with the {k} ({v['family']}) {shown(v['rank_correlation'], 'annual')}" for k, v in sorted(steady.items())]
    lead = (
        f"By {facts.get('method', 'an unnamed method')} on validation rows of {facts.get('family', found.challenger)}. "
        + ("Stability: " + "; ".join(told) if told else "No champion to compare with")
        + "."
    )
    tables = [grid(f"The {min(TOP_COLUMNS, len(rows))} most important of {len(rows)} columns", columns, rows[:TOP_COLUMNS], fold=False)]
    if len(rows) > TOP_COLUMNS:
        tables.append(grid("The others", columns, rows[TOP_COLUMNS:], fold=True))
    return part("importance", "Columns", "What it leans on", lead, tables), []


def robustness(found: Found, drawn: dict) -> tuple[dict | None, list[Chart]]:
    """What each stress makes of the result, and how much of it would break the verdict."""
    rows = drawn.get("robustness") or []
    if not rows:
        return None, []
    columns = [
        column("Stress", "text"),
        column("Measured by", "word"),
        column("As it is", "ratio"),
        column("Stressed", "ratio"),
        column("Verdict breaks at", "text"),
        column("Note", "text"),
    ]
    told = [_stressed(row) for row in rows]
    lead = (
        f"{found.challenger} on the test sessions under one stress at a time. "
        "A stress breaks the verdict when an absolute limit that is met without it is missed."
    )
    return part("robustness", "Robustness", "What would break it", lead, [grid("", columns, told, fold=False, numbers=rows)]), []


def _stressed(row: dict) -> list:
    shape, breaks = shape_of(row["metric"]), row.get("breaks_verdict_at")
    at = (
        "–" if row.get("value") is None else "holds at every size tried" if breaks is None else _counted(breaks, row.get("breaks_unit", ""))
    )
    note = "" if row.get("note") == at else row.get("note", "")
    return [row["name"], shape.label, shown(row.get("baseline"), shape.unit), shown(row.get("value"), shape.unit), at, note]


def _counted(size: float, unit: str) -> str:
    return f"{size:g} {unit.replace('sessions', 'session') if size == 1 else unit}"


def windows(found: Found, drawn: dict) -> tuple[dict | None, list[Chart]]:
    """Consecutive windows in order: is it steady, or is it one good month."""
    rows = drawn.get("windows") or []
    if not rows:
        return None, []
    names = [name for name in drawn_first(found, list(rows[-1]["of"])) if name != "cash"][:4]
    labels, judged = tuple(row["first"][2:] for row in rows), next((i for i, row in enumerate(rows) if row["part"] == "test"), len(rows))
    marks = (
        (Mark(-0.5, "validation", to=judged - 0.5, axis="x"), Mark(judged - 0.5, "test: judged", axis="x"))
        if 0 < judged < len(rows)
        else ()
    )
    charts = []
    for metric, title in (("sharpe_annual", "Sharpe by window"), ("accuracy", "Accuracy by window")):
        lines = {name: clean([row["of"].get(name, {}).get(metric) for row in rows]) for name in names}
        series = tuple(Series(n, v, role_of(found, n), style="dotted") for n, v in lines.items() if any(x is not None for x in v))
        if series:
            level = (Mark(0.5, ""),) if metric == "accuracy" else ()
            charts.append(
                Chart(
                    f"windows_{metric}",
                    title,
                    "Each point is one window, named by its first session.",
                    Axis(labels=labels),
                    Axis(unit=shape_of(metric).unit),
                    series,
                    marks + level,
                )
            )
    columns = [column("Window"), column("Part", "word"), column("Sessions", "count")] + [
        column(f"{name}: net return", "percent", signed=True) for name in names[:3]
    ]
    told = [
        [
            f"{row['first']} … {row['last']}",
            row["part"],
            row["sessions"],
            *(row["of"].get(n, {}).get("return_total_fraction") for n in names[:3]),
        ]
        for row in rows
    ]
    lead = "The held-out sessions cut into windows, walked forward in time. One good window does not make a model."
    return part("windows", "Windows", "Window by window", lead, [grid("", columns, told, fold=False)], [c.key for c in charts]), charts


def costs(found: Found, drawn: dict) -> tuple[dict | None, list[Chart]]:
    """What is left at higher costs, where nothing is left, and how much money the strategy bears."""
    curves = {name: points for name, points in (drawn.get("cost_curve") or {}).items() if points}
    names = [n for n in drawn_first(found, list(curves)) if role_of(found, n) in {"challenger", "champion", "benchmark", "naive"}][:5]
    if not names:
        return None, []
    now = found.night.market.costs.commission_bps + found.night.market.costs.slippage_bps
    series = tuple(
        Series(
            n, clean([p["return_total_fraction"] for p in curves[n]]), role_of(found, n), tuple(p["cost_bps"] for p in curves[n]), "dotted"
        )
        for n in names
    )
    x = Axis("cost of a trade", "bps0")
    chart = Chart(
        "cost_curve",
        "Net return at other costs",
        "The same trades, each at this cost.",
        x,
        Axis("net return", "percent"),
        series,
        (Mark(now, "assumed", axis="x"),),
    )
    even = drawn.get("break_even_bps") or {}
    capital = (drawn.get("capacity") or {}).get("capital")
    rows = [[name, even.get(name), capital if name == drawn.get("leader") else None] for name in names]
    columns = [column("Portfolio"), column("Breaks even at", "bps", signed=True), column("Capacity", "money")]
    share = (drawn.get("capacity") or {}).get("participation_fraction", 0.01)
    lead = (
        f"Assumed: {shown(now, 'bps')} a trade. Break-even is the cost at which nothing is left; "
        f"capacity is the capital up to which trades stay within {shown(share, 'percent', digits=0)} of the volume."
    )
    return part("costs", "Costs", "What it costs", lead, [grid("", columns, rows, fold=False)], ["cost_curve"]), [chart]


def symbols(found: Found, drawn: dict) -> tuple[dict | None, list[Chart]]:
    """One row a symbol, the greatest contribution first."""
    rows = sorted(drawn.get("symbols") or [], key=lambda row: -(row.get("contribution_fraction") or 0.0))
    if not rows:
        return None, []
    columns = [
        column("Symbol"),
        column("Predictions", "count"),
        column("Accuracy", "percent"),
        column("Added to the portfolio", "percent", signed=True),
        column("Traded alone", "percent", signed=True),
    ]
    told = [[row["symbol"], row["rows"], row["accuracy"], row["contribution_fraction"], row["alone_return_fraction"]] for row in rows]
    gained = sum((row["contribution_fraction"] or 0.0) > 0 for row in rows)
    lead = f"{gained} of {len(rows)} symbols added to {found.challenger}'s result on the test sessions."
    if len(told) <= 12:
        tables = [grid("", columns, told, fold=False)]
    else:
        tables = [
            grid("Best", columns, told[:5], fold=False),
            grid("Worst", columns, told[-5:], fold=False),
            grid(f"All {len(told)} symbols", columns, told, fold=True),
        ]
    return part("symbols", "Symbols", "Symbol by symbol", lead, tables), []
