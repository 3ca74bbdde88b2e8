"""Every family that learns by itself: what a market file may name, and what an ensemble may be made of."""

from __future__ import annotations

from nightshift.models.family import Family
from nightshift.models.neural import cnn, convlstm, lstm, mlp, transformer
from nightshift.models.rules import naive
from nightshift.models.series import arima
from nightshift.models.tabular import catboost_family, lightgbm_family, logistic, random_forest, ridge, xgboost_family

SINGLE_FAMILIES: dict[str, Family] = {
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
    )
}
