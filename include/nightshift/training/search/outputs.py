"""What a study leaves for a reader: best parameters, every trial, importance, and the plots, as plain files."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift.nouns.training import Trial
from nightshift.storage import store
from nightshift.training.search import studies

if TYPE_CHECKING:
    import optuna

MIN_TRIALS_FOR_IMPORTANCE = 4
SAME_BYTES: Any = {"svg.hashsalt": "nightshift", "svg.fonttype": "none"}  # text stays text; ids do not depend on the hour


def write(market: str, study_name: str, best: dict[str, Any], folder: Path) -> None:
    """`best_parameters.json`, `trials.csv`, `importance.json`, the plots as SVG, and `trials.parquet`: trial × session."""
    import optuna

    folder.mkdir(parents=True, exist_ok=True)
    study = optuna.load_study(study_name=study_name, storage=studies.storage(market))
    store.write_json(folder / "best_parameters.json", best)
    _write_trials(studies.finished_trials(study), folder / "trials.csv")
    store.write_json(folder / "importance.json", importance(study))
    _write_gains(study, folder / "trials.parquet")
    _write_plots(study, folder)


def _write_gains(study: optuna.Study, file: Path) -> None:
    """What every completed trial earned on every validation session: `trial, session, gain`, the matrix that PBO is judged on."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    earned = [(t.number, t.user_attrs["gain"]) for t in study.get_trials(deepcopy=False) if "gain" in t.user_attrs]
    if not earned:
        return
    trial = [number for number, gains in earned for _ in gains]
    session = np.array([day for _, gains in earned for day in gains], dtype="datetime64[D]")
    pq.write_table(pa.table({"trial": trial, "session": session, "gain": [g for _, gains in earned for g in gains.values()]}), file)


def importance(study: optuna.Study) -> dict[str, float]:
    """How much of the loss's variation each parameter explains (fANOVA); empty when there are too few trials to say."""
    import optuna

    done = study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,))
    if len(done) < MIN_TRIALS_FOR_IMPORTANCE or len({t.values[0] for t in done}) < 2:
        return {}
    first = (lambda t: t.values[0]) if len(study.directions) > 1 else None
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
    return dict(optuna.importance.get_param_importances(study, evaluator=evaluator, target=first))


def _write_trials(trials: Sequence[Trial], file: Path) -> None:
    names = sorted({name for trial in trials for name in trial.params})
    plain = ["number", "state", "loss", "size_bytes", "seconds", "steps", "error"]
    with file.open("w", newline="") as handle:
        table = csv.DictWriter(handle, [*plain, *names], restval="", extrasaction="ignore")
        table.writeheader()
        table.writerows([trial.model_dump() | trial.params for trial in trials])


def _write_plots(study: optuna.Study, folder: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt
    from optuna.exceptions import ExperimentalWarning
    from optuna.visualization import matplotlib as plots

    target: dict[str, Any] = {"target": lambda t: t.values[0], "target_name": "loss"}
    drawings: dict[str, Callable[..., Any]] = {
        "history": plots.plot_optimization_history, "slice": plots.plot_slice, "parallel": plots.plot_parallel_coordinate,
    }  # fmt: skip
    with warnings.catch_warnings(), plt.rc_context(SAME_BYTES):
        warnings.simplefilter("ignore", ExperimentalWarning)
        warnings.simplefilter("ignore", UserWarning)  # constrained layout gives up on very wide slices
        for name, draw in drawings.items():
            draw(study, **target)
            plt.gcf().savefig(folder / f"{name}.svg", bbox_inches="tight", metadata={"Date": None})
            plt.close("all")
