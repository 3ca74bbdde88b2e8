"""What a night on these bars would take, roughly: seconds, memory and disk from rows, columns and families.

The constants were measured on two nights on 2 cores: 505 symbols × 1 259 sessions of the S&P 500 (619,040 rows, 60 columns; the machine
was shared with other work, so its seconds are divided by the share it got) and the demo market. `nightshift history --last --timing`
says what a night of your own took.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

USUAL_COLUMNS = 60  # the constants below are of this many
START_SECONDS = 10.0
SECONDS_A_MILLION_ROWS = 110.0  # check, columns, yardsticks, evaluation, examination and report
FAMILY_SECONDS_A_MILLION_ROWS = {
    "logistic": 12.0, "ridge": 10.0, "random_forest": 390.0, "xgboost": 18.0, "lightgbm": 24.0, "catboost": 60.0,
}  # fmt: skip
OTHER_FAMILY_SECONDS = 600.0
START_MIB, MIB_A_MILLION_ROWS = 350.0, 850.0
DISK_MIB_A_MILLION_ROWS = 520.0


@dataclass(frozen=True)
class NightCost:
    """Estimates; a factor of two either way."""

    seconds: float
    memory_mib: float
    disk_mib: float

    def __str__(self) -> str:
        minutes = self.seconds / 60
        took = f"{self.seconds:.0f} s" if minutes < 2 else f"{minutes:.0f} min"
        return f"about {took}, {self.memory_mib / 1024:.1f} GiB of memory and {self.disk_mib:.0f} MiB of disk"


def night_cost(rows: int, columns: int, families: Sequence[str]) -> NightCost:
    """What a full night would take."""
    millions = rows * columns / USUAL_COLUMNS / 1e6
    training = sum(FAMILY_SECONDS_A_MILLION_ROWS.get(family, OTHER_FAMILY_SECONDS) for family in families)
    return NightCost(
        START_SECONDS + millions * (SECONDS_A_MILLION_ROWS + training), START_MIB + millions * MIB_A_MILLION_ROWS,
        millions * DISK_MIB_A_MILLION_ROWS,
    )  # fmt: skip
