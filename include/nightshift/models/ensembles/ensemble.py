"""Fitted members with their weights: asked together, kept together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nightshift.errors import Damaged
from nightshift.models import model_files
from nightshift.models.ensembles import combining
from nightshift.models.ensembles.combining import Weights
from nightshift.models.family import Course, Task
from nightshift.models.fitted import Fitted
from nightshift.models.single_families import SINGLE_FAMILIES
from nightshift.nouns.panel import Rows
from nightshift.storage import store

_FACTS = "ensemble.json"


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Fitted members and what each of them counts."""

    kind: str
    task: Task
    members: tuple[Fitted, ...]
    weights: Weights
    validate_loss: float | None = None


def predict(ensemble: Ensemble, rows: Rows) -> np.ndarray:
    """The members' scores, combined."""
    scores = np.stack([member.predict(rows) for member in ensemble.members], axis=1)
    return combining.combined(ensemble.weights, scores)


def save(ensemble: Ensemble, folder: Path) -> None:
    """Each member in its own folder, and the weights as JSON."""
    names = [f"{place:02d}-{member.family}" for place, member in enumerate(ensemble.members)]
    for name, member in zip(names, ensemble.members, strict=True):
        (folder / name).mkdir()
        model_files.save(member, folder / name)
    weights = {"scale": ensemble.weights.scale, "weights": ensemble.weights.weights, "intercept": ensemble.weights.intercept}
    facts = {"kind": ensemble.kind, "task": ensemble.task, "members": names, "weights": weights, "validate_loss": ensemble.validate_loss}
    store.write_json(folder / _FACTS, facts)


def load(folder: Path) -> Ensemble:
    """The ensemble that `save` wrote."""
    facts = store.read_json(folder / _FACTS)
    try:
        weights = Weights(facts["weights"]["scale"], tuple(facts["weights"]["weights"]), facts["weights"]["intercept"])
        places = [folder / Path(name).name for name in facts["members"]]
        kind, task, validate_loss = facts["kind"], facts["task"], facts["validate_loss"]
    except (KeyError, TypeError):
        raise Damaged(expected=f"the facts of an ensemble in {folder / _FACTS}", found="other facts", next_step="train again") from None
    return Ensemble(kind, task, tuple(model_files.load(place, SINGLE_FAMILIES) for place in places), weights, validate_loss)


def course(ensemble: Ensemble) -> Course:
    """The members' courses; what weighs them learns in one go."""
    return Course(members=tuple(member.course for member in ensemble.members))


def history(ensemble: Ensemble) -> list[dict[str, float]]:
    """One entry: the validation loss and what each member counts."""
    if ensemble.validate_loss is None:
        return []
    shares = {f"weight_{member.family}": weight for member, weight in zip(ensemble.members, ensemble.weights.weights, strict=True)}
    return [{"step": 1, "validate_loss": ensemble.validate_loss, **shares}]
