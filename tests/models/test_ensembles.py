"""Ensembles: combined as said, learned from out-of-fold scores only, kept with their members."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import models
from nightshift.errors import ConfigError, TrainingFailed
from nightshift.models.ensembles import combining
from nightshift.models.ensembles.combining import Weights
from nightshift.models.ensembles.out_of_fold import out_of_fold
from nightshift.models.family import Context, Family, Params
from nightshift.models.single_families import SINGLE_FAMILIES
from nightshift.nouns.panel import Panel, Rows, rows_of

CONTEXT = Context("classification", seed=1)
KINDS = ("vote", "blend", "stack")
TWO = {"members": [{"name": "logistic"}, {"name": "lightgbm", "params": {}}], "folds": 2}


def planted(task: str = "classification", *, reach: int = 1) -> Panel:
    rng = np.random.default_rng(3)
    values = rng.standard_normal((8, 240, 3)).astype(np.float32)
    outcome = 0.7 * values[..., 0] + 0.7 * rng.standard_normal((8, 240))
    label = (outcome > 0).astype(float) if task == "classification" else 0.02 * outcome
    return Panel(tuple("ABCDEFGH"), np.datetime64("2025-01-01") + np.arange(240), ("signal", "x", "y"), values, label, reach)


def parts(panel: Panel) -> tuple[Rows, Rows, Rows]:
    return rows_of(panel, np.arange(150)), rows_of(panel, np.arange(153, 190)), rows_of(panel, np.arange(193, 240))


@pytest.mark.parametrize("kind", KINDS)
def test_an_ensemble_finds_what_is_planted_and_is_kept_with_its_members(kind, tmp_path):
    train, validate, test = parts(planted())
    fitted = models.fit(kind, TWO, train, validate, CONTEXT)
    scores = fitted.predict(test)
    assert ((scores > 0.5) == (test.table[:, 0] > 0)).mean() > 0.85
    models.save(fitted, tmp_path)
    np.testing.assert_array_equal(models.load(tmp_path).predict(test), scores)
    np.testing.assert_array_equal(models.fit(kind, TWO, train, validate, CONTEXT).predict(test), scores)


@pytest.mark.parametrize("kind", KINDS)
def test_an_ensemble_of_forecasts(kind):
    train, validate, test = parts(planted("regression"))
    members = {"members": [{"name": "ridge"}, {"name": "lightgbm"}], "folds": 2}
    score = models.fit(kind, members, train, validate, replace(CONTEXT, task="regression")).predict(test)
    assert np.corrcoef(score, test.label)[0, 1] > 0.5


def test_out_of_fold_scores_come_from_earlier_sessions_with_a_gap():
    reach, asked_of = 3, []
    train = parts(planted(reach=reach))[0]

    def ask(learned: Rows, watched: Rows, asked: Rows, fold: int) -> np.ndarray:
        assert learned.session.max() + reach < watched.session.min()
        assert watched.session.max() + reach < asked.session.min()
        asked_of.append(fold)
        return asked.session.astype(float)

    rows, scores = out_of_fold(train, 4, 0.2, ask)
    assert asked_of == [0, 1, 2, 3]
    np.testing.assert_array_equal(scores, rows.session)
    assert len(set(zip(rows.symbol, rows.session, strict=True))) == len(rows)
    assert set(rows.session) <= set(train.session)


def memorising() -> Family:
    """Knows by heart every row it has seen, and nothing else: leakage makes it look perfect."""

    def fit(params, train, validate, context):
        return {(s, t): y for rows in (train, validate) for s, t, y in zip(rows.symbol, rows.session, rows.label, strict=True)}

    def predict(seen, rows):
        return np.array([seen.get((s, t), 0.5) for s, t in zip(rows.symbol, rows.session, strict=True)])

    return Family("memory", Params, frozenset({"classification"}), fit, predict, lambda *_: None, lambda _: None)


@pytest.mark.parametrize("kind", ["blend", "stack"])
def test_a_member_that_only_remembers_counts_for_nothing(kind, monkeypatch):
    monkeypatch.setitem(SINGLE_FAMILIES, "memory", memorising())  # what an ensemble may be made of
    train, validate, _ = parts(planted())
    fitted = models.fit(kind, {"members": [{"name": "memory"}, {"name": "logistic"}], "folds": 3}, train, validate, CONTEXT)
    remembered, learned = fitted.native.weights.weights
    assert abs(remembered) < 0.05
    assert learned > 0.6


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_a_blend_s_weights_are_shares_no_worse_than_any_member_or_the_vote(seed, n_members):
    rng = np.random.default_rng(seed)
    label = (rng.random(200) > 0.5).astype(float)
    scores = np.clip(0.5 + 0.3 * (label - 0.5)[:, None] * rng.random(n_members) + 0.1 * rng.standard_normal((200, n_members)), 0.02, 0.98)
    weights = combining.blended("classification", scores, label)
    assert min(weights.weights) >= 0
    assert sum(weights.weights) == pytest.approx(1.0)

    def loss(chosen: Weights) -> float:
        return combining.mean_loss(task="classification", label=label, score=combining.combined(chosen, scores))

    others = [combining.equal(n_members), *(Weights("linear", tuple(map(float, one))) for one in np.eye(n_members))]
    assert loss(weights) <= min(map(loss, others)) + 1e-4


def test_a_stack_of_forecasts_is_least_squares():
    rng = np.random.default_rng(0)
    scores = rng.standard_normal((500, 2)) * 0.01
    weights = combining.stacked("regression", scores, 2.0 * scores[:, 0] - scores[:, 1] + 0.003)
    assert weights.weights == pytest.approx((2.0, -1.0), abs=0.02)
    assert weights.intercept == pytest.approx(0.003, abs=1e-4)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"members": [{"name": "logistc"}, {"name": "xgboost"}]}, "did you mean 'logistic'"),
        ({"members": [{"name": "vote"}, {"name": "xgboost"}]}, "a known member"),
        ({"members": [{"name": "mean"}, {"name": "xgboost"}]}, "a known member"),
        ({"members": [{"name": "logistic", "params": {"alpha": 1}}, {"name": "xgboost"}]}, "member logistic"),
        ({"members": [{"name": "logistic"}]}, "two or more members"),
    ],
)
def test_members_are_checked(params, said):
    train, validate, _ = parts(planted())
    with pytest.raises(ConfigError, match=said):
        models.fit("stack", params, train, validate, CONTEXT)


def test_a_history_too_short_for_the_folds_is_said():
    panel = planted()
    with pytest.raises(TrainingFailed):
        models.fit("stack", {**TWO, "folds": 20}, rows_of(panel, np.arange(15)), rows_of(panel, np.arange(20, 40)), CONTEXT)
