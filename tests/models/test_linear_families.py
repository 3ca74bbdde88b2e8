"""Linear families against scikit-learn, and the forest's plain arrays against the forest they came from."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

from nightshift import models
from nightshift.errors import Damaged, TrainingFailed
from nightshift.models import Context
from nightshift.models.tabular import forest_trees

_SPEC = importlib.util.spec_from_file_location("planted", Path(__file__).with_name("planted.py"))
planted = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(planted)


def standardised(train, test):
    scaler = StandardScaler().fit(train.table.astype(np.float64))
    return scaler.transform(train.table.astype(np.float64)), scaler.transform(test.table.astype(np.float64))


@pytest.mark.parametrize("class_weight", ["none", "balanced"])
def test_logistic_equals_scikit_learns(class_weight):
    train, validate, test = planted.parts()
    fitted = models.fit("logistic", {"inverse_penalty": 0.1, "class_weight": class_weight}, train, validate, Context("classification"))
    known, asked = standardised(train, test)
    twin = LogisticRegression(C=0.1, class_weight=None if class_weight == "none" else class_weight, max_iter=500).fit(known, train.label)
    np.testing.assert_allclose(fitted.predict(test), twin.predict_proba(asked)[:, 1], atol=2e-4)


def test_lasso_weights_are_exactly_zero_on_nothing():
    train, validate, _ = planted.parts()
    fitted = models.fit("logistic", {"l1_ratio": 1.0, "inverse_penalty": 0.01}, train, validate, Context("classification", seed=1))
    assert (fitted.native.weights[2:] == 0).sum() >= 2
    assert np.abs(fitted.native.weights[:2]).max() > 0.1


def test_ridge_equals_scikit_learns():
    train, validate, test = planted.parts("regression")
    fitted = models.fit("ridge", {"penalty_fraction": 0.05}, train, validate, Context("regression"))
    known, asked = standardised(train, test)
    twin = Ridge(0.05 * len(train)).fit(known, train.label)
    np.testing.assert_allclose(fitted.predict(test), twin.predict(asked), atol=1e-8)


def test_a_solver_that_does_not_arrive_says_so():
    train, validate, _ = planted.parts()
    params = {"inverse_penalty": 1e6, "max_iterations": 10, "scaling": "none", "l1_ratio": 0.5}
    with pytest.raises(TrainingFailed, match=r"found none after 10 iterations; next: raise max_iterations"):
        models.fit("logistic", params, train, validate, Context("classification"))


@pytest.mark.parametrize("kind", [RandomForestClassifier, RandomForestRegressor])
def test_a_forest_of_arrays_answers_as_the_forest_it_came_from(kind):
    task = "classification" if kind is RandomForestClassifier else "regression"
    train, _, test = planted.parts(task)
    learner = kind(n_estimators=20, max_depth=7, random_state=1).fit(train.table, train.label)
    trees = forest_trees.together([forest_trees.grown(tree.tree_, probability=task == "classification") for tree in learner.estimators_])
    twin = learner.predict_proba(test.table)[:, 1] if task == "classification" else learner.predict(test.table)
    np.testing.assert_allclose(forest_trees.predict(trees, test.table), twin, rtol=1e-13)
    np.testing.assert_array_equal(
        forest_trees.predict(forest_trees.from_bytes(forest_trees.to_bytes(trees)), test.table), forest_trees.predict(trees, test.table)
    )
    moved = forest_trees.contributions(trees, test.table).sum(axis=1) + trees.value[trees.roots].mean()
    np.testing.assert_allclose(moved, twin, atol=1e-12)


def test_a_tree_that_leads_in_a_circle_is_refused():
    train, _, _ = planted.parts()
    learner = RandomForestClassifier(n_estimators=1, max_depth=3, random_state=1).fit(train.table, train.label)
    trees = forest_trees.grown(learner.estimators_[0].tree_, probability=True)
    trees.left[1] = 0
    with pytest.raises(Damaged, match="leads back or out"):
        forest_trees.from_bytes(forest_trees.to_bytes(trees))
