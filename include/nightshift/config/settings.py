"""The parts of a market file, each with its defaults and bounds."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import Field, model_validator

from nightshift.config.closed import Closed, Fraction


class Quality(Closed):
    """Limits of the data quality gate."""

    max_data_age_hours: float = Field(96.0, gt=0)
    min_symbol_coverage: Fraction = 0.9
    min_calendar_completeness: Fraction = 0.95
    max_jump_fraction: float = Field(0.5, gt=0)
    limits: dict[str, Fraction] = {}  # noqa: RUF012 - of the rows, by reason to drop or repair one; `data/reasons.py` names them
    max_defect_fraction: Fraction | None = None  # the limit of every reason that `limits` does not name; none: each reason's own
    max_revised_rows: int = Field(100, ge=0)  # bars of the past that were changed or vanished since the last accepted night
    max_back_filled_rows: int = Field(1000, ge=0)  # bars of the past that were absent then
    accept_revisions: str = ""  # the snapshot whose revisions a person has looked at and found right


class Label(Closed):
    """What is predicted: `direction` and `event` are classifications, `return` is a regression."""

    kind: Literal["direction", "return", "event", "index_direction", "triple_barrier"] = "direction"
    horizon_sessions: int = Field(1, ge=1, le=60)
    fill: Literal["close", "open"] = "close"  # open: from the next open on, which is where a decision is filled
    event_return_fraction: float = Field(0.05, gt=0)
    barrier_volatilities: float = Field(1.0, gt=0)

    @property
    def task(self) -> Literal["classification", "regression"]:
        """Which kind of learner this label needs."""
        return "regression" if self.kind == "return" else "classification"

    @property
    def reach_sessions(self) -> int:
        """How many sessions after a row its outcome is known."""
        return self.horizon_sessions + (self.fill == "open")


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


class Paths(Closed):
    """Combinatorial purged refits of the challenger: every choice of `test_blocks` of `blocks` blocks of the history is asked about."""

    blocks: int = Field(6, ge=3, le=12)
    test_blocks: int = Field(2, ge=1, le=4)
    embargo_sessions: int = Field(0, ge=0)  # dropped after each asked block, beside the label's reach

    @model_validator(mode="after")
    def _something_is_left_to_learn_from(self) -> Paths:
        if self.test_blocks >= self.blocks - 1:
            raise ValueError(f"expected test_blocks below {self.blocks - 1}, so that two of {self.blocks} remain; found {self.test_blocks}")
        return self


class Proof(Closed):
    """What is proven on the test sessions: one fitted model (`ordered`), or the recipe that refits it as it would be refitted.

    `expanding` refits on all that was known, `rolling` on as many sessions as the first fit had (or `max_train_sessions`),
    `walk_forward` on all or, where it is given, on the last `max_train_sessions`. What is released then is the recipe's newest model.
    """

    scheme: Literal["ordered", "walk_forward", "expanding", "rolling"] = "ordered"
    refit_every_sessions: int = Field(21, ge=1)
    max_train_sessions: int | None = Field(None, ge=1)  # training sessions of one refit, validation beside them
    paths: Paths | None = None  # none: the challenger is not refitted on purged histories, which costs a fit for every choice of blocks

    @model_validator(mode="after")
    def _a_window_is_asked_of_a_scheme_that_has_one(self) -> Proof:
        if self.max_train_sessions is not None and self.scheme in {"ordered", "expanding"}:
            raise ValueError(
                f"expected no max_train_sessions with scheme {self.scheme}, which forgets nothing; found {self.max_train_sessions};"
                " next: scheme: rolling or walk_forward"
            )
        return self

    @property
    def refits(self) -> bool:
        """True where the recipe is proven, and what is released has learned from all that is known."""
        return self.scheme != "ordered"


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
    borrow_bps_annual: float = Field(0.0, ge=0)  # of what is held short, by the calendar night
    max_volume_fraction: float | None = Field(None, gt=0, le=1)
    limit_move_fraction: float | None = Field(None, gt=0)
    max_position_fraction: Fraction = 1.0
    max_leverage: float = Field(1.0, gt=0)
    initial_capital: float = Field(1_000_000.0, gt=0)  # in `currency`
    currency: str = Field("USD", min_length=1)  # what prices are quoted in; "thousand VND" or "GBP pence" where a vendor does so
    lot_size: int = Field(1, ge=0)  # units traded together; 0: any part of one

    @property
    def capital_words(self) -> str:
        """The money that is traded with.

        >>> Costs().capital_words, Costs(initial_capital=2e9, currency="VND", lot_size=100).capital_words
        ('1,000,000 USD', '2,000,000,000 VND, in lots of 100')
        """
        lots = f", in lots of {self.lot_size}" if self.lot_size > 1 else ""
        return f"{self.initial_capital:,.0f} {self.currency}{lots}"


class Selection(Closed):
    """Weights of the night's composite score over skill, Sharpe and drawdown, all measured on validation rows."""

    skill: float = Field(0.4, ge=0)
    sharpe: float = Field(0.4, ge=0)
    drawdown: float = Field(0.2, ge=0)


class Schedule(Closed):
    """When the market's DAGs run. A history that is `finished_on` a session gets no more bars: its DAGs run by hand alone."""

    finished_on: dt.date | None = None
    delay_minutes: int = Field(30, ge=0)
    weekly_cron: str = "0 8 * * 6"
    assay_cron: str = "0 12 * * 6"
    replay_cron: str = "0 18 * * 6"
    retries: int = Field(2, ge=0)
    retry_delay_minutes: float = Field(5.0, ge=0)
    night_timeout_hours: float = Field(6.0, gt=0)


class Alerts(Closed):
    """Who is told, on which ways, and when silence is told too. The webhook's address is a secret: the file names its variable."""

    to: tuple[str, ...] = ("quant-oncall@example.com",)  # nobody: no mail
    sender: str = "nightshift@example.com"
    smtp_connection: str = "smtp_default"
    webhook: str | None = Field(None, pattern=r"^[A-Z][A-Z0-9_]*WEBHOOK[A-Z0-9_]*$")  # the environment variable with its address
    late_after_hours: float = Field(3.0, gt=0)  # after the night was due: it has not ended
    silent_after_hours: float = Field(8.0, gt=0)  # after the night was due: it has no answer

    @model_validator(mode="after")
    def _late_comes_before_silent(self) -> Alerts:
        if self.late_after_hours > self.silent_after_hours:
            raise ValueError(f"expected late_after_hours of at most silent_after_hours, {self.silent_after_hours:g}")
        return self


class Execution(Closed):
    """Where heavy stages run, with how many threads and how much memory."""

    heavy: Literal["here", "process", "docker", "kubernetes"] = "process"
    image: str = "nightshift:latest"
    threads: int = Field(2, ge=1)
    seed: int = 20261120
    budget_latency_ms: float | None = Field(None, gt=0)  # of 95 of 100 single answers; a release that is slower is refused
    budget_model_mib: float | None = Field(None, gt=0)  # of a release's model files; a larger one is refused
    memory_budget_mib: int | None = Field(None, ge=1)  # of the table that a boosted family gathers; more is read from disk in batches
