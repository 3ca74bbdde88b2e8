"""What the portfolios earned, as charts: growth, drawdown, rolling Sharpe and distribution, each part on its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nightshift.nouns.drawn_curves import Distribution, Line, Stretch
from nightshift.nouns.evaluation_record import PARTS
from nightshift.nouns.examination import Examination
from nightshift.report.drawing.chart import Axis, Chart, Mark, Series
from nightshift.report.gather import Found
from nightshift.report.sections.roles import drawn_first, role_of

Lines = Callable[[Stretch], dict[str, Line]]


def charts(found: Found) -> list[Chart]:
    """Every chart of what was earned; none where nothing was examined."""
    if found.examination is None:
        return []
    names = traded(found, found.examination)
    lines = [
        growth(found, found.examination, names),
        fall(found, found.examination, names[:3]),
        rolling(found, found.examination, names[:4]),
    ]
    spread = found.examination.distribution
    return [*lines, distribution(found, spread)] if spread else lines


def traded(found: Found, examination: Examination) -> list[str]:
    """Who has a portfolio on every part, as they are drawn; equals in the evaluation's order."""
    stretches = examination.over_sessions.values()
    there = [name for name in examination.break_even_bps if all(name in stretch.growth_fraction for stretch in stretches)]
    listed = found.evaluation.names if found.evaluation else ()
    return drawn_first(found, [*(name for name in listed if name in there), *(name for name in there if name not in listed)])


def growth(found: Found, examination: Examination, names: list[str]) -> Chart:
    """Growth of every portfolio; each part begins at zero."""
    says = "Net of costs. Each part begins at zero: the challenger was chosen on the validation sessions and judged on the test sessions."
    shape = Chart("equity", "Growth", says, Axis(), Axis("", "percent"), (), height="tall")
    drawn = by_part(found, examination, names, shape, lambda stretch: stretch.growth_fraction)
    return replace(drawn, series=tuple(line for line in drawn.series if any(line.y)))  # cash is the zero line


def fall(found: Found, examination: Examination, names: list[str]) -> Chart:
    """Depth below the highest point so far."""
    says = "Fall from the highest point so far; each part begins anew."
    shape = Chart("drawdown", "Drawdown", says, Axis(), Axis("", "percent", most=0.0), (), height="short")
    drawn = by_part(found, examination, names, shape, lambda stretch: stretch.drawdown_fraction)
    return replace(drawn, series=tuple(replace(s, style="area") if s.role == "challenger" else s for s in drawn.series))


def rolling(found: Found, examination: Examination, names: list[str]) -> Chart:
    """Annual Sharpe of the last sessions, rolled forward."""
    says = f"Annual Sharpe ratio of the last {examination.over_sessions['test'].sharpe_sessions} sessions, risk-free rate 0."
    shape = Chart("rolling_sharpe", "Rolling Sharpe", says, Axis(), Axis("", "annual"), (), height="short")
    return by_part(found, examination, names, shape, lambda stretch: stretch.sharpe_annual)


def by_part(found: Found, examination: Examination, names: list[str], shape: Chart, lines: Lines) -> Chart:
    """`shape` with one line a name through the sessions of both parts."""
    stretches = [examination.over_sessions[part] for part in PARTS]
    series = tuple(Series(name, tuple(v for one in stretches for v in lines(one)[name]), role_of(found, name)) for name in names)
    start = len(stretches[0].sessions)
    x = Axis(sessions=tuple(session for one in stretches for session in one.sessions))
    return replace(shape, x=x, series=series, marks=(*shape.marks, *part_marks(start)), group="sessions", breaks=(start,))


def part_marks(start: int) -> tuple[Mark, Mark]:
    """Where validation ends and the test begins."""
    return Mark(0.0, "validation", to=float(start), axis="x"), Mark(float(start), "test: judged", axis="x")


def distribution(found: Found, spread: Distribution) -> Chart:
    """How often each size of a session's net return came, on the judged sessions."""
    series = tuple(Series(one.name, one.share, role_of(found, one.name), style="line" if i else "bars") for i, one in enumerate(spread.of))
    tails = [(one.name, one.var_95_fraction) for one in spread.of[:1] if one.var_95_fraction is not None]
    marks = tuple(Mark(-tail, "VaR 95 %", axis="x") for _, tail in tails)
    says = "Share of the test sessions by net return" + (f"; left of the dashed line lie {tails[0][0]}'s 5 % worst." if tails else ".")
    x = Axis("net return of a session", "percent", values=spread.middles, least=spread.least, most=spread.most)
    return Chart("distribution", "Return distribution", says, x, Axis("share of sessions", "percent", least=0.0), series, marks)
