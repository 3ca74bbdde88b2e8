"""A Gaussian-process sampler on scikit-learn: expected improvement over random and near-best points.

Optuna's own needs PyTorch, gigabytes for one small regression on a few dozen points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import optuna

N_STARTUP = 8
N_CANDIDATES = 512


def gaussian_process_sampler(seed: int) -> optuna.samplers.BaseSampler:
    """The sampler; the class is made here so that importing this file does not import Optuna."""
    import optuna
    from optuna.trial import FrozenTrial, TrialState

    class GaussianProcess(optuna.samplers.BaseSampler):
        """Parameters are mapped to the unit cube; categories one-hot; minimised or maximised as the study says."""

        def __init__(self) -> None:
            self._startup = optuna.samplers.RandomSampler(seed=seed)
            self._space = optuna.search_space.IntersectionSearchSpace()

        def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, Any]:  # noqa: ARG002
            return {n: d for n, d in self._space.calculate(study).items() if not d.single()}

        def sample_relative(self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, Any]) -> dict[str, Any]:
            done = [t for t in study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)) if search_space.keys() <= t.params.keys()]
            if len(done) < N_STARTUP or not search_space:
                return {}
            sign = 1.0 if study.direction == optuna.study.StudyDirection.MINIMIZE else -1.0
            cube = _Cube(search_space)
            known = np.array([cube.encoded(t.params) for t in done])
            values = np.array([sign * float(t.value) for t in done])  # type: ignore[arg-type]
            return cube.decoded(_best_candidate(known, values, cube, np.random.default_rng([seed, trial.number])))

        def sample_independent(self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: Any) -> Any:
            return self._startup.sample_independent(study, trial, param_name, param_distribution)

    return GaussianProcess()


class _Cube:
    """A search space as the unit cube."""

    def __init__(self, space: dict[str, Any]) -> None:
        from optuna._transform import _SearchSpaceTransform

        self._transform = _SearchSpaceTransform(space, transform_0_1=True)
        self.width = len(self._transform.bounds)

    def encoded(self, params: dict[str, Any]) -> np.ndarray:
        return self._transform.transform(params)

    def decoded(self, point: np.ndarray) -> dict[str, Any]:
        return self._transform.untransform(point)

    def snapped(self, points: np.ndarray) -> np.ndarray:
        """Points that parameters can really take: between two categories or integers there is nothing to improve."""
        return np.unique([self.encoded(self.decoded(point)) for point in points], axis=0)


def _best_candidate(known: np.ndarray, values: np.ndarray, cube: _Cube, rng: np.random.Generator) -> np.ndarray:
    """The candidate with the highest expected improvement."""
    import warnings

    from scipy.stats import norm
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import Matern, WhiteKernel

    kernel = Matern(length_scale=np.full(cube.width, 0.5), length_scale_bounds=(0.05, 20.0), nu=2.5) + WhiteKernel(1e-3, (1e-6, 1.0))
    model = GaussianProcessRegressor(kernel, normalize_y=True, n_restarts_optimizer=1, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length scale at its bound is a fine answer
        model.fit(known, values)
    near = np.clip(known[np.argmin(values)] + rng.normal(0, 0.1, (N_CANDIDATES // 4, cube.width)), 0, 1)
    candidates = cube.snapped(np.vstack([rng.random((N_CANDIDATES, cube.width)), near]))
    mean, deviation = model.predict(candidates, return_std=True)
    z = (values.min() - mean) / np.maximum(deviation, 1e-12)
    return candidates[np.argmax(deviation * (z * norm.cdf(z) + norm.pdf(z)))]
