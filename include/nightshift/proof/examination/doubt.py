"""The overfitting numbers of a night: how much of the leader's Sharpe ratio selection and luck could explain."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nightshift.nouns.night_roles import CASH, CHAMPION
from nightshift.nouns.questions import BacktestOverfitting, Overfitting, SuperiorAbility
from nightshift.nouns.training import TrainingRecord
from nightshift.proof.evaluation.material import Material
from nightshift.proof.examination import overfitting, pbo, superiority
from nightshift.proof.examination.pbo import TrialMatrix
from nightshift.storage import store

if TYPE_CHECKING:
    from nightshift.proof.evaluation.measuring import Judged

STUDY = "search/trials.parquet"  # trial, session, gain: what every trial of a search earned on every validation session


def doubts(material: Material, judged: dict[str, Judged], leader: str, models: dict[str, str], trials_before: int = 0) -> Overfitting:
    """PSR, DSR, track record length, PBO, SPA and the model confidence set.

    The trials that they assume are all that the market's nights ever chose among, `trials_before` tonight's.
    """
    test = judged["test"]
    earned = {name: test.portfolios[name].net_return_fraction for name in material.challengers}
    trials = count_trials(models) + trials_before
    judged_throughout = CHAMPION in test.portfolios and not material.first_unlearned(CHAMPION)
    benchmark = CHAMPION if judged_throughout else CASH
    spread = deviation_of_trials(list(earned.values()))
    p_value = superiority.superior_ability(test.portfolios[benchmark].net_return_fraction, earned, test.drawn) if test.drawn else None
    return Overfitting(
        trials=trials,
        deviation_of_trials=spread,
        sessions=len(earned[leader]),
        probabilistic_sharpe=overfitting.probabilistic_sharpe(earned[leader]),
        deflated_sharpe=overfitting.deflated_sharpe(earned[leader], trials, spread),
        track_record_sessions=overfitting.track_record_sessions(earned[leader]),
        pbo=_pbo(material, judged, leader, models),
        spa=SuperiorAbility(against=benchmark, p_value=p_value),
        model_confidence_set=(superiority.confidence_set(earned, test.drawn) if test.drawn else None) or {},
    )


def count_trials(models: dict[str, str]) -> int:
    """How many fits the night chose among: every trial of every search, and at least one a family."""
    counts = [max(len(TrainingRecord.read(store.path(where)).trials), 1) for where in models.values()]
    return max(sum(counts), 1)


def deviation_of_trials(returns: list[np.ndarray]) -> float:
    """Deviation of the trials' Sharpe ratios a session; for fewer than two, what chance alone would give.

    >>> round(deviation_of_trials([np.array([0.01, -0.01, 0.02, 0.0])]), 3)
    0.577
    """
    sharpes = [float(overfitting.sharpe_a_session(one)) for one in returns]
    return float(np.std(sharpes, ddof=1)) if len(sharpes) > 1 else 1.0 / math.sqrt(max(len(returns[0]) - 1, 1))


def _pbo(material: Material, judged: dict[str, Judged], leader: str, models: dict[str, str]) -> BacktestOverfitting:
    """PBO over the leader's study when it was kept, else over the night's families, on validation sessions."""
    matrix, over = study(models[leader]), f"the trials of {leader}"
    if matrix is None:
        portfolios = judged["validate"].portfolios
        returns = np.stack([portfolios[name].net_return_fraction for name in material.challengers])
        matrix, over = (
            TrialMatrix(material.challengers, material.panel.sessions[material.span("validate")], returns),
            "the night's families",
        )
    found = pbo.backtest_overfitting(matrix)
    n_trials, n_sessions = matrix.returns.shape
    if found is None:
        lacking = f"{n_trials} of 2 trials" if n_trials < 2 else f"{n_sessions} of 20 sessions"
        note = f"not enough evidence: {lacking}"
        return BacktestOverfitting(over=over, trials=n_trials, sessions=n_sessions, probability=None, note=note)
    return BacktestOverfitting(
        over=over, trials=n_trials, sessions=n_sessions, probability=found.probability, slope=found.slope, blocks=found.n_blocks
    )


def study(model: str) -> TrialMatrix | None:
    """The trial × session matrix that a search kept beside its model; None where there was no search."""
    import pyarrow.parquet as pq

    file = store.path(model) / STUDY
    if not file.is_file():
        return None
    table = pq.read_table(file)
    trials, row = np.unique(np.array(table.column("trial").to_pylist(), dtype=str), return_inverse=True)
    sessions, at = np.unique(table.column("session").to_numpy(zero_copy_only=False).astype("datetime64[D]"), return_inverse=True)
    gains = np.full((len(trials), len(sessions)), np.nan)
    gains[row, at] = table.column("gain").to_numpy(zero_copy_only=False)
    return TrialMatrix(tuple(map(str, trials)), sessions, gains)
