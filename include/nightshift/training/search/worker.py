"""The child that runs trials of one study until its budget is spent. It may be killed at any moment: a study goes on."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from nightshift.errors import TrainingFailed
from nightshift.storage.night import Night, night_of
from nightshift.training import learning_material
from nightshift.training.search import strategies, studies
from nightshift.training.search.objective import Objective, Pulse

if TYPE_CHECKING:
    import optuna

LOG = logging.getLogger("nightshift")
# What parameters alone can do: a learner refuses them, numbers leave their range, memory does not suffice. Such a trial fails alone, and
# the driver stops after three in a row. Anything else is a defect or damage, no matter which parameters: it ends the search.
TRIAL_FAILURES = (TrainingFailed, ValueError, ArithmeticError, MemoryError)
HUNG = 75  # the exit code of a worker that left a trial that made no step


def work(night: str, family: str, study: str, strategy: str, trials: int, timeout_s: float, beside: bool = False) -> int:
    """Run trials until `trials` of the study have ended or the time is up, alone or `beside` other workers; returns how many have ended."""
    opened = night_of(night)
    train, validate, context = learning_material.learning_material(opened, family)
    pulse = Pulse(opened.market.family(family).timeout_minutes * 60, stop=lambda: os._exit(HUNG))
    with_size = strategy in strategies.MULTI_OBJECTIVE
    objective = Objective(family, opened.params(family), train, validate, context, with_size, pulse)
    running = studies.open_study(opened.market.market, study, strategy, pruner(opened, family))
    # A worker that goes on after a kill, or beside another, must not propose again what was proposed; a grid keeps its own list.
    seed = context.seed if strategy == "grid" else context.seed + 1009 * len(running.get_trials(deepcopy=False)) + os.getpid() * beside
    running.sampler = strategies.sampler(strategy, seed, space_of(family))
    with pulse.watched():
        running.optimize(
            objective,
            n_trials=None,
            timeout=timeout_s,
            catch=TRIAL_FAILURES,
            callbacks=[_narrator(opened, family, trials, pulse)],
        )
    return len(studies.finished_trials(running))


def pruner(night: Night, family: str) -> optuna.pruners.BasePruner:
    """The market's pruner, at the pace of this family."""
    from nightshift import models

    return strategies.pruner(night.market.search.pruner, models.FAMILIES[family].pruned_from_step)


def space_of(family: str) -> dict[str, Any]:
    """The distributions of a family's search space, read by asking it once."""
    import optuna

    from nightshift import models

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    asked = optuna.create_study().ask()
    models.FAMILIES[family].space(asked)
    return asked.distributions


def _narrator(night: Night, family: str, trials: int, pulse: Pulse) -> Any:
    def told(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        pulse.beat()
        ended = studies.finished_trials(study)
        best = studies.best_of(ended)
        found = f"loss {trial.values[0]:.5f}" if trial.values else trial.user_attrs.get("error", "")
        LOG.info(
            "%s %s: trial %d of %d %s %s (best %s)",
            night.market.market,
            family,
            len(ended),
            trials,
            trial.state.name.lower(),
            found,
            f"{best.loss:.5f}" if best else "none yet",
        )
        if len(ended) >= trials or studies.failed_in_a_row(ended) >= 3:
            study.stop()

    return told
