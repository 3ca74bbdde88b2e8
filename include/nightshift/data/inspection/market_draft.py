"""The market file that a folder asks for: the template of its market, with what the folder showed in the places that it decides."""

from __future__ import annotations

import datetime as dt
import math
import textwrap
from dataclasses import dataclass
from pathlib import Path

from nightshift import PROJECT
from nightshift.config import Market, parse_market
from nightshift.data.inspection.currency import Guess, a_million_dollars
from nightshift.data.inspection.limits import Limit, tightest
from nightshift.data.inspection.market_text import swapped, template_file, template_of
from nightshift.data.inspection.turnover import Turnover, round_down

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
            "calendar": f"calendar: {_quoted(self.calendar):24}# {self.calendar_why}\n",
            "source": "".join(self._source()),
            "quality": "".join(self._quality(limits, before)),
        }

    def _source(self) -> list[str]:
        below = self.folder.is_relative_to(PROJECT)
        folder = self.folder.relative_to(PROJECT) if below else self.folder
        delay = self.template.source["assumed_delay_minutes"]
        return [
            "source:\n  kind: folder\n", f"  folder: {_quoted(str(folder))}\n",
            *(f"  {key}: {_written(value)}\n" for key, value in self.settled.items()),
            f"  assumed_delay_minutes: {delay}        # a bar counts as known this long after its session's close\n",
        ]  # fmt: skip

    def _quality(self, limits: tuple[Limit, ...], before: tuple[Limit, ...]) -> list[str]:
        hours = max(self.template.quality.max_data_age_hours, 24.0 * math.ceil(self.longest_pause_hours / 24 + 1))
        lines = [f"quality:\n  max_data_age_hours: {hours:g}          # the calendar's longest pause, and a day\n"]
        wide = {one.key: was for one, was in zip(limits, before, strict=True) if one.limit != was.limit}
        numbers = tightest(limits)
        for key in ("min_symbol_coverage", "min_calendar_completeness"):
            lines += _number(f"  {key}: {numbers['quality.' + key]:g}", wide.get("quality." + key))
        of_reasons = [key for key in numbers if key.startswith(LIMITS) and key in wide]
        lines += ["  limits:\n"] if of_reasons else []
        for key in of_reasons:
            lines += _number(f"    {key.removeprefix(LIMITS)}: {numbers[key]:g}", wide[key])
        return lines

    def _lines(self) -> dict[str, str]:
        lines = {
            "currency": f"currency: {_quoted(self.money.currency):21}# a guess: {self.money.why}",
            "initial_capital": f"initial_capital: {self.capital:.0f}".ljust(31) + f"# in {self.money.currency}; {self._capital_why()}",
        }
        if not math.isfinite(self.turnover.of_thin_symbol):
            lines["max_volume_fraction"] = "# max_volume_fraction: 0.05     the files have no volumes, so nothing can be bounded by them"
        return lines

    def _capital_why(self) -> str:
        fraction = self.template.costs.max_volume_fraction or 1.0
        fits = self.turnover.fitting_capital(fraction)
        return f"up to {fits:.2g} a trade is within {fraction:.0%} of a day's turnover" if math.isfinite(fits) else "no volumes to compare it with"


def longest_pause(closes: list[dt.datetime]) -> float:
    """Hours between the two closes that lie farthest apart."""
    return max(((b - a).total_seconds() / 3600 for a, b in zip(closes, closes[1:], strict=False)), default=24.0)


def _number(line: str, was: Limit | None) -> list[str]:
    """A limit; where it was widened, why."""
    if was is None:
        return [f"{line}\n"]
    why = f"# widened from {was.limit:g}: {was.measured:.2%} {was.words}"
    indent = line[: len(line) - len(line.lstrip())]
    return [f"{indent}{part}\n" for part in textwrap.wrap(why, LONGEST, subsequent_indent="# ")] + [f"{line}\n"]


def _commented(said: tuple[str, ...]) -> str:
    return "".join(f"{line}\n" for one in said for line in textwrap.wrap(f"# {one}", LONGEST, subsequent_indent="#   "))


def _quoted(text: str) -> str:
    """Text as YAML has it, quoted where it would be read as something else."""
    plain = all(c.isalnum() or c in "-_./ " for c in text) and text[:1].isalpha() and text.lower() not in {"yes", "no", "on", "off", "null", "true", "false"}
    return text if plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _written(value: object) -> str:
    return f"[{', '.join(_quoted(str(one)) for one in value)}]" if isinstance(value, tuple) else _quoted(str(value))
