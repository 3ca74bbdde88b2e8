"""A market's YAML as one closed, typed, frozen model. A misspelt key or name fails with a suggestion."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from nightshift.errors import ConfigError
from nightshift.store import PROJECT, fingerprint

Model = TypeVar("Model", bound=BaseModel)
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
NAME = r"^[a-z0-9][a-z0-9_-]{0,62}$"


class Closed(BaseModel):
    """Frozen, and every key is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
    params: dict[str, Any] = {}
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
    limit: float = 0.0


class Schedule(Closed):
    """When the market's DAGs run."""

    delay_minutes: int = Field(30, ge=0)
    weekly_cron: str = "0 8 * * 6"
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


class Market(Closed):
    """One market: everything a night needs to know."""

    market: str = Field(pattern=NAME)
    title: str
    owner: str = "quant"
    calendar: str
    source: dict[str, Any]
    quality: Quality = Quality()
    label: Label = Label()
    columns: tuple[str, ...] = ("all",)
    split: Split = Split()
    families: tuple[FamilyChoice, ...] = Field(min_length=1)
    search: Search = Search()
    costs: Costs = Costs()
    selection: Selection = Selection()
    gates: tuple[Gate, ...] = ()
    schedule: Schedule = Schedule()
    alerts: Alerts = Alerts()
    execution: Execution = Execution()

    @field_validator("source")
    @classmethod
    def _kind_is_named(cls, source: dict[str, Any]) -> dict[str, Any]:
        if "kind" not in source:
            raise ValueError("expected a `kind:`, e.g. simulated, folder or mongo; found none")
        return source

    @field_validator("families")
    @classmethod
    def _names_are_unique(cls, families: tuple[FamilyChoice, ...]) -> tuple[FamilyChoice, ...]:
        names = [family.name for family in families]
        if len(set(names)) != len(names):
            raise ValueError(f"expected each family once; found {names}")
        return families

    @property
    def family_names(self) -> tuple[str, ...]:
        """The families in the order of the file."""
        return tuple(family.name for family in self.families)

    def family(self, name: str) -> FamilyChoice:
        """The choice for one family of this market."""
        return self.families[self.family_names.index(known("family", name, self.family_names))]

    @property
    def fingerprint(self) -> str:
        """What identifies the night's policy; alert lists and schedules do not change a result."""
        return fingerprint(self.model_dump(mode="json", exclude={"alerts", "schedule", "owner", "title"}))


def markets_folder() -> Path:
    """Where market files lie: NIGHTSHIFT_MARKETS, else include/markets."""
    return Path(os.environ.get("NIGHTSHIFT_MARKETS") or PROJECT / "include" / "markets")


def market_names() -> tuple[str, ...]:
    """Every market that has a file."""
    return tuple(sorted(file.stem for file in markets_folder().glob("*.yaml")))


def load_market(name: str, *, names: bool = True) -> Market:
    """The market's file, checked: its shape, and every name in it (families, source, columns, metrics, comparisons).

    Without `names` only the shape is checked, and no room is imported: that is what a DAG file pays for at every parse.
    """
    file = markets_folder() / f"{known('market', name, market_names())}.yaml"
    market = parse_market(file.read_text(), where=str(file), names=names)
    if market.market != name:
        raise ConfigError(
            expected=f"`market: {name}` in {file}", found=f"`market: {market.market}`", next_step="give the file and the market one name"
        )
    return market


def parse_market(text: str, where: str, *, names: bool = True) -> Market:
    """A market from YAML text; every error names the key, what was found and what was meant."""
    try:
        facts = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(expected=f"YAML in {where}", found=" ".join(str(error).split()), next_step="correct the file") from None
    if not isinstance(facts, dict):
        raise ConfigError(expected=f"a mapping in {where}", found=type(facts).__name__, next_step="start from include/markets/demo.yaml")
    market = validated(Market, facts, where)
    if names:
        _check_names(market, where)
    return market


def validated(model: type[Model], facts: dict, where: str) -> Model:
    """`facts` as `model`, or one `ConfigError` for the first wrong key."""
    try:
        return model.model_validate(facts)
    except ValidationError as error:
        raise _explained(error, model, where) from None


def known(what: str, name: str, choices: Iterable[str]) -> str:
    """`name` when it is one of `choices`; else an error with the nearest one.

    >>> known("family", "xgbost", ["lightgbm", "xgboost"])
    Traceback (most recent call last):
    nightshift.errors.ConfigError: expected a known family; found 'xgbost'; next: did you mean 'xgboost'? (lightgbm, xgboost)
    """
    choices = sorted(choices)
    if name in choices:
        return name
    near = difflib.get_close_matches(str(name), choices, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else "choose one of these "
    raise ConfigError(expected=f"a known {what}", found=repr(name), next_step=f"{hint}({', '.join(choices) or 'there is none yet'})")


def _explained(error: ValidationError, model: type[BaseModel], where: str) -> ConfigError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "the file"
    if first["type"] == "extra_forbidden":
        keys = _keys_at(model, first["loc"][:-1])
        near = difflib.get_close_matches(str(first["loc"][-1]), keys, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(keys)}"
        return ConfigError(expected=f"only known keys in {where}", found=f"`{key}`", next_step=hint)
    found = "nothing" if first["type"] == "missing" else repr(first.get("input"))
    return ConfigError(expected=f"a valid `{key}` in {where}", found=found, next_step=first["msg"])


def _keys_at(model: type[BaseModel], loc: tuple) -> list[str]:
    for part in loc:
        if isinstance(part, str) and part in model.model_fields:
            inner = [
                t
                for t in (model.model_fields[part].annotation, *get_args(model.model_fields[part].annotation))
                if isinstance(t, type) and issubclass(t, BaseModel)
            ]
            model = inner[0] if inner else model
    return sorted(model.model_fields)


def _check_names(market: Market, where: str) -> None:
    from nightshift import columns, gates, models, sources

    kind = known("source", market.source["kind"], sources.SOURCES)
    validated(sources.SOURCES[kind].Params, {k: v for k, v in market.source.items() if k != "kind"}, f"{where} under `source`")
    for choice in market.families:
        family = models.FAMILIES[known("family", choice.name, models.FAMILIES)]
        validated(family.Params, choice.params, f"{where} under `families.{choice.name}.params`")
        if market.label.task not in family.tasks:
            found = f"{choice.name}, which is for {', '.join(sorted(family.tasks))}"
            expected = f"families for {market.label.task} in {where}"
            raise ConfigError(expected=expected, found=found, next_step="choose another family or label")
    columns.chosen(market.columns)
    gates.check_policy(market.gates)
