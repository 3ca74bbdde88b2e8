"""The deployment test: a staged release has to answer in a fresh process exactly what it answered in training."""

from __future__ import annotations

from pathlib import Path

from nightshift import isolation
from nightshift.config import Execution
from nightshift.errors import NightshiftError, ReleaseRefused
from nightshift.nouns.live_parity import LiveParity
from nightshift.nouns.record import Facts
from nightshift.nouns.release import DeploymentTest, FirstLoad, Latest, Parity, Release
from nightshift.storage import store
from nightshift.storage.night import Night, night_of

TIMEOUT_S = 300.0
MIB = 2**20


def test(night: Night, out: Path | None = None) -> DeploymentTest:  # noqa: PT028  # not a test of pytest
    """The staged release: checksums, first load, parity with training, latency, memory, size. A mismatch or an excess is refused.

    Into the folder `out` go the signals that it would give tonight.
    """
    staged = night.stage("staged")
    parity = Parity.model_validate(asked("parity", {"release": staged, "night": night.address, "out": str(out or "")}))
    _refuse_unless_same(parity)
    _refuse_unless_fed_alike(parity.live)
    _refuse_unless_alive(parity.latest, night.market.quality.min_symbol_coverage)
    folder = store.open_folder(staged)
    model_bytes = Release.read(folder).model_bytes
    _refuse_beyond_budget(night.market.execution, parity.single_row_p95_ms, model_bytes / MIB)
    manifest = store.sha256_of(folder / store.SEAL)
    return DeploymentTest(passed=True, staged=staged, manifest_sha256=manifest, model_bytes=model_bytes, **dict(parity))


test.__test__ = False  # type: ignore[attr-defined]  # a stage's verb, not a test for pytest to collect


def first_load(release: str) -> FirstLoad:
    """A release loaded in a throw-away process and asked its own sample."""
    return FirstLoad.model_validate(asked("first_load", {"release": release}))


def asked(function: str, arguments: dict, timeout_s: float = TIMEOUT_S) -> Facts:
    """The answer of `<module of release>:<function>`, or of the probe, from a throw-away process.

    Its crash, time-out or complaint refuses the release.
    """
    module, _, name = function.rpartition(":")
    try:
        return isolation.call(f"nightshift.release.{module or 'probe'}:{name}", arguments, timeout_s=timeout_s, threads=_threads(arguments))
    except NightshiftError as failure:
        raise ReleaseRefused(
            expected=f"{arguments['release']} to load and answer in a throw-away process",
            found=str(failure),
            next_step="what is served stays; run the night again, or choose another version",
        ) from failure


def _threads(arguments: dict) -> int | None:
    return night_of(arguments["night"]).market.execution.threads if "night" in arguments else None


def _refuse_unless_same(parity: Parity) -> None:
    if parity.columns_differ:
        _refuse("columns as the column store has them", f"other values of {', '.join(parity.columns_differ[:5])}")
    for where, compared in {**parity.parts, "sample": parity.sample}.items():
        if not compared.equal:
            worst = "NaN" if compared.largest_difference is None else compared.largest_difference
            _refuse(f"the scores of training on {compared.rows} {where} rows", f"a difference of {worst}")
    if not parity.latest.finite:
        _refuse(f"finite scores for {parity.latest.session}", "NaN or infinity")


def _refuse_unless_fed_alike(live: LiveParity | None) -> None:
    """What is computed at night from live-length history has to be what was learned from."""
    if live is None:
        return
    fed = f"{live.warmup_bars} bars of warm-up, as the columns declare"
    if live.columns_differ:
        worst = "; ".join(f"{name} of {where}" for name, where in list(live.columns_differ.items())[:3])
        raise ReleaseRefused(
            expected=f"the same columns with {fed}, as with all history", found=worst,
            next_step="what is served stays; declare a longer `warmup_sessions` for the column, or mend what looks ahead in it",
        )  # fmt: skip
    if not live.scores.equal:
        worst = "NaN" if live.scores.largest_difference is None else str(live.scores.largest_difference)
        _refuse(f"the same scores of {', '.join(live.sessions)} with {fed}", f"a difference of {worst}")


def _refuse_beyond_budget(execution: Execution, latency_ms: float, model_mib: float) -> None:
    step = "what is served stays; choose smaller parameters for the family, or raise `execution.{}` in the market file"
    if execution.budget_latency_ms is not None and not latency_ms <= execution.budget_latency_ms:
        raise ReleaseRefused(
            expected=f"95 of 100 single answers within {execution.budget_latency_ms:g} ms", found=f"{latency_ms:.3g} ms",
            next_step=step.format("budget_latency_ms"),
        )  # fmt: skip
    if execution.budget_model_mib is not None and not model_mib <= execution.budget_model_mib:
        raise ReleaseRefused(
            expected=f"model files of at most {execution.budget_model_mib:g} MiB", found=f"{model_mib:.3g} MiB",
            next_step=step.format("budget_model_mib"),
        )  # fmt: skip


def _refuse_unless_alive(latest: Latest, least_fraction: float) -> None:
    """A release that says nothing of the newest session serves nobody; a few symbols may lack a column that day, as they may a bar."""
    due = latest.due or 0
    if not latest.rows or due - len(latest.unanswered) < least_fraction * due:
        of_whom = f"at least {least_fraction:.0%} of the {due} symbols that have a bar in {latest.session} and are past warm-up"
        without = f"; without: {', '.join(latest.unanswered[:5])}" if latest.unanswered else ""
        _refuse(f"live rows for {of_whom}", f"{latest.rows} rows{without}")


def _refuse(expected: str, found: str) -> None:
    raise ReleaseRefused(expected=expected, found=found, next_step="what is served stays; compare the staged model with training's")
