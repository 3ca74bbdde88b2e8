"""Drives one study: starts workers, outlives their deaths, stops a family that only fails, and hands on the best."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift import isolation, models
from nightshift.config import known
from nightshift.errors import NightshiftError, TrainingFailed
from nightshift.nouns.release import Release
from nightshift.nouns.training import Searched, Study, Trial
from nightshift.storage import addresses, fingerprints, ledger, store
from nightshift.storage.night import Night
from nightshift.training.search import strategies, studies, worker

if TYPE_CHECKING:
    import optuna

FAILURES_IN_A_ROW = 3


def search(night: Night, family: str, trials: int, strategy: str | None = None, timeout_minutes: float | None = None) -> Searched:
    """The best parameters found within the budget, the study and all its trials; finished ones are never repeated."""
    settings = night.search
    chosen = known("search strategy", strategy or settings.strategy, strategies.STRATEGIES)
    name = study_name(night, family, chosen)
    space = worker.space_of(family)
    if not space:
        return Searched(params=night.params(family), study=Study(study=name, strategy=chosen, best=None, note="nothing to search"))
    study = studies.open_study(night.market.market, name, chosen, worker.pruner(night, family))
    study.sampler = strategies.sampler(chosen, 0, space)  # only asked whether a grid is exhausted
    if chosen != "grid":  # a grid has its own list
        _begin(study, night, family)
    _fail_abandoned(study)
    deadline = time.monotonic() + (timeout_minutes or settings.timeout_minutes) * 60
    while not _spent(study, family, chosen, trials) and (left := deadline - time.monotonic()) > 0:
        _work(night, family, name, chosen, trials, left)
        _fail_abandoned(study)
    return _best(study, name, chosen, family)


def study_name(night: Night, family: str, strategy: str) -> str:
    """One study per panel, family, fixed parameters, code and strategy: a longer search goes on where a shorter one ended."""
    fixed = store.fingerprint([night.params(family), fingerprints.of(fingerprints.TRAINING)])
    return f"{addresses.name_of(night.columns)}-{family}-{fixed[:8]}-{strategy}"


def _work(night: Night, family: str, name: str, strategy: str, trials: int, left_s: float) -> None:
    """One worker until it is done, dies or time is up; whatever it finished is in the study."""
    budget = {"trials": trials, "timeout_s": left_s, "beside": night.market.search.workers > 1}
    arguments = {"night": night.address, "family": family, "study": name, "strategy": strategy, **budget}
    try:
        isolation.call("nightshift.training.search.worker:work", arguments, timeout_s=left_s + 60, threads=night.market.execution.threads)
    except TrainingFailed as death:  # a signal, the watchdog or the time-out: the trial in hand is lost, the study is not
        worker.LOG.warning("%s: a search worker ended early (%s); the study goes on", family, death.found)


def _begin(study: optuna.Study, night: Night, family: str) -> None:
    """A new study starts from the market file's parameters and the champion's."""
    if study.get_trials(deepcopy=False):
        return
    space = worker.space_of(family)
    defaults = models.FAMILIES[family].Params.model_validate(night.params(family)).model_dump(mode="json")
    for start in (defaults, _champion_params(night, family)):
        inside = {
            name: start[name] for name, where in space.items() if name in start and where._contains(where.to_internal_repr(start[name]))
        }
        if inside:
            study.enqueue_trial(inside, skip_if_exists=True)


def _champion_params(night: Night, family: str) -> dict[str, Any]:
    """The parameters of what is served, where it is of this family."""
    live = ledger.live(night.market.market)
    if live is None or not store.exists(live.release):
        return {}
    release = Release.read(store.open_folder(live.release))
    return dict(release.params) if release.family == family else {}


def _fail_abandoned(study: optuna.Study) -> None:
    """Trials of a worker of this machine that is gone are failures, said so; other machines' trials are left alone."""
    import optuna

    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
        host, _, pid = trial.user_attrs.get("worker", "").rpartition(":")
        if host == socket.gethostname() and not Path("/proc", pid).exists():
            study._storage.set_trial_user_attr(trial._trial_id, "error", "the worker was killed, or the trial made no step in time")
            study.tell(trial.number, state=optuna.trial.TrialState.FAIL)


def _spent(study: optuna.Study, family: str, strategy: str, trials: int) -> bool:
    """Have enough trials ended? A family of which only failures come back is stopped here."""
    done = studies.finished_trials(study)
    if studies.failed_in_a_row(done) >= FAILURES_IN_A_ROW:
        raise _only_fails(family, done)
    exhausted = strategy == "grid" and bool(done) and _all_tried(study)
    return len(done) >= trials or exhausted


def _all_tried(study: optuna.Study) -> bool:
    import optuna

    return isinstance(study.sampler, optuna.samplers.GridSampler) and study.sampler.is_exhausted(study)


def _only_fails(family: str, done: Sequence[Trial]) -> NightshiftError:
    last = max(done, key=lambda trial: trial.number)
    return TrainingFailed(
        expected=f"a search of {family} in which trials succeed",
        found=f"{FAILURES_IN_A_ROW} failures in a row, the last: {last.error}",
        next_step=f"correct the parameters of {family} in the market file, or take it out of `families`",
    )


def _best(study: optuna.Study, name: str, strategy: str, family: str) -> Searched:
    done = studies.finished_trials(study)
    best = studies.best_of(done)
    if best is None:
        raise TrainingFailed(
            expected=f"at least one completed trial of {family}",
            found=f"{len(done)} trials, none completed",
            next_step="give the search more trials or time",
        )
    params = models.FAMILIES[family].Params.model_validate(best.params).model_dump(mode="json", exclude_unset=True)
    return Searched(params=params, study=Study(study=name, strategy=strategy, best=best.number, note=""), trials=done)
