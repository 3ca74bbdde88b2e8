"""Every family that a market file may name, and what is true of all of them: how one is fitted, kept and asked.

A new family is one file and one line in `FAMILIES`.
"""

from __future__ import annotations

from nightshift.models import (
    arima,
    catboost_family,
    cnn,
    convlstm,
    ensembles,
    lightgbm_family,
    logistic,
    lstm,
    mlp,
    naive,
    random_forest,
    ridge,
    transformer,
    xgboost_family,
)
from nightshift.models.family import Context, Family, Params, Task
from nightshift.models.fitted import Fitted, fit, load, save

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        # Rules without learning: what every challenger has to beat.
        *naive.FAMILIES,
        # Tabular: one row of columns in, one score out.
        logistic.FAMILY,
        ridge.FAMILY,
        random_forest.FAMILY,
        xgboost_family.FAMILY,
        lightgbm_family.FAMILY,
        catboost_family.FAMILY,
        # Sequences and panels (neural), and one time series a symbol (ARIMA).
        mlp.FAMILY,
        lstm.FAMILY,
        transformer.FAMILY,
        cnn.FAMILY,
        convlstm.FAMILY,
        arima.FAMILY,
        # Ensembles of the families above.
        *ensembles.FAMILIES,
    )
}

__all__ = ["FAMILIES", "Context", "Family", "Fitted", "Params", "Task", "fit", "load", "save"]
