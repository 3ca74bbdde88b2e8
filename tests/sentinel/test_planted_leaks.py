"""A hundred leaks of every kind, planted at random places: all are caught and named, and nobody else is."""

from __future__ import annotations

import numpy as np
import plants
import pytest

from nightshift.config import Label
from nightshift.data import labels
from nightshift.data.columns import COLUMNS, compute
from nightshift.data.splits import Ordered
from nightshift.models import FAMILIES, Context, preparation
from nightshift.models.neural import sequence_windows
from nightshift.nouns.panel import Panel, Rows, rows_of
from nightshift.proof.sentinel import hunted_cleaning, hunted_columns, hunted_labels, hunted_preparations

HONEST = tuple(COLUMNS[name] for name in (*plants.HONEST, *plants.HONEST_ACROSS))
TIMES = {"column": 5, "label": 4, "cleaning": 3, "preparation": 3}


def named(finding):
    return {(one.step, one.name) for one in finding.offences}


def hunted_column(seed, *planted):
    bars, columns = plants.market(seed), (*HONEST, *planted)
    made = hunted_columns.Made(plants.Whole(bars), columns, compute(bars, columns))
    return hunted_columns.hunt(made, np.random.default_rng([seed, 9]))


@pytest.mark.parametrize("seed", range(TIMES["column"]))
@pytest.mark.parametrize("kind", [*plants.ALONE, *plants.ACROSS], ids=lambda kind: kind.__name__)
def test_a_planted_column_is_named_and_no_other(kind, seed):
    column = plants.planted_column(kind, seed)
    finding = hunted_column(seed, column)
    assert named(finding) == {("column", column.name)}
    bars = plants.market(seed)
    for one in finding.offences:
        assert one.symbol in bars.symbols
        assert np.datetime64(one.session) <= np.datetime64(one.cut)


@pytest.mark.parametrize("seed", range(TIMES["label"]))
@pytest.mark.parametrize("kind", plants.LABELS, ids=lambda kind: kind.__name__)
def test_a_planted_label_is_named(kind, seed):
    bars, choice = plants.market(seed), Label(kind="direction", horizon_sessions=1 + seed)
    finding = hunted_labels.hunt(
        plants.Whole(bars),
        "planted",
        kind(bars, choice),
        choice.horizon_sessions,
        lambda other: kind(other, choice),
        np.random.default_rng(seed),
    )
    assert named(finding) == {("label", "planted")}


@pytest.mark.parametrize("seed", range(TIMES["cleaning"]))
@pytest.mark.parametrize("kind", plants.CLEANINGS, ids=lambda kind: kind.__name__)
def test_a_planted_cleaning_step_is_named_by_its_reason(kind, seed):
    finding = hunted_cleaning.hunt(hunted_cleaning.received(plants.received(seed)), kind, np.random.default_rng(seed))
    assert named(finding) == {("cleaning", plants.CLEANINGS[kind])}


def learning(seed):
    """A panel to learn from, its split, a family that scales and one that selects, and one that reads windows."""
    bars = plants.market(seed)
    values = compute(bars, HONEST)
    label, reach = labels.label(bars, Label())
    split = Ordered(np.arange(100), np.arange(102, 120), np.arange(122, 158), np.arange(158, 160), reach)
    asked = [
        (FAMILIES["logistic"], {"scaling": ("standard", "minmax", "robust")[seed % 3]}),
        (FAMILIES["lightgbm"], {"selection": ("k_best", "rfe", "lasso")[seed % 3], "selected_columns": 3}),
        (FAMILIES["lstm"], {"length": 5}),
    ]
    return Panel(bars.symbols, bars.sessions, tuple(column.name for column in HONEST), values, label, reach), split, asked


def hunted_preparation(seed):
    panel, split, asked = learning(seed)
    return hunted_preparations.hunt(panel, split, asked, Context("classification", seed), np.random.default_rng(seed))


def all_of(rows: Rows) -> Rows:
    return rows_of(rows.panel, np.arange(len(rows.panel.sessions)))


@pytest.mark.parametrize("seed", range(TIMES["preparation"]))
@pytest.mark.parametrize("where", ["scaler", "selector", "windows"])
def test_what_is_learned_from_more_than_training_rows_is_named(where, seed, monkeypatch):
    learn, scaling = preparation.learn, sequence_windows.learned_scaling
    if where == "scaler":
        monkeypatch.setattr(preparation, "learn", lambda params, train, context: learn(params, all_of(train), context))
    elif where == "windows":
        monkeypatch.setattr(sequence_windows, "learned_scaling", lambda rows: scaling(all_of(rows)))
    else:

        def learned(params, train, context):
            honest = learn(params, train, context)
            return honest if params.selection == "none" else learn(params, all_of(train), context)

        monkeypatch.setattr(preparation, "learn", learned)
    finding = hunted_preparation(seed)
    said = {name.partition(":")[0] for _, name in named(finding)}
    expected = {"scaler": "preparation of logistic", "selector": "preparation of lightgbm", "windows": "windows of lstm"}[where]
    assert expected in said
    assert said <= {"preparation of logistic", "preparation of lightgbm", "windows of lstm"}


@pytest.mark.parametrize("seed", range(8))
def test_an_honest_chain_is_left_alone(seed):
    assert hunted_column(seed).offences == ()
    cleaned = hunted_cleaning.hunt(hunted_cleaning.received(plants.received(seed)), plants.honest_clean, np.random.default_rng(seed))
    assert cleaned.offences == ()
    assert hunted_preparation(seed).offences == ()
    assert len(hunted_preparation(seed).looks) == 4


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", labels.LABELS)
def test_an_honest_label_is_left_alone(kind, seed):
    bars, choice = plants.market(seed), Label(kind=kind, horizon_sessions=1 + 2 * seed)
    label, reach = labels.label(bars, choice)
    finding = hunted_labels.hunt(
        plants.Whole(bars), kind, label, reach, lambda other: labels.label(other, choice)[0], np.random.default_rng(seed)
    )
    assert finding.offences == ()


def test_a_hundred_are_planted():
    n_columns = len(plants.ALONE + plants.ACROSS) * TIMES["column"]
    others = len(plants.LABELS) * TIMES["label"] + len(plants.CLEANINGS) * TIMES["cleaning"] + 3 * TIMES["preparation"]
    assert n_columns + others >= 100


def test_bars_laid_out_in_part_are_the_bars(tmp_path):
    import pyarrow.parquet as pq

    from nightshift.data import snapshot
    from nightshift.proof.sentinel import history

    rows = plants.honest_clean(plants.received(1)).rows
    pq.write_table(rows, tmp_path / "bars.parquet", row_group_size=500)
    bars = snapshot.bars(rows)
    read, whole = history.read(tmp_path / "bars.parquet", bars.symbols, bars.sessions), plants.Whole(bars)
    few = np.array([1, 4, 7])
    for one, other in ((read.of_symbols(few), whole.of_symbols(few)), (read.between(30, 50), whole.between(30, 50))):
        assert one.symbols == other.symbols
        for name in ("sessions", "open", "high", "low", "close", "volume"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
