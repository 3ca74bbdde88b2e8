"""Every family that a market file may name, and how one of them is fitted and loaded by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nightshift.config import known
from nightshift.models import fitted, model_files
from nightshift.models.ensembles import families as ensembles
from nightshift.models.family import Context, Family
from nightshift.models.fitted import Fitted
from nightshift.models.single_families import SINGLE_FAMILIES
from nightshift.nouns.panel import Rows

FAMILIES: dict[str, Family] = SINGLE_FAMILIES | {family.name: family for family in ensembles.FAMILIES}


def fit(family: str, params: dict[str, Any], train: Rows, validate: Rows, context: Context) -> Fitted:
    """The family of this name, fitted; an unknown name fails with a suggestion."""
    return fitted.fit(FAMILIES[known("family", family, FAMILIES)], params, train, validate, context)


def load(folder: Path) -> Fitted:
    """A saved model. Verify the folder's checksums first (`store.open_folder`): native readers crash on damaged bytes."""
    return model_files.load(folder, FAMILIES)
