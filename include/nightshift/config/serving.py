"""How the served model's answers reach their reader, and for how long they are good."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nightshift.config.closed import Closed


class Approval(Closed):
    """A person is asked, in the Airflow UI, before a model is released."""

    by: tuple[str, ...] = ()  # the Airflow users who may answer; empty: whoever may answer there
    hours: float = Field(12.0, gt=0, le=72)  # no answer by then is a no


class Serving(Closed):
    """What is served decides no night: nothing here moves a night's address."""

    expires_after_sessions: int = Field(1, ge=1, le=20)  # signals are good until the close of this session after their bars'
    grace_minutes: float = Field(120.0, ge=0)  # and so much longer, for the next night to take their place
    when_stale: Literal["refuse", "flag"] = "refuse"  # of an expired answer: none, or one that says so
    approval: Approval | None = None  # none: what passes every gate is released
    mongo_collection: str = ""  # where signals are written to as documents; empty: nowhere
    mongo_uri: str = Field("env:NIGHTSHIFT_MONGO_URI", pattern="^env:.+")  # holds a password: never in a market file
    mongo_database: str = ""  # empty: the one of the address, else `nightshift`
