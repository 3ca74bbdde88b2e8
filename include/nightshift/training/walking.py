"""The proof of a recipe: refitted block by block through the test sessions, each block resumable, then fitted on all that is known."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from nightshift import models
from nightshift.data.splits import Ordered
from nightshift.errors import TrainingFailed
from nightshift.models import Context, Course, Fitted
from nightshift.models.family import course_of
from nightshift.nouns.panel import Panel, Rows, rows_of, seen_until
from nightshift.nouns.scores import Scores
from nightshift.nouns.walk_record import Walked
from nightshift.storage import store
from nightshift.training.asking import joined, scores_of

LOG = logging.getLogger("nightshift")
_WATCHED_SESSIONS = 21


@dataclass(frozen=True, eq=False)
class Recipe:
    """One family with its parameters on one panel, and how each of its fits runs."""

    family: str
    params: dict[str, Any]
    panel: Panel
    context: Context


@dataclass(frozen=True, eq=False)
class Refit:
    """What one refit left in a sealed folder: its model, what it said, and how it went."""

    folder: Path
    said: Scores
    walked: Walked
    course: Course
    history: tuple[dict[str, float], ...]


def answers(recipe: Recipe, blocks: Sequence[Ordered]) -> np.ndarray:
    """What the recipe says of validation and test rows (symbols, sessions), each block by its own refit; NaN elsewhere."""
    said = joined([_said(_fitted_before(recipe, block), recipe.panel, block, place == 0) for place, block in enumerate(blocks)])
    return said.laid_out


def walk(recipe: Recipe, blocks: Sequence[Ordered], where: str) -> tuple[Refit, ...]:
    """A refit a block, each sealed below the address `where` when it has answered; those that a killed walk had reached are read."""
    refits = []
    for place, block in enumerate(blocks):
        key = store.fingerprint([recipe.params, *(part.tolist() for part in block.parts.values())])[:8]
        address = f"{where}/walked-{key}"
        resumed, began = store.exists(address), time.perf_counter()
        _sealed(recipe, block, place == 0, address)
        refit = _read(recipe.panel, store.open_folder(address))
        took = "as an earlier run left it" if resumed else f"{time.perf_counter() - began:.1f} s"
        span = f"{refit.walked.first} to {refit.walked.last}"
        LOG.info("%s: proof, refit %d of %d for %s, %s", recipe.family, place + 1, len(blocks), span, took)
        refits.append(refit)
    return tuple(refits)


def newest(recipe: Recipe, learned: Rows, course: Course) -> Fitted:
    """The recipe on all that is known, along the course of its last refit: no rows are left to stop by.

    A family's account of its steps needs some rows to look at, the newest ones; they decide nothing.
    """
    late = learned.session >= np.unique(learned.session)[-_WATCHED_SESSIONS:][0]
    watched = Rows(learned.panel, learned.symbol[late], learned.session[late])
    return models.fit(recipe.family, recipe.params, learned, watched, replace(recipe.context, course=course))


def _fitted_before(recipe: Recipe, block: Ordered) -> Fitted:
    """The recipe as it would have been fitted before a block."""
    train, validate = _learned(recipe.panel, block)
    try:
        return models.fit(recipe.family, recipe.params, train, validate, recipe.context)
    except TrainingFailed as failure:
        expected = f"{failure.expected} (refitted before {recipe.panel.sessions[block.test[0]]})"
        raise TrainingFailed(expected=expected, found=failure.found, next_step=failure.next_step) from None


def _learned(panel: Panel, block: Ordered) -> tuple[Rows, Rows]:
    return rows_of(panel, block.train), rows_of(panel, block.validate)


def _said(fitted: Fitted, panel: Panel, block: Ordered, first: bool) -> Scores:
    """Its answers for the block; the first refit's for the validation sessions too."""
    parts = {"validate": block.validate, "test": block.test} if first else {"test": block.test}
    return joined([scores_of(fitted, rows_of(panel, sessions, labelled=False), part) for part, sessions in parts.items()])


def _sealed(recipe: Recipe, block: Ordered, first: bool, address: str) -> None:
    def fill(folder: Path) -> None:
        fitted = _fitted_before(recipe, block)
        _said(fitted, recipe.panel, block, first).write(folder)
        models.save(fitted, folder / "model")
        train, validate = _learned(recipe.panel, block)
        days = recipe.panel.sessions[block.test]
        walked = Walked(
            first=str(days[0]), last=str(days[-1]), learned_until=seen_until(train, validate), rows_learned=len(train),
            steps=fitted.course.steps,
        )  # fmt: skip
        facts = {"walked": walked.model_dump(), "course": asdict(fitted.course), "history": fitted.history}
        store.write_json(folder / "refit.json", facts)

    store.write(address, fill)


def _read(panel: Panel, folder: Path) -> Refit:
    facts = store.read_json(folder / "refit.json")
    course, history = course_of(facts["course"]), tuple(facts["history"])
    return Refit(folder, Scores.read(folder, panel), Walked(**facts["walked"]), course, history)
