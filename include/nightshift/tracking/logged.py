"""What a run says, gathered from a night's folders before MLflow is asked anything."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.timing_line import Timing
from nightshift.nouns.training import TrainingRecord
from nightshift.nouns.verdict_record import Verdict
from nightshift.storage import fingerprints, store
from nightshift.storage.night import Night
from nightshift.tracking import code_state, system_metrics
from nightshift.tracking.system_metrics import Sample

if TYPE_CHECKING:
    from mlflow.entities import DatasetInput

_LONGEST = 5000  # characters of a tag or parameter


@dataclass(frozen=True)
class Logged:
    """One run: who it is, what it was given, what it measured; `metrics` are (name, value, step)."""

    key: str
    name: str
    tags: dict[str, str]
    params: dict[str, str]
    metrics: tuple[tuple[str, float, int], ...]
    started_ms: int
    ended_ms: int
    failed: bool = False
    system: tuple[Sample, ...] = ()


def parent_run(night: Night) -> Logged:
    """The night: its verdict, its challenger's measures, its stages' seconds."""
    verdict = night.read(Verdict, "verdict")
    measured = measures(night, verdict.challenger) if verdict.challenger else ()
    checks = [(f"gate.{check.metric}.{check.must_be}", check.value, 0) for check in verdict.checks if check.value is not None]
    started, ended, stages = _timing(night)
    told = {"decision": verdict.decision, "headline": verdict.headline, "challenger": verdict.challenger or ""}
    return Logged(
        key=night.address,
        name=night.address.rsplit("/", 1)[-1],
        tags=_tags(night) | code_state.of_night(night).tags | system_metrics.machine() | told,
        params=_flat(night.market.model_dump(mode="json", exclude={"families", "alerts", "gates"})),
        metrics=(*measured, *checks, *stages),
        started_ms=started,
        ended_ms=ended,
        system=system_metrics.samples(night.address),
    )


def family_run(night: Night, family: str) -> Logged:
    """One family: parameters, metrics by round, measures on both parts, or why it is out."""
    training = night.read(TrainingRecord, "models", family)
    started, ended, _ = _timing(night, f"train {family}")
    took = () if training.seconds is None else (("seconds", training.seconds, 0),)
    return Logged(
        key=f"{night.address}/models/{family}",
        name=family,
        tags=_tags(night) | {"family": family} | ({"failed": training.failed[:_LONGEST]} if training.failed else {}),
        params=_flat(training.params) | {"seed": str(training.seed), "threads": str(training.threads)},
        metrics=(*_history(training), *measures(night, family), *took),
        started_ms=started,
        ended_ms=ended,
        failed=bool(training.failed),
    )


def trial_runs(night: Night, family: str) -> Iterator[Logged]:
    """One run per trial of the family's search: its parameters, its loss, or why it failed."""
    started, _, _ = _timing(night, f"train {family}")
    for trial in night.read(TrainingRecord, "models", family).trials:
        numbers = {name: getattr(trial, name) for name in ("loss", "size_bytes", "seconds", "steps")}
        yield Logged(
            key=f"{night.address}/models/{family}/trials/{trial.number}",
            name=f"{family} trial {trial.number}",
            tags={"market": night.market.market, "family": family, "trial": str(trial.number), "state": trial.state}
            | ({"failed": trial.error[:_LONGEST]} if trial.error else {}),
            params=_flat(trial.params),
            metrics=tuple((name, float(value), 0) for name, value in numbers.items() if _is_number(value)),
            started_ms=started,
            ended_ms=started + int(1000 * (trial.seconds or 0)),
            failed=trial.state == "fail",
        )


def dataset(night: Night) -> DatasetInput:
    """The snapshot that the night read, by its content's sha."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    sha = night.snapshot.rsplit("/", 1)[-1]
    source = json.dumps({"snapshot": night.snapshot, **night.market.source}, default=str)
    held = Dataset(name=night.market.market, digest=sha[:36], source_type="nightshift-snapshot", source=source)  # MLflow takes 36
    return DatasetInput(held, [InputTag("mlflow.data.context", "training"), InputTag("sha256", sha)])


def measures(night: Night, name: str) -> tuple[tuple[str, float, int], ...]:
    """`part.metric` values of one name, with the ends of their intervals."""
    parts = night.read(Evaluation, "evaluation").measures
    found = ((f"{part}.{metric}", one) for part, names in parts.items() for metric, one in names.get(name, {}).items())
    ends = ((f"{where}{end}", value) for where, one in found for end, value in (("", one.value), (".low", one.low), (".high", one.high)))
    return tuple((where, float(value), 0) for where, value in ends if value is not None and math.isfinite(value))


def _tags(night: Night) -> dict[str, str]:
    told = {
        "market": night.market.market,
        "night": night.address,
        "session": str(night.session),
        "as_of": night.as_of.isoformat(),
        "snapshot": night.snapshot,
        "policy": fingerprints.policy(night.market)[:16],
        "forced": night.options.force,
    }
    return {name: value[:_LONGEST] for name, value in told.items()}


def _flat(facts: dict, before: str = "") -> dict[str, str]:
    out: dict[str, str] = {}
    for name, value in facts.items():
        out |= _flat(value, f"{before}{name}.") if isinstance(value, dict) and value else {f"{before}{name}": str(value)[:_LONGEST]}
    return out


def _history(training: TrainingRecord) -> Iterator[tuple[str, float, int]]:
    for step, row in enumerate(training.history):
        yield from ((f"history.{name}", float(value), step) for name, value in row.items() if _is_number(value))


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and math.isfinite(value)


def _timing(night: Night, what: str = "") -> tuple[int, int, tuple[tuple[str, float, int], ...]]:
    """(start, end) in milliseconds of the night or of one stage, and each stage's seconds and memory."""
    chosen = [one for one in Timing.read(store.path(night.address)) if not what or one.what == what]
    known_ms = int(night.as_of.timestamp() * 1000)
    started = min((int(one.started * 1000) for one in chosen), default=known_ms)
    ended = max((int((one.started + one.seconds) * 1000) for one in chosen), default=known_ms)
    numbers = ((f"stage.{one.what.replace(' ', '.')}", one) for one in chosen)
    stages = (
        (f"{name}.{unit}", float(value), 0)
        for name, one in numbers
        for unit, value in (("seconds", one.seconds), ("peak_mib", one.peak_mib))
    )
    return started, ended, tuple(stages)
