"""The parts of a market file, each with its defaults and bounds."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from nightshift.config.closed import Closed, Fraction


class Quality(Closed):
    """Limits of the data quality gate."""

    max_data_age_hours: float = Field(96.0, gt=0)
    min_symbol_coverage: Fraction = 0.9
    min_calendar_completeness: Fraction = 0.95
    max_jump_fraction: float = Field(0.5, gt=0)
    max_defect_fraction: Fraction = 0.01  # of the rows, for each reason to drop or repair one
    max_revised_rows: int = Field(100, ge=0)


class Label(Closed):
    """What is predicted: `direction` and `event` are classifications, `return` is a regression."""

    kind: Literal["direction", "return", "event", "index_direction", "triple_barrier"] = "direction"
    horizon_sessions: int = Field(1, ge=1, le=60)
    event_return_fraction: float = Field(0.05, gt=0)
    barrier_volatilities: float = Field(1.0, gt=0)

    @property
    def task(self) -> Literal["classification", "regression"]:
        """Which kind of learner this label needs."""
        return "regression" if self.kind == "return" else "classification"


class Split(Closed):
    """Ordered shares of the sessions; the gap between them is never shorter than the label's reach."""

    train_fraction: Fraction = 0.7
    validate_fraction: Fraction = 0.2
    test_fraction: Fraction = 0.1
    extra_gap_sessions: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _shares_fill_the_whole(self) -> Split:
        total = self.train_fraction + self.validate_fraction + self.test_fraction
        if abs(total - 1.0) > 1e-9 or min(self.train_fraction, self.validate_fraction, self.test_fraction) <= 0:
            raise ValueError(f"expected three positive fractions that sum to 1; found a sum of {total:g}")
        return self


class FamilyChoice(Closed):
    """One family of the night and its parameters; the family's own file says which parameters it has."""

    name: str
    params: dict[str, Any] = Field(default_factory=dict)
    timeout_minutes: float = Field(30.0, gt=0)


class Search(Closed):
    """How parameters are searched before training; 0 trials trains with the parameters given."""

    strategy: str = "tpe"
    trials: int = Field(0, ge=0)
    timeout_minutes: float = Field(20.0, gt=0)
    pruner: Literal["none", "median", "hyperband"] = "median"
    min_hours_between: float = Field(0.0, ge=0)
    workers: int = Field(1, ge=1, le=64)  # mapped tasks a family that work on one study, on one machine or on many


class Costs(Closed):
    """The market's frictions and the strategy that a score is traded with."""

    style: Literal["long_flat", "long_short", "top_k", "event"] = "long_flat"
    top_k: int = Field(5, ge=1)
    threshold: float = 0.5
    holding_sessions: int = Field(1, ge=1)
    commission_bps: float = Field(1.0, ge=0)
    slippage_bps: float = Field(2.0, ge=0)
    max_volume_fraction: float | None = Field(None, gt=0, le=1)
    limit_move_fraction: float | None = Field(None, gt=0)
    max_position_fraction: Fraction = 1.0
    max_leverage: float = Field(1.0, gt=0)
    initial_capital: float = Field(1_000_000.0, gt=0)


class Selection(Closed):
    """Weights of the night's composite score over skill, Sharpe and drawdown, all measured on validation rows."""

    skill: float = Field(0.4, ge=0)
    sharpe: float = Field(0.4, ge=0)
    drawdown: float = Field(0.2, ge=0)


class Gate(Closed):
    """One line of the policy: `metric, must_be, limit`."""

    metric: str
    must_be: str
    by: Literal["interval", "value"] = "interval"  # decided by the whole 95 % interval, or by the value alone: a guard rail
    limit: float = 0.0


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


class Schedule(Closed):
    """When the market's DAGs run."""

    delay_minutes: int = Field(30, ge=0)
    weekly_cron: str = "0 8 * * 6"
    assay_cron: str = "0 12 * * 6"
    retries: int = Field(2, ge=0)
    retry_delay_minutes: float = Field(5.0, ge=0)
    night_timeout_hours: float = Field(6.0, gt=0)


class Alerts(Closed):
    """Who is told."""

    to: tuple[str, ...] = ("quant-oncall@example.com",)
    sender: str = "nightshift@example.com"
    smtp_connection: str = "smtp_default"


class Execution(Closed):
    """Where heavy stages run, with how many threads and how much memory."""

    heavy: Literal["here", "process", "docker", "kubernetes"] = "process"
    image: str = "nightshift:latest"
    threads: int = Field(2, ge=1)
    seed: int = 20261120
    memory_budget_mib: int | None = Field(None, ge=1)  # of the table that a boosted family gathers; more is read from disk in batches
