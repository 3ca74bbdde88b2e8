"""The market file that a folder asks for: the template of its market, with what the folder showed in the places that it decides."""

from __future__ import annotations

import datetime as dt
import math
import textwrap
from dataclasses import dataclass
from pathlib import Path

import yaml

from nightshift.config import Market, parse_market
from nightshift.data.money.turnover import Turnover, in_words, round_down
from nightshift.project import PROJECT
from nightshift.running.inspection.currency import Guess, a_million_dollars
from nightshift.running.inspection.limits import Limit, tightest
from nightshift.running.inspection.market_text import swapped, template_file, template_of

LONGEST = 136
LIMITS = "quality.limits."


@dataclass(frozen=True)
class Draft:
    """What goes into a market file; `said` is its head, a sentence a line."""

    name: str
    title: str
    calendar: str
    calendar_why: str
    folder: Path
    settled: dict[str, object]  # keys under `source:` that its files need
    longest_pause_hours: float
    money: Guess
    turnover: Turnover
    said: tuple[str, ...]
    finished_on: dt.date | None = None  # a history that gets no more bars
    limit_move: float | None = None  # that the bars keep; none: the template's

    @property
    def template(self) -> Market:
        """The template as a market."""
        file = template_file(template_of(self.calendar))
        return parse_market(file.read_text(), str(file))

    @property
    def capital(self) -> float:
        """The template's capital in the money of the files, or less where a day's turnover is too small for it."""
        costs, name = self.template.costs, template_of(self.calendar)
        usual = a_million_dollars(self.money.currency) if name == "other" else costs.initial_capital
        usual /= self.money.per_unit
        fits = self.turnover.fitting_capital(costs.max_volume_fraction or 1.0)
        return min(usual, round_down(fits)) if math.isfinite(fits) else usual

    def text(self, limits: tuple[Limit, ...], before: tuple[Limit, ...]) -> str:
        """The file; `limits` may be wider than those `before`, and each that is says why."""
        file = template_file(template_of(self.calendar))
        return swapped(file.read_text(), _commented(self.said), self._blocks(limits, before), self._lines())

    def _blocks(self, limits: tuple[Limit, ...], before: tuple[Limit, ...]) -> dict[str, str]:
        return {
            "market": f"market: {self.name}\n",
            "title": f"title: {_quoted(self.title)}\n",
            "calendar": _beside(f"calendar: {_quoted(self.calendar)}", self.calendar_why) + "\n",
            "source": "".join(self._source()),
            "quality": "".join(self._quality(limits, before)),
            **self._schedule(),
        }

    def _source(self) -> list[str]:
        below = self.folder.is_relative_to(PROJECT)
        folder = self.folder.relative_to(PROJECT) if below else self.folder
        delay = self.template.source["assumed_delay_minutes"]
        return [
            "source:\n  kind: folder\n", f"  folder: {_quoted(str(folder))}\n",
            *(f"  {key}: {_written(value)}\n" for key, value in self.settled.items()),
            _beside(f"  assumed_delay_minutes: {delay}", "a bar counts as known this long after its session's close") + "\n",
        ]  # fmt: skip

    def _quality(self, limits: tuple[Limit, ...], before: tuple[Limit, ...]) -> list[str]:
        hours = max(self.template.quality.max_data_age_hours, 24.0 * math.ceil(self.longest_pause_hours / 24 + 1))
        lines = ["quality:\n", _beside(f"  max_data_age_hours: {hours:g}", "the calendar's longest pause, and a day") + "\n"]
        wide = {one.key: was for one, was in zip(limits, before, strict=True) if one.limit != was.limit}
        numbers = tightest(limits)
        for key in ("min_symbol_coverage", "min_calendar_completeness"):
            lines += _number(f"  {key}: {numbers['quality.' + key]:g}", wide.get("quality." + key))
        of_reasons = [key for key in numbers if key.startswith(LIMITS) and key in wide]
        lines += ["  limits:\n"] if of_reasons else []
        for key in of_reasons:
            lines += _number(f"    {key.removeprefix(LIMITS)}: {numbers[key]:g}", wide[key])
        return lines

    def _schedule(self) -> dict[str, str]:
        """Of a history that has ended."""
        line = f"schedule: {{finished_on: {self.finished_on}, delay_minutes: {self.template.schedule.delay_minutes}}}"
        said = _beside(line, "its bars ended months ago: delete `finished_on` once others come")
        return {"schedule": f"{said}\n"} if self.finished_on else {}

    def _lines(self) -> dict[str, str]:
        money = self.money.currency
        lines = {
            "currency": _beside(f"  currency: {_quoted(money)}", f"a guess: {self.money.why}"),
            "initial_capital": _beside(f"  initial_capital: {self.capital:.0f}", f"{in_words(self.capital)} {money}; {self.capital_why}"),
        }
        if self.limit_move is not None:
            line = f"  limit_move_fraction: {self.limit_move:g}"
            lines["limit_move_fraction"] = _beside(line, "the narrowest of 7 (HOSE), 10 (HNX) and 15 % (UPCoM) that these bars keep")
        if not math.isfinite(self.turnover.of_thin_symbol):
            lines["max_volume_fraction"] = _beside("  # max_volume_fraction: 0.05", "the files have no volumes that could bound a trade")
        return lines

    @property
    def capital_why(self) -> str:
        """What bounds the capital."""
        fraction = self.template.costs.max_volume_fraction or 1.0
        fits = self.turnover.fitting_capital(fraction)
        if not math.isfinite(fits):
            return "no volumes to compare it with"
        return f"up to {in_words(fits)} a trade is at most {fraction:.0%} of a day's turnover"


def _number(line: str, was: Limit | None) -> list[str]:
    """A limit; where it was widened, why."""
    if was is None:
        return [f"{line}\n"]
    why = f"# widened from {was.limit:g}: {was.measured:.2%} {was.words}"
    indent = line[: len(line) - len(line.lstrip())]
    return [f"{indent}{part}\n" for part in textwrap.wrap(why, LONGEST, subsequent_indent="# ")] + [f"{line}\n"]


def _commented(said: tuple[str, ...]) -> str:
    return "".join(f"{line}\n" for one in said for line in textwrap.wrap(f"# {one}", LONGEST, subsequent_indent="#   "))


def _beside(line: str, comment: str) -> str:
    return f"{line:<34} # {comment}"


def _quoted(value: str | list[str]) -> str:
    """A value as YAML has it on one line, quoted where it would be read as something else.

    >>> _quoted("24/7"), _quoted("no"), _quoted(["a (1).csv", "b, c.csv"])
    ('24/7', "'no'", "[a (1).csv, 'b, c.csv']")
    """
    return yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=math.inf).removesuffix("\n").removesuffix("\n...")


def _written(value: object) -> str:
    return _quoted([str(part) for part in value] if isinstance(value, tuple) else str(value))
