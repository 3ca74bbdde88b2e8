"""Combinatorial purged paths: whole histories of answers by refits that learned from neither a block nor its surroundings."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import models
from nightshift.config import Paths, Proof
from nightshift.data.splits import SPLITTERS, paths
from nightshift.models import Context
from nightshift.nouns.panel import rows_of
from nightshift.proof.evaluation import gathering
from nightshift.proof.evaluation.backtest import backtest
from nightshift.proof.examination import examined_metrics, purged_paths, stress
from nightshift.proof.metrics.every_metric import METRICS

NAMES = [f"cpcv_sharpe_{percent}_percent" for percent in (5, 50, 95)]


@pytest.fixture
def asked(finished):
    """The leader and its model, in a market that asks for these paths."""
    night, addresses = finished
    gathered = gathering.gather(night, addresses, night.stage("yardsticks"))
    fitted = models.load(night.folder("models", "logistic") / "model")

    def of(wanted):
        market = gathered.market.model_copy(update={"proof": Proof(paths=wanted)})
        return stress.subject(replace(gathered, market=market), "logistic"), fitted

    return of


def test_a_market_that_asks_for_no_paths_has_none(asked):
    assert purged_paths.rows(*asked(None)) == []


def test_the_paths_of_a_planted_market_earn_and_are_told_as_quantiles(asked):
    subject, fitted = asked(Paths(blocks=4, test_blocks=2))
    rows = purged_paths.rows(subject, fitted)
    found = purged_paths.sharpes(subject, fitted, Paths(blocks=4, test_blocks=2))
    assert [row.key for row in rows] == NAMES
    assert len(found) == 3
    assert [row.value for row in rows] == pytest.approx(np.percentile(found, (5, 50, 95)).tolist(), rel=1e-7)
    assert rows[0].value > 1.0, "yesterday's direction tells today's in every stretch of this market"
    assert rows[0].note.startswith("3 whole histories")


def test_a_path_is_what_one_would_get_by_hand(asked):
    subject, fitted = asked(Paths(blocks=3, test_blocks=1))
    panel, market = subject.material.panel, subject.material.market
    known = np.flatnonzero(np.isfinite(panel.label).any(axis=0) & panel.usable.any(axis=0))
    blocks, score = np.array_split(known, 3), np.full(panel.label.shape, np.nan)
    for block in blocks:
        near = np.arange(block[0] - panel.label_reach, block[-1] + panel.label_reach + 1)
        left = np.setdiff1d(known, near)
        watched = left[-int(len(left) * 0.15) :]
        learned = left[: -len(watched) - panel.label_reach]
        context = Context("classification", market.execution.seed, 1)
        again = models.fit("logistic", fitted.params.model_dump(), rows_of(panel, learned), rows_of(panel, watched), context)
        rows = rows_of(panel, block, labelled=False)
        score[rows.symbol, rows.session] = again.predict(rows)
    span = slice(known[0], known[-1] + 1)
    earned = backtest(subject.material.bars_between(span), score[:, span], market.costs).net_return_fraction
    (found,) = purged_paths.sharpes(subject, fitted, Paths(blocks=3, test_blocks=1))
    assert found == pytest.approx(METRICS["sharpe_annual"].of(earned, sessions_a_year=252), rel=1e-9)


def test_a_history_that_is_too_short_says_so_and_gates_read_no_value(asked, kept):
    subject, fitted = asked(Paths(blocks=4, test_blocks=2))
    few = replace(subject.material.panel, label=np.where(np.arange(600) < 36, subject.material.panel.label, np.nan))
    rows = purged_paths.rows(replace(subject, material=replace(subject.material, panel=few)), fitted)
    assert [row.value for row in rows] == [None] * 3
    assert rows[0].note.startswith("not measured: expected ")


def test_gates_find_the_quantiles_by_name_where_they_were_asked_for(asked, kept):
    from pathlib import Path

    from nightshift.nouns.examination import Examination

    before = Examination.of_facts(kept("Examination.json"), Path())
    assert not set(NAMES) & examined_metrics.measures_of(before).keys(), "nothing moves where nothing was asked"
    rows = purged_paths.rows(*asked(Paths(blocks=3, test_blocks=1)))
    measures = examined_metrics.measures_of(before.model_copy(update={"robustness": (*before.robustness, *rows)}))
    assert [measures[name].value for name in NAMES] == [row.value for row in rows]


@settings(max_examples=60, deadline=None)
@given(n_sessions=st.integers(60, 400), reach=st.integers(0, 5), wanted=st.sampled_from([(4, 1), (4, 2), (6, 2), (6, 3)]))
def test_neither_what_is_learned_nor_what_stops_it_knows_the_block(n_sessions, reach, wanted):
    folds = list(SPLITTERS["combinatorial_purged"](n_sessions, reach, n_blocks=wanted[0], n_test_blocks=wanted[1]))
    assert paths(*wanted).max() == len(folds) - 1
    for fold in folds:
        learned, watched = purged_paths._stopped(fold)
        for part in (learned, watched):
            assert np.isin(part, fold.train).all()
            assert not len(part) or np.abs(part[:, None] - fold.test).min() > reach
        assert len(learned) == 0 or watched[0] - learned[-1] > reach


@pytest.mark.parametrize(("blocks", "test_blocks"), [(3, 2), (4, 3), (5, 4)])
def test_too_few_blocks_to_learn_from_are_refused(blocks, test_blocks):
    with pytest.raises(ValueError, match="expected test_blocks below"):
        Paths(blocks=blocks, test_blocks=test_blocks)
