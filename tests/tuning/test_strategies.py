"""Every strategy searches, stays inside its space, repeats itself with the same seed, and names are checked."""

from functools import cache

import optuna
import pytest

from nightshift.errors import ConfigError
from nightshift.training.search import strategies

optuna.logging.set_verbosity(optuna.logging.WARNING)
SPACE = {"x": optuna.distributions.FloatDistribution(-1.0, 1.0), "k": optuna.distributions.IntDistribution(1, 9)}


def _bowl(trial):
    x, k = trial.suggest_float("x", -1.0, 1.0), trial.suggest_int("k", 1, 9)
    return (x - 0.3) ** 2 + 0.01 * (k - 4) ** 2


@cache
def _searched(strategy, seed=5, n_trials=40):
    """The study of a search; whoever asks about its first trials asks the same one."""
    many = strategy in strategies.MULTI_OBJECTIVE
    study = optuna.create_study(sampler=strategies.sampler(strategy, seed, SPACE), directions=["minimize"] * (2 if many else 1))
    study.optimize((lambda t: (_bowl(t), float(t.params["k"]))) if many else _bowl, n_trials=n_trials)
    return study


@pytest.mark.parametrize("strategy", strategies.STRATEGIES)
def test_every_strategy_finds_the_bottom_roughly(strategy):
    trials = _searched(strategy).trials
    assert len(trials) == (9 if strategy == "grid" else 40)
    assert min(t.values[0] for t in trials[:30]) < 0.15


@pytest.mark.parametrize("strategy", strategies.STRATEGIES)
def test_every_strategy_repeats_itself(strategy):
    first, second = _searched(strategy).trials, _searched(strategy, n_trials=12).trials
    assert len(second) == (9 if strategy == "grid" else 12)
    assert [t.params for t in first[:12]] == [t.params for t in second]


@pytest.mark.parametrize("strategy", ["gp", "tpe", "cmaes"])
def test_what_learns_beats_chance_in_the_second_half(strategy):
    values = [t.values[0] for t in _searched(strategy).trials]
    assert sum(values[20:]) < 0.6 * sum(values[:20])


def test_the_gaussian_process_handles_categories_and_logarithms():
    def wave(trial):
        rate = trial.suggest_float("rate", 1e-4, 1.0, log=True)
        kind = trial.suggest_categorical("kind", ["a", "b", "c"])
        return abs(rate - 0.01) + {"a": 0.5, "b": 0.0, "c": 1.0}[kind]

    study = optuna.create_study(sampler=strategies.sampler("gp", 1, {}))
    study.optimize(wave, n_trials=20)
    assert study.best_params["kind"] == "b"


def test_an_unknown_strategy_is_refused_with_the_nearest():
    with pytest.raises(ConfigError, match="did you mean 'tpe'"):
        strategies.sampler("tpee", 0, {})


def test_an_unknown_pruner_is_refused():
    with pytest.raises(ConfigError, match="median"):
        strategies.pruner("medain")


def test_median_pruning_stops_a_hopeless_trial_on_real_intermediate_values():
    study = optuna.create_study(pruner=strategies.pruner("median"), sampler=strategies.sampler("random", 0, {}))

    def learning(trial):
        for step in range(30):
            trial.report(float(trial.number), step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return float(trial.number)

    study.optimize(learning, n_trials=8)
    assert [t.state.name for t in study.trials] == ["COMPLETE"] * 3 + ["PRUNED"] * 5
