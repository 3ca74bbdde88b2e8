"""Ways to choose the columns a model keeps, each from training rows alone; the order of the panel is kept."""

from __future__ import annotations

import numpy as np

from nightshift.models.family import Context


def select(choice: str, table: np.ndarray, label: np.ndarray, n_columns: int, context: Context) -> list[int]:
    """Places of the `n_columns` columns that `choice` prefers, ascending; all of them when there are no more."""
    if n_columns >= table.shape[1]:
        return list(range(table.shape[1]))
    if choice == "importance":
        scores = split_gains(table, label, context)
    else:
        standard = _standardised(table)
        target = label - label.mean()
        scores = {"k_best": correlations, "rfe": elimination_order, "lasso": lasso_order}[choice](standard, target)
    best = np.argsort(-scores, kind="stable")[:n_columns]
    return sorted(best.tolist())


def correlations(standard: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Absolute correlation with the label: the ranking of the F test, for classes and for returns.

    >>> x = np.array([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]])
    >>> correlations(x, np.array([1.0, -1.0, 1.0, -1.0])).round(2)
    array([1., 0.])
    """
    return np.abs(standard.T @ target) / max(len(target) * float(target.std()), 1e-300)


def elimination_order(standard: np.ndarray, target: np.ndarray, ridge: float = 1.0) -> np.ndarray:
    """Recursive feature elimination: refit a ridge regression, drop the weakest column, again; higher survives longer."""
    gram, moment = standard.T @ standard, standard.T @ target
    left = list(range(len(moment)))
    survived = np.zeros(len(moment))
    for step in range(len(moment)):
        inner = gram[np.ix_(left, left)] + ridge * np.eye(len(left))
        weakest = left[int(np.argmin(np.abs(np.linalg.solve(inner, moment[left]))))]
        survived[weakest] = step
        left.remove(weakest)
    return survived


def lasso_order(standard: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The strength of penalty below which the lasso begins to use each column; higher is used earlier."""
    from sklearn.linear_model import lars_path_gram

    alphas, _, path = lars_path_gram(standard.T @ target, standard.T @ standard, n_samples=len(target), method="lasso")
    used = path != 0.0
    return np.where(used.any(axis=1), alphas[np.maximum(used.argmax(axis=1) - 1, 0)], -1.0)


def split_gains(table: np.ndarray, label: np.ndarray, context: Context) -> np.ndarray:
    """The loss that splits on each column saved in a small boosted forest."""
    import lightgbm

    params = {
        "objective": "binary" if context.task == "classification" else "regression",
        "num_leaves": 15, "learning_rate": 0.1, "seed": context.seed, "num_threads": context.threads,
        "deterministic": True, "force_row_wise": True, "verbosity": -1,
    }  # fmt: skip
    booster = lightgbm.train(params, lightgbm.Dataset(table, label), num_boost_round=50)
    return booster.feature_importance("gain")


def _standardised(table: np.ndarray) -> np.ndarray:
    centred = table - table.mean(axis=0, dtype=np.float64)
    spread = centred.std(axis=0)
    return centred / np.where(spread > 1e-12, spread, 1.0)
