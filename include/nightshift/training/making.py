"""One family's model and what it is judged by: itself in an ordered night, else its recipe, refitted through the test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nightshift import models
from nightshift.config import Proof
from nightshift.data import splits
from nightshift.models import Fitted
from nightshift.nouns.panel import Panel, Rows, rows_of
from nightshift.nouns.scores import Scores
from nightshift.nouns.walk_record import WalkRecord
from nightshift.storage.night import Night
from nightshift.training import learning_material, walking
from nightshift.training.asking import joined, scores_of
from nightshift.training.walking import Recipe, Refit


@dataclass(frozen=True, eq=False)
class Made:
    """What may be released, what it is judged by, and what it learned from."""

    fitted: Fitted
    learned: tuple[Rows, ...]  # training rows, then the rows that stopped it
    said: Scores  # validate, test and latest: sessions whose outcome is not known yet
    history: Sequence[dict[str, float]]  # of the fit that validation rows stopped
    own: Scores  # what the model itself says of test and latest sessions, be they judged by or not
    refits: tuple[Refit, ...] = ()
    walk: WalkRecord | None = None


def made(night: Night, family: str, params: dict[str, Any]) -> Made:
    """The family as the market file's `proof` says."""
    from nightshift.data import columns

    panel, split = columns.load_panel(night.columns), columns.load_split(night.columns)
    recipe = Recipe(family, params, panel, learning_material.context_of(night, family))
    return made_by(recipe, split, night.market.proof, night.stage("checkpoints", family))


def made_by(recipe: Recipe, split: splits.Ordered, proof: Proof, where: str) -> Made:
    """What a recipe makes of a split, refitted through its test part where the recipe is proven; a walk keeps its refits below `where`."""
    return _walked(recipe, split, proof, where) if proof.refits else _ordered(recipe, split)


def _ordered(recipe: Recipe, split: splits.Ordered) -> Made:
    learned = rows_of(recipe.panel, split.train), rows_of(recipe.panel, split.validate)
    fitted = models.fit(recipe.family, recipe.params, *learned, recipe.context)
    said = _asked(fitted, recipe.panel, split, ("validate", "test", "latest"))
    return Made(fitted, learned, said, fitted.history, said)


def _walked(recipe: Recipe, split: splits.Ordered, proof: Proof, where: str) -> Made:
    """What is judged comes from the refits; the newest model answers for the sessions whose outcome is not known yet."""
    refits = walking.walk(recipe, splits.blocks(split, proof), where)
    learned, last = rows_of(recipe.panel, splits.matured(split, proof)), refits[-1]
    fitted = walking.newest(recipe, learned, last.course)
    own = _asked(fitted, recipe.panel, split, ("test", "latest"))
    said = joined([*(refit.said for refit in refits), *(cut for part, cut in own.parts.items() if part == "latest")])
    walk = WalkRecord(
        scheme=proof.scheme, refit_every_sessions=proof.refit_every_sessions,
        blocks=tuple(refit.walked for refit in refits), newest_sessions=len(split.test),
    )  # fmt: skip
    return Made(fitted, (learned,), said, last.history, own, refits, walk)


def _asked(fitted: Fitted, panel: Panel, split: splits.Ordered, parts: Sequence[str]) -> Scores:
    return joined([scores_of(fitted, rows_of(panel, split.parts[part], labelled=False), part) for part in parts])
