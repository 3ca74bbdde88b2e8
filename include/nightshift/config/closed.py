"""What every part of a market file is: frozen, and every key known."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
NAME = r"^[a-z0-9][a-z0-9_-]{0,62}$"


class Closed(BaseModel):
    """Frozen, and every key is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")
