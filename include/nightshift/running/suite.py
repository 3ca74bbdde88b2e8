"""Baseline → quick search → extended search → the best again with longer patience → one page that compares them."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from nightshift import models
from nightshift.nouns.options import Options
from nightshift.nouns.selection_record import Selection
from nightshift.nouns.training import TrainingRecord
from nightshift.running import line, stages
from nightshift.storage.night import Night

LOG = logging.getLogger("nightshift")
QUICK_TRIALS = 20
PATIENCE = 3  # times the usual early stopping, for the last fit
PATIENCE_NAMES = ("early_stopping_rounds", "patience", "patience_epochs")


@dataclass(frozen=True)
class Step:
    """One night of the suite."""

    name: str
    options: Options


def run(market: str, as_of: str, options: Options, extended_trials: int) -> tuple[list[tuple[str, Night]], str]:
    """Every step's night in order, and the name of the best family; finished parts are not repeated after a kill."""
    began, done = time.monotonic(), []
    quick = min(QUICK_TRIALS, extended_trials)
    steps = (
        Step("baseline", options.but(trials=0)),
        Step("quick search", options.but(trials=quick)),
        Step("extended search", options.but(trials=extended_trials)),
    )
    for number, step in enumerate(steps, 1):
        LOG.info("suite %d of 4: %s", number, step.name)
        done.append((step.name, judged(market, as_of, step.options)))
        _remaining(began, number)
    best = done[-1][1].read(Selection, "selection").challenger
    last = patient(done[-1][1], best, options)
    if last is None:
        LOG.info("suite 4 of 4: %s stops by no patience, so a longer one would train the same model; nothing to do", best)
        return done, best
    LOG.info("suite 4 of 4: %s again with longer patience", best)
    done.append(("longer patience", judged(market, as_of, last)))
    return done, best


def judged(market: str, as_of: str, options: Options) -> Night:
    """A night up to its verdict and report; nothing is promoted."""
    night, verdict = line.judge_night(market, as_of, options)
    stages.report(verdict)
    return night


def patient(night: Night, family: str, options: Options) -> Options | None:
    """The options of the last step: only the best family, with its best parameters and a longer early stopping; None without one."""
    params = night.read(TrainingRecord, "models", family).params
    fields = models.FAMILIES[family].Params.model_fields
    longer = {name: params[name] * PATIENCE for name in PATIENCE_NAMES if name in fields and params.get(name)}
    return options.but(trials=0, families=(family,), params={family: params | longer}) if longer else None


def _remaining(began: float, steps_done: int) -> None:
    """The steps cost about 1 : 20 : 80 : 1 parts; said in minutes, so that one can go for a coffee or go home."""
    parts = (1, 20, 80, 1)
    took = time.monotonic() - began
    left = took / sum(parts[:steps_done]) * sum(parts[steps_done:])
    LOG.info("suite: %.1f min so far, at most about %.0f min to go", took / 60, left / 60)
