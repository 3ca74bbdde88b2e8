"""The result in pieces: window by window, at other costs, symbol by symbol."""

from __future__ import annotations

from nightshift.nouns.examination import Examination
from nightshift.nouns.slice_rows import Window, WindowMeasures
from nightshift.report.drawing.chart import Axis, Chart, Mark, Series
from nightshift.report.drawing.numbers import shape_of, shown
from nightshift.report.gather import Found
from nightshift.report.sections.grid import Grid, Section, column, grid, section
from nightshift.report.sections.roles import drawn_first, role_of

NOTHING = WindowMeasures(sharpe_annual=None, return_total_fraction=None)


def windows(found: Found, asked: Examination) -> tuple[Section | None, list[Chart]]:
    """Consecutive windows in order: is it steady, or is it one good month."""
    rows = asked.windows
    if not rows:
        return None, []
    names = [name for name in drawn_first(found, list(rows[-1].of)) if name != "cash"][:4]
    measured = {name: [row.of.get(name, NOTHING) for row in rows] for name in names}
    sharpes = {name: tuple(one.sharpe_annual for one in of) for name, of in measured.items()}
    hits = {name: tuple(one.accuracy for one in of) for name, of in measured.items()}
    both = (
        _by_window(found, rows, "sharpe_annual", "Sharpe by window", sharpes, ()),
        _by_window(found, rows, "accuracy", "Accuracy by window", hits, (Mark(0.5, ""),)),
    )
    drawn = [chart for chart in both if chart.series]
    columns = [column("Window"), column("Part", "word"), column("Sessions", "count")]
    columns += [column(f"{name}: net return", "percent", signed=True) for name in names[:3]]
    told = [
        [f"{row.first} … {row.last}", row.part, row.sessions, *(measured[name][at].return_total_fraction for name in names[:3])]
        for at, row in enumerate(rows)
    ]
    lead = "The held-out sessions cut into windows, walked forward in time. One good window does not make a model."
    tables = [grid("", columns, told, fold=False), *by_weekday(asked)]
    return section("windows", "Windows", "Window by window", lead, tables, [c.key for c in drawn]), drawn


def by_weekday(asked: Examination) -> list[Grid]:
    """The challenger by day of the week."""
    columns = [column("Weekday", "word"), column("Sessions", "count"), column("Sharpe", "annual"), column("Accuracy", "percent")]
    rows = [[row.weekday, row.sessions, row.sharpe_annual, row.accuracy] for row in asked.weekdays]
    return [grid("By weekday", columns, rows, fold=True)] if rows else []


def _by_window(
    found: Found, rows: tuple[Window, ...], metric: str, title: str, lines: dict[str, tuple[float | None, ...]], level: tuple[Mark, ...]
) -> Chart:
    judged = next((at for at, row in enumerate(rows) if row.part == "test"), len(rows))
    halves = (Mark(-0.5, "validation", to=judged - 0.5, axis="x"), Mark(judged - 0.5, "test: judged", axis="x"))
    marks = (*(halves if 0 < judged < len(rows) else ()), *level)
    series = tuple(
        Series(name, line, role_of(found, name), style="dotted") for name, line in lines.items() if any(v is not None for v in line)
    )
    says, x = "Each point is one window, named by its first session.", Axis(labels=tuple(row.first[2:] for row in rows))
    return Chart(f"windows_{metric}", title, says, x, Axis(unit=shape_of(metric).unit), series, marks)


def costs(found: Found, asked: Examination) -> tuple[Section | None, list[Chart]]:
    """What is left at higher costs, where nothing is left, and how much money the strategy bears."""
    shown_roles = {"challenger", "champion", "benchmark", "naive"}
    names = [name for name in drawn_first(found, list(asked.cost_curve)) if role_of(found, name) in shown_roles][:5]
    if not names:
        return None, []
    frictions = found.night.market.costs
    assumed = frictions.commission_bps + frictions.slippage_bps
    capital = {asked.leader: asked.capacity.capital}
    rows = [[name, asked.break_even_bps.get(name), capital.get(name)] for name in names]
    columns = [column("Portfolio"), column("Breaks even at", "bps", signed=True), column(f"Capacity, {frictions.currency}", "money")]
    within = shown(asked.capacity.participation_fraction, "percent", digits=0)
    lead = (
        f"Assumed: {shown(assumed, 'bps')} a trade, with {frictions.capital_words}. Break-even is the cost at which nothing is left; "
        f"capacity is the capital up to which trades stay within {within} of the volume."
    )
    drawn = _by_cost(found, asked, names, assumed)
    return section("costs", "Costs", "What it costs", lead, [grid("", columns, rows, fold=False)], [drawn.key]), [drawn]


def _by_cost(found: Found, asked: Examination, names: list[str], assumed: float) -> Chart:
    curves = {name: asked.cost_curve[name] for name in names}
    series = tuple(
        Series(name, tuple(p.return_total_fraction for p in points), role_of(found, name), tuple(p.cost_bps for p in points), "dotted")
        for name, points in curves.items()
    )
    says, marks = "The same trades, each at this cost.", (Mark(assumed, "assumed", axis="x"),)
    x, y = Axis("cost of a trade", "bps0"), Axis("net return", "percent")
    return Chart("cost_curve", "Net return at other costs", says, x, y, series, marks)


def symbols(found: Found, asked: Examination) -> Section | None:
    """One row a symbol, the greatest contribution first."""
    rows = sorted(asked.symbols, key=lambda row: -(row.contribution_fraction or 0.0))
    if not rows:
        return None
    columns = [
        column("Symbol"),
        column("Predictions", "count"),
        column("Accuracy", "percent"),
        column("Added to the portfolio", "percent", signed=True),
        column("Traded alone", "percent", signed=True),
    ]
    told = [[row.symbol, row.rows, row.accuracy, row.contribution_fraction, row.alone_return_fraction] for row in rows]
    lead = f"{asked.symbols_that_added} of {len(rows)} symbols added to {found.challenger}'s result on the test sessions."
    if len(told) <= 12:
        tables = [grid("", columns, told, fold=False)]
    else:
        tables = [
            grid("Best", columns, told[:5], fold=False),
            grid("Worst", columns, told[-5:], fold=False),
            grid(f"All {len(told)} symbols", columns, told, fold=True),
        ]
    return section("symbols", "Symbols", "Symbol by symbol", lead, tables)
