"""What a record is: frozen, typed, schema-numbered facts in one JSON file that a stage leaves, with one reader and one writer.

A record says its file's name, its schema number, and how the facts of each older number become the next one's: a store that was
written by any earlier version opens in every later one. Reading refuses what it does not know and what is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError

from nightshift import sessions
from nightshift.errors import Damaged
from nightshift.nouns.files import read_json, restore, write_json

Facts = dict[str, Any]
Upgrade = Callable[[Facts], Facts]


def finite_or_none(value: object) -> object:
    """A number as JSON can hold it: none for what is not finite, a plain number for a foreign one.

    >>> finite_or_none(float("nan")), finite_or_none(0.5)
    (None, 0.5)
    """
    plain = value.item() if hasattr(value, "item") else value
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain


def eight_digits(value: object) -> object:
    """The same, rounded to eight digits: what is only drawn or compared roughly.

    >>> eight_digits(1 / 3)
    0.33333333
    """
    plain = finite_or_none(value)
    return float(f"{plain:.8g}") if isinstance(plain, float) else plain


Number = Annotated[float | None, BeforeValidator(finite_or_none)]  # none: not a finite number, or not known
Drawn = Annotated[float | None, BeforeValidator(eight_digits)]
Instant = Annotated[AwareDatetime, AfterValidator(sessions.utc), PlainSerializer(lambda when: when.isoformat(), when_used="json")]


class Noun(BaseModel):
    """A part of a record: frozen, and every key known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Record(Noun):
    """A whole file."""

    FILE: ClassVar[str]
    SCHEMA: ClassVar[int] = 1
    UPGRADES: ClassVar[Mapping[int, Upgrade]] = {}  # schema number -> its facts as those of the next number

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The record in a folder, upgraded where an older version wrote it; `Damaged` names the file and the key."""
        file = folder / cls.FILE
        if not file.is_file():
            raise Damaged(expected=f"{cls.FILE} in {folder}", found="no such file", next_step="run the stage that writes it again")
        facts = read_json(file)
        if not isinstance(facts, dict):
            raise Damaged(expected=f"a mapping in {file}", found=type(facts).__name__, next_step=restore(folder))
        return cls.of_facts(facts, where=file)

    @classmethod
    def of_facts(cls, facts: Facts, where: Path) -> Self:
        """The record from the facts of a file of any schema number that this version knows."""
        found = facts.get("schema", facts.get("schema_version", 1))
        if type(found) is not int or not 1 <= found <= cls.SCHEMA:  # JSON's `true` is an int to Python
            step = "install the version of Nightshift that wrote it, or a later one"
            raise Damaged(expected=f"schema 1 to {cls.SCHEMA} in {where}", found=f"schema {found!r}", next_step=step)
        known = {key: value for key, value in facts.items() if key not in {"schema", "schema_version"}}
        for number in range(found, cls.SCHEMA):
            known = _upgraded(cls.UPGRADES[number], known, where)
        missing = sorted(cls.model_fields.keys() - known.keys())
        if missing:
            raise Damaged(expected=f"`{missing[0]}` in {where}", found="no such key", next_step=restore(where.parent))
        try:
            return cls.model_validate(known)
        except ValidationError as error:
            raise _explained(error, where) from None

    def write(self, folder: Path) -> None:
        """Write the record's file into a folder that is being filled."""
        write_json(folder / self.FILE, self.facts())

    def facts(self) -> Facts:
        """The record as its file holds it."""
        return {"schema": self.SCHEMA, **self.model_dump(mode="json")}


def _upgraded(upgrade: Upgrade, facts: Facts, where: Path) -> Facts:
    try:
        return upgrade(facts)
    except KeyError as missing:
        raise Damaged(expected=f"`{missing.args[0]}` in {where}", found="no such key", next_step=restore(where.parent)) from None
    except (TypeError, ValueError, AttributeError) as wrong:
        raise Damaged(expected=f"facts of an older schema in {where}", found=str(wrong), next_step=restore(where.parent)) from None


def _explained(error: ValidationError, where: Path) -> Damaged:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "the file"
    if first["type"] == "extra_forbidden":
        return Damaged(expected=f"only known keys in {where}", found=f"`{key}`", next_step=restore(where.parent))
    found = "no such key" if first["type"] == "missing" else repr(first.get("input"))[:80]
    message = first["msg"][0].lower() + first["msg"][1:]
    return Damaged(expected=f"a valid `{key}` in {where}: {message}", found=found, next_step=restore(where.parent))
