"""How the next parameters are chosen: one Optuna sampler a strategy, and the pruners that stop hopeless trials."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nightshift.config import known

if TYPE_CHECKING:
    import optuna

    MakeSampler = Callable[[int, dict[str, Any]], optuna.samplers.BaseSampler]


def _grid(seed: int, space: dict[str, Any]) -> optuna.samplers.BaseSampler:
    """Every combination of a few evenly spaced values a parameter, in an order shuffled by the seed."""
    import optuna

    return optuna.samplers.GridSampler({name: grid_values(d) for name, d in space.items()}, seed=seed)


def _random(seed: int, space: dict[str, Any]) -> optuna.samplers.BaseSampler:  # noqa: ARG001
    import optuna

    return optuna.samplers.RandomSampler(seed=seed)


def _tpe(seed: int, space: dict[str, Any]) -> optuna.samplers.BaseSampler:  # noqa: ARG001
    import optuna

    return optuna.samplers.TPESampler(seed=seed, n_startup_trials=8, multivariate=True)


def _gp(seed: int, space: dict[str, Any]) -> optuna.samplers.BaseSampler:  # noqa: ARG001
    from nightshift.training.search.gaussian_process import gaussian_process_sampler

    return gaussian_process_sampler(seed)


def _cmaes(seed: int, space: dict[str, Any]) -> optuna.samplers.BaseSampler:  # noqa: ARG001
    import optuna

    return optuna.samplers.CmaEsSampler(seed=seed, n_startup_trials=5)


def _nsga2(seed: int, space: dict[str, Any]) -> optuna.samplers.BaseSampler:  # noqa: ARG001
    import optuna

    return optuna.samplers.NSGAIISampler(seed=seed, population_size=10)


STRATEGIES: dict[str, MakeSampler] = {
    "grid": _grid,
    "random": _random,
    "tpe": _tpe,
    "gp": _gp,
    "cmaes": _cmaes,
    "nsga2": _nsga2,
}
MULTI_OBJECTIVE = frozenset({"nsga2"})  # quality against size: no pruning on intermediate values


def sampler(strategy: str, seed: int, space: dict[str, Any]) -> optuna.samplers.BaseSampler:
    """The sampler of a strategy; an unknown name is refused with the nearest."""
    return STRATEGIES[known("search strategy", strategy, STRATEGIES)](seed, space)


def pruner(name: str, from_step: int = 20) -> optuna.pruners.BasePruner:
    """Stops trials that are worse than the median (or a halving bracket) at the same step of real training.

    Three trials end undisturbed first: the market file's parameters, the champion's, and one drawn.
    """
    import optuna

    pruners = {
        "none": optuna.pruners.NopPruner,
        "median": lambda: optuna.pruners.MedianPruner(n_startup_trials=3, n_warmup_steps=from_step),
        "hyperband": lambda: optuna.pruners.HyperbandPruner(min_resource=5, reduction_factor=3),
    }
    return pruners[known("pruner", name, pruners)]()


def grid_values(distribution: Any, n_points: int = 3) -> list[Any]:
    """A few evenly spaced values of one parameter (on its logarithm where it is searched so), its ends included.

    >>> import optuna
    >>> grid_values(optuna.distributions.IntDistribution(2, 10))
    [2, 6, 10]
    >>> grid_values(optuna.distributions.CategoricalDistribution(["a", "b"]))
    ['a', 'b']
    """
    import numpy as np
    import optuna

    if isinstance(distribution, optuna.distributions.CategoricalDistribution):
        return list(distribution.choices)
    low, high = distribution.low, distribution.high
    spaced = np.geomspace(low, high, n_points) if distribution.log else np.linspace(low, high, n_points)
    if not isinstance(distribution, optuna.distributions.IntDistribution):
        return [float(v) for v in np.clip(spaced, low, high)]
    step = distribution.step or 1
    return sorted({int(np.clip(low + round((v - low) / step) * step, low, high)) for v in spaced})
