"""On markets whose truth is known each network finds what is planted, and nothing where nothing is.

The planted outcome is z = b·q + √(1 − b²)·ε with q known, so that P(up) of every row is known exactly. Skill is measured with
these probabilities instead of drawn outcomes: what is left is only what the network failed to learn.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.special import ndtr

from nightshift import models
from nightshift.models.family import Context
from nightshift.nouns.panel import Panel, Rows, rows_of

pytestmark = pytest.mark.neural


@dataclass(frozen=True)
class Truth:
    panel: Panel
    up: np.ndarray  # (symbols, sessions): P(label = 1)


def planted(kind: str, *, strength: float, symbols: int, sessions: int, columns: int, seed: int = 4) -> Truth:
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((symbols, sessions, columns)).astype(np.float32)
    earlier = np.zeros((symbols, sessions))
    earlier[:, 3:] = values[:, :-3, 0]
    q = {
        "linear": values[..., 0],
        "interaction": values[..., 0] * np.sign(values[..., 1]),
        "sequential": (values[..., 0] + earlier) / np.sqrt(2),
        "none": 0.0 * values[..., 0],
    }[kind]
    noise = np.sqrt(1 - strength**2)
    label = (strength * q + noise * rng.standard_normal((symbols, sessions)) > 0).astype(float)
    axes = tuple(f"S{place:03d}" for place in range(symbols)), np.datetime64("2020-01-01") + np.arange(sessions)
    return Truth(Panel(*axes, tuple(f"c{place}" for place in range(columns)), values, label, 1), ndtr(strength * q / noise))


def parts(panel: Panel) -> tuple[Rows, Rows, Rows]:
    n_sessions = len(panel.sessions)
    learned, watched = int(n_sessions * 0.6), int(n_sessions * 0.8)
    spans = np.arange(learned), np.arange(learned + 1, watched), np.arange(watched + 1, n_sessions)
    return tuple(rows_of(panel, span) for span in spans)


def shares(truth: Truth, family: str, params: dict) -> float:
    """Skill of the family as a share of the optimal rule's, on the test sessions."""
    train, validate, test = parts(truth.panel)
    score = models.fit(family, params, train, validate, Context("classification", seed=5, threads=1)).predict(test)
    up = truth.up[test.symbol, test.session]
    reached = np.where(score > 0.5, up, 1 - up).mean() - 0.5
    return float(reached / (np.maximum(up, 1 - up).mean() - 0.5))


SMALL = {"strength": 0.8, "symbols": 12, "sessions": 500, "columns": 3}
QUICK = {
    ("mlp", "linear"): {"units": [16]},
    ("mlp", "interaction"): {"units": [32, 16], "batch": 64, "learning_rate": 0.003, "dropout": 0.1},
    ("lstm", "sequential"): {"length": 5, "units": [16], "dropout": 0.1, "batch": 64, "learning_rate": 0.005},
    ("transformer", "sequential"): {"length": 5, "units": 16, "forward_units": 32, "batch": 64, "learning_rate": 0.005},
    ("cnn", "sequential"): {"length": 5, "filters": [16, 16], "batch": 64, "learning_rate": 0.003, "dropout": 0.1},
    ("convlstm", "sequential"): {"length": 5, "filters": [8], "batch": 4, "dropout": 0.1, "kernel": [1, 2], "epochs": 15},
}


@pytest.mark.parametrize(("family", "kind"), QUICK)
def test_what_is_planted_is_found(family, kind):
    assert shares(planted(kind, **SMALL), family, QUICK[family, kind]) >= 0.95


@pytest.mark.parametrize("family", ["mlp", "lstm"])
def test_nothing_is_found_where_nothing_is(family):
    train, validate, test = parts(planted("none", **{**SMALL, "strength": 0.0}).panel)
    score = models.fit(family, {"epochs": 5, "units": [16]}, train, validate, Context("classification", seed=5)).predict(test)
    assert abs(((score > 0.5) == test.label).mean() - 0.5) < 3.3 * 0.5 / np.sqrt(len(test))


FULL = {"strength": 0.6, "symbols": 60, "sessions": 1500, "columns": 12}
FINDS = {
    "mlp": ("linear", "interaction"),
    "lstm": ("linear", "interaction", "sequential"),
    "transformer": ("linear", "interaction", "sequential"),
    "cnn": ("linear", "interaction", "sequential"),
    "convlstm": ("linear", "sequential"),
}


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("family", "kind"), [(family, kind) for family, kinds in FINDS.items() for kind in kinds])
def test_what_is_planted_is_found_by_the_defaults_at_full_size(family, kind):
    assert shares(planted(kind, **FULL), family, {}) >= 0.95


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("family", FINDS)
def test_nothing_is_found_where_nothing_is_at_full_size(family):
    train, validate, test = parts(planted("none", **{**FULL, "strength": 0.0}).panel)
    score = models.fit(family, {}, train, validate, Context("classification", seed=5)).predict(test)
    assert abs(((score > 0.5) == test.label).mean() - 0.5) < 3.3 * 0.5 / np.sqrt(len(test))
