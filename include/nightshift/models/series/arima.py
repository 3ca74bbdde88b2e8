"""ARIMA, one symbol at a time: the next log return from the symbol's own past, one step ahead, with the parameters held fixed.

ARIMA(p, 1, q) of the log price is ARMA(p, q) with a mean on the log returns, which is what is fitted. The column `log_return_1`
carries the series; a missing bar is a missing observation of the Kalman filter. Parameters and orders are kept as JSON and the
state is rebuilt from the panel's history by filtering, so a forecast uses nothing after its own row.

Its probability is that of a positive return over the label's horizon: the family is meant for labels of direction and return.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, NonNegativeInt

from nightshift.errors import Damaged, TrainingFailed
from nightshift.models.family import Context, Family, Params, Task
from nightshift.models.losses import mean_loss
from nightshift.models.series import arma
from nightshift.nouns.panel import Panel, Rows
from nightshift.storage import store

_LOG = logging.getLogger(__name__)
_FACTS = "arima.json"
LOG_RETURN = "log_return_1"


class ArimaParams(Params):
    """`order` is (p, q), or auto: the lowest AIC of all orders with p + q ≤ `max_order`."""

    order: Literal["auto"] | tuple[NonNegativeInt, NonNegativeInt] = "auto"
    max_order: int = Field(2, ge=0, le=5)
    fit_sessions: int = Field(500, ge=30)  # the newest training sessions that are learned from
    min_sessions: int = Field(60, ge=20)  # a symbol with fewer returns falls back to its mean
    scaling: Literal["none"] = "none"  # the filter needs the returns as they are
    selection: Literal["none"] = "none"


@dataclass(frozen=True)
class Arima:
    """Every symbol's series model, and what stands in for a symbol that has none."""

    task: Task
    horizon_sessions: int
    series: dict[str, arma.Series]
    elsewhere: arma.Series
    validate_loss: float | None = None

    @property
    def fallbacks(self) -> int:
        """How many symbols have too little history and answer with their mean."""
        return sum(not one.fitted for one in self.series.values())


def fit(params: ArimaParams, train: Rows, validate: Rows, context: Context) -> Arima:
    """One ARMA a symbol, on training rows only."""
    from threadpoolctl import threadpool_limits

    known = np.full(train.panel.label.shape, np.nan)
    known[train.symbol, train.session] = _returns(train.panel)[train.symbol, train.session]
    known = known[:, : int(train.session.max()) + 1][:, -params.fit_sessions :]
    orders = arma.orders(params.max_order) if params.order == "auto" else [params.order]
    with threadpool_limits(1):  # matrices this small only lose by threads
        series = {symbol: arma.fitted(known[row], orders, params.min_sessions) for row, symbol in enumerate(train.panel.symbols)}
    everything = known[np.isfinite(known)]
    blank = Arima(context.task, max(train.panel.label_reach, 1), series, arma.resting(everything))
    if blank.fallbacks:
        _LOG.warning(
            "%d of %d symbols have fewer than %d returns and answer with their mean", blank.fallbacks, len(series), params.min_sessions
        )
    if not len(validate):
        return blank
    validate_loss = mean_loss(task=context.task, label=validate.label, score=predict(blank, validate))
    context.on_step(1, {"validate_loss": validate_loss})
    return replace(blank, validate_loss=validate_loss)


def predict(model: Arima, rows: Rows) -> np.ndarray:
    """P(return over the horizon > 0), or its expectation as a simple return, by filtering each symbol up to the row."""
    returns, out = _returns(rows.panel), np.empty(len(rows))
    for place in np.unique(rows.symbol):
        mine = rows.symbol == place
        series = model.series.get(rows.panel.symbols[place], model.elsewhere)
        until = int(rows.session[mine].max()) + 1
        mean, spread = arma.forecasts(series, returns[place, :until], model.horizon_sessions)
        out[mine] = _score(model.task, mean[rows.session[mine]], spread[rows.session[mine]])
    return out


def save(model: Arima, folder: Path) -> None:
    """Orders and parameters as JSON."""
    store.write_json(folder / _FACTS, asdict(model))


def load(folder: Path) -> Arima:
    """The model that `save` wrote."""
    facts = store.read_json(folder / _FACTS)
    try:
        series = {symbol: arma.from_facts(one) for symbol, one in facts["series"].items()}
        return Arima(**{**facts, "series": series, "elsewhere": arma.from_facts(facts["elsewhere"])})
    except (KeyError, TypeError, AttributeError):
        raise Damaged(expected=f"the parameters of an ARIMA in {folder / _FACTS}", found="other facts", next_step="train again") from None


def history(model: Arima) -> list[dict[str, float]]:
    """One entry: the validation loss, and how many symbols fell back to their mean."""
    return [] if model.validate_loss is None else [{"step": 1, "validate_loss": model.validate_loss, "fallback_symbols": model.fallbacks}]


def space(trial: Any) -> dict[str, Any]:
    """What a search varies."""
    return {"max_order": trial.suggest_int("max_order", 1, 4), "fit_sessions": trial.suggest_int("fit_sessions", 120, 1000, log=True)}


def _returns(panel: Panel) -> np.ndarray:
    if LOG_RETURN not in panel.names:
        raise TrainingFailed(
            expected=f"the column {LOG_RETURN}", found="a panel without it", next_step="add it to `columns:` in the market file"
        )
    return panel.values[:, :, panel.names.index(LOG_RETURN)].astype(np.float64)


def _score(task: Task, mean: np.ndarray, spread: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr

    return ndtr(mean / spread) if task == "classification" else np.expm1(mean + 0.5 * spread**2)


FAMILY = Family(
    name="arima",
    Params=ArimaParams,
    tasks=frozenset({"classification", "regression"}),
    fit=fit,
    predict=predict,
    save=save,
    load=load,
    space=space,
    history=history,
    warmup_sessions=lambda params: params.fit_sessions,
    knows_symbols=lambda _: True,
)
