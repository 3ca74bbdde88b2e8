"""The week's mail: what served models said against what happened, window by window, with its charts; loud where it is degraded."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.nouns.week_record import Realised, WeekRecord
from nightshift.report.mail.alerts import Happening
from nightshift.report.mail.writing import Mail, Picture, written


@dataclass(frozen=True)
class _Week:
    where: Happening
    headline: str
    degraded: bool
    windows: tuple[tuple[str, str], ...]
    waiting: int


def weekly(where: Happening, week: WeekRecord, pictures: tuple[Picture, ...] = ()) -> Mail:
    """The week's report; a market that is below its promise for weeks is told as degraded."""
    windows = tuple((one.name, _words(one)) for one in week.windows)
    return written("weekly", _Week(where, week.headline, week.degraded, windows, week.waiting), pictures)


def _words(one: Realised) -> str:
    if one.accuracy is None:
        return one.note or "nothing is known yet"
    promise = "" if one.promised_accuracy is None else f", {one.promised_accuracy:.1%} promised"
    earned = [f"{name} {value:+.1%}" for name, value in (("net", one.net_return), ("holding", one.hold_return)) if value is not None]
    return f"right {one.accuracy:.1%}{promise}, on {one.sessions} sessions; {', '.join(earned)}".removesuffix("; ")
