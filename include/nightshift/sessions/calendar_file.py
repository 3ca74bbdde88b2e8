"""A calendar file: the sessions of an exchange that the library lacks, or where it differs from one that the library has."""

from __future__ import annotations

import datetime as dt
import difflib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from nightshift.errors import ConfigError

DAY_MINUTES = 24 * 60
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _minutes(value: Any) -> Any:
    """A time of day as minutes after midnight; YAML reads 15:30 without quotes as a number of the same worth.

    >>> _minutes("15:30"), _minutes(930), _minutes("24:00")
    (930, 930, 1440)
    """
    if isinstance(value, str) and value.count(":") == 1 and value.replace(":", "").isdigit():
        hours, minutes = value.split(":")
        value = int(hours) * 60 + int(minutes)
    if isinstance(value, int) and 0 <= value <= DAY_MINUTES:
        return value
    raise ValueError(f"a time of day such as 15:30 is meant; found {value!r}")


def _days(value: Any) -> Any:
    """Days with what they are, from a list, a mapping, or runs such as `2026-02-16 to 2026-02-20`.

    >>> _days({"2026-02-19 to 2026-02-20": "Tết", dt.date(2026, 9, 2): "National Day"})  # doctest: +ELLIPSIS
    {datetime.date(2026, 2, 19): 'Tết', datetime.date(2026, 2, 20): 'Tết', datetime.date(2026, 9, 2): 'National Day'}
    """
    if isinstance(value, list):
        value = dict.fromkeys(value, "")
    if not isinstance(value, dict):
        raise ValueError("days are meant: a list of dates, or dates with what they are")  # noqa: TRY004  # pydantic explains only these
    return {day: said for run, said in value.items() for day in _run(run)}


def _run(run: Any) -> list[dt.date]:
    """The days from the first to the last of a run, or the one day that it is."""
    try:
        ends = [end if isinstance(end, dt.date) else dt.date.fromisoformat(end.strip()) for end in _ends(run)]
    except (ValueError, TypeError, AttributeError):
        raise ValueError(f"a date such as 2026-02-16, or `2026-02-16 to 2026-02-20`, is meant; found {run!r}") from None
    if len(ends) > 2 or ends[0] > ends[-1]:
        raise ValueError(f"a run from an earlier to a later day is meant; found {run!r}")
    return [ends[0] + dt.timedelta(days=n) for n in range((ends[-1] - ends[0]).days + 1)]


def _ends(run: Any) -> list[Any]:
    return run.split(" to ") if isinstance(run, str) else [run]


Minutes = Annotated[int, BeforeValidator(_minutes)]
Days = Annotated[dict[dt.date, str], BeforeValidator(_days)]
Closes = dict[dt.date, Minutes]


class CalendarFile(BaseModel):
    """What a calendar file says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calendar: str
    title: str  # the exchange, its city and country
    also: tuple[str, ...] = ()  # other names for it
    base: str = ""  # the calendar that it differs from; none: every one of `weekdays` is a session
    weekdays: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    time_zone: str = ""
    opens_at: Minutes | None = None  # only to check that a close comes after it
    closes_at: Minutes | None = None
    first_session: dt.date | None = None
    known_until: dt.date | None = None  # the last day of which it is known whether it is a session
    closed_every_year: dict[str, str] = {}  # month and day, such as 12-25
    removed: Days = {}
    added: Days = {}
    half_days: Closes = {}  # sessions with an earlier close
    special_sessions: Closes = {}  # days that would be none, or would close otherwise, with their close
    sources: tuple[str, ...] = Field(min_length=1)  # where its facts come from

    @property
    def has_days_of_its_own(self) -> bool:
        """False where its days are its base's: other exchanges of a country often keep the same holidays."""
        return not self.base or bool(self.removed or self.added or self.special_sessions or self.closed_every_year)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        needed = {
            "time_zone": self.time_zone,
            "closes_at": self.closes_at,
            "first_session": self.first_session,
            "known_until": self.known_until,
        }
        lacking = [key for key, value in needed.items() if value is None or value == ""]
        if not self.base and lacking:
            raise ValueError(f"without a `base:` the file has to say {', '.join(lacking)}")
        both = sorted((self.added.keys() | self.special_sessions.keys()) & self.removed.keys())
        if both:
            raise ValueError(f"{both[0]} is both removed and added: it is one or the other")
        early = [day for day, close in self.half_days.items() if self.opens_at is not None and close <= self.opens_at]
        if early:
            raise ValueError(f"half_days: {early[0]} closes before the exchange opens")
        return self


@cache
def _read(file: Path, _changed_ns: int) -> CalendarFile:
    try:
        facts = yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        raise ConfigError(expected=f"YAML in {file}", found=" ".join(str(error).split()), next_step="correct the file") from None
    if not isinstance(facts, dict):
        raise ConfigError(expected=f"a mapping in {file}", found=type(facts).__name__, next_step="start from a file in include/calendars")
    try:
        described = CalendarFile.model_validate(facts)
    except ValidationError as error:
        raise _explained(error, file) from None
    if described.calendar != file.stem:
        found = f"`calendar: {described.calendar}`"
        raise ConfigError(expected=f"`calendar: {file.stem}` in {file}", found=found, next_step="give the file and the calendar one name")
    return described


def read(file: Path) -> CalendarFile:
    """What a calendar file says; every error names the file, the key, what was found and what was meant."""
    return _read(file, file.stat().st_mtime_ns)


def _explained(error: ValidationError, file: Path) -> ConfigError:
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")  # a misspelt key is why the right one is missing
    key = ".".join(str(part) for part in first["loc"]) or "the file"
    if first["type"] == "extra_forbidden":
        keys = sorted(CalendarFile.model_fields)
        near = difflib.get_close_matches(key, keys, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(keys)}"
        return ConfigError(expected=f"only known keys in {file}", found=f"`{key}`", next_step=hint)
    found = "nothing" if first["type"] == "missing" or not first["loc"] else repr(first.get("input"))
    meant = first["msg"].removeprefix("Value error, ")
    return ConfigError(expected=f"a valid `{key}` in {file}", found=found if len(found) < 80 else "something else", next_step=meant)
