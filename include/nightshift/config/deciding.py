"""The parts of a market file that decide: the policy's lines, and how many wrong promotions may be made under it."""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from nightshift.config.closed import Closed


class Gate(Closed):
    """One line of the policy: `metric, must_be, limit`."""

    metric: str
    must_be: str
    limit: float = Field(allow_inf_nan=False)
    by: Literal["interval", "value"] = "interval"  # decided by the whole 95 % interval, or by the value alone: a guard rail

    @model_validator(mode="before")
    @classmethod
    def _says_its_limit(cls, line: Any) -> Any:
        if isinstance(line, dict) and "limit" not in line and {"metric", "must_be"} <= line.keys() <= {"metric", "must_be", "by"}:
            raise ValueError(f"say the limit, it is never guessed: {{metric: {line['metric']}, must_be: {line['must_be']}, limit: …}}")
        return line

    @field_validator("limit", mode="before")
    @classmethod
    def _is_a_number(cls, limit: Any) -> Any:
        if slip := _slip(limit):
            raise ValueError(f"write a number: {slip}")
        return limit


def _slip(limit: object) -> str:
    """What was meant by a limit that is no number; empty for what is none of the usual slips.

    >>> _slip("5e-2"), _slip("60 %"), _slip(0.6)
    ('0.05, without quotes', '0.6, without quotes', '')
    """
    if isinstance(limit, bool):
        return "YAML reads yes, on and true as true, and no, off and false as false"
    if not isinstance(limit, str):
        return ""
    try:
        meant = float(limit.removesuffix("%")) / (100 if limit.endswith("%") else 1)
    except ValueError:
        meant = math.nan
    return f"{meant:g}, without quotes" if math.isfinite(meant) else "0.6, say, without quotes or a unit"


class Budget(Closed):
    """How many wrong promotions a market may make, and how they are spread over its nights."""

    error_fraction: float = Field(0.05, gt=0, le=0.5)  # chance that a market without anything to find ever promotes, over all its sessions
    sessions: int = Field(250, ge=60, le=2520)  # sessions that one budget lasts
    spending: Literal["obrien_fleming", "pocock", "e_process"] = "obrien_fleming"  # late, early, or without a horizon
    first_look_sessions: int = Field(20, ge=10)  # of evidence before anything is spent

    @model_validator(mode="after")
    def _looks_before_it_ends(self) -> Budget:
        if self.first_look_sessions >= self.sessions:
            raise ValueError(f"expected fewer first_look_sessions than sessions; found {self.first_look_sessions} of {self.sessions}")
        return self
