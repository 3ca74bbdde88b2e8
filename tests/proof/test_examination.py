"""What is asked of the leader of a finished night: one record, and every number of it that a gate may read."""

import json
from dataclasses import replace

import numpy as np
import pytest

from nightshift.nouns.evaluation_record import PARTS, Evaluation
from nightshift.nouns.examination import Examination
from nightshift.nouns.night_roles import CHAMPION
from nightshift.nouns.questions import Switch
from nightshift.proof import evaluation, examination
from nightshift.proof.evaluation import measuring
from nightshift.proof.evaluation.gathering import gather
from nightshift.proof.examination import EXAMINED, earlier, examined_metrics, importance, switching
from nightshift.proof.examination.stress import STRESSES
from nightshift.proof.metrics import METRICS
from nightshift.report.drawing.numbers import FORMATS
from nightshift.storage import store


@pytest.fixture
def examined(finished):
    """The night with its evaluation and its examination."""
    night, models = finished
    yardsticks = night.stage("yardsticks")
    store.write(night.stage("evaluation"), lambda folder: evaluation.evaluate(night, tuple(models), yardsticks, folder))
    store.write(night.stage("examination"), lambda folder: examination.examine(night, tuple(models), yardsticks, "logistic", folder))
    return night


@pytest.fixture
def found(examined):
    return examined.read(Examination, "examination")


@pytest.fixture
def measured(examined):
    return examined.read(Evaluation, "evaluation")


def test_what_is_drawn_is_about_everyone_on_the_evaluations_sessions(found, measured):
    for part, stretch in found.over_sessions.items():
        assert (stretch.sessions[0], stretch.sessions[-1]) == (measured.sessions[part].first, measured.sessions[part].last)
        assert set(stretch.growth_fraction) == set(stretch.drawdown_fraction) == set(stretch.sharpe_annual) == set(measured.names)
        lines = [line for of in (stretch.growth_fraction, stretch.drawdown_fraction, stretch.sharpe_annual) for line in of.values()]
        assert {len(line) for line in lines} == {measured.sessions[part].sessions}
    assert len({stretch.sharpe_sessions for stretch in found.over_sessions.values()}) == 1
    assert set(found.months) == set(measured.names)


def test_growth_falls_and_months_agree_with_the_measures(found, measured):
    stretch, months = found.over_sessions["test"], found.months["logistic"]
    whole = measured.measure("logistic", "return_total_fraction").value
    assert stretch.growth_fraction["logistic"][-1] == pytest.approx(whole)
    assert np.prod([1 + year.total for year in months]) - 1 == pytest.approx(whole)
    deepest = measured.measure("logistic", "drawdown_max_fraction").value
    assert -min(stretch.drawdown_fraction["logistic"]) == pytest.approx(deepest) == pytest.approx(-found.falls[0].depth)
    assert [fall.depth for fall in found.falls] == sorted(fall.depth for fall in found.falls)
    assert [one.name for one in found.distribution.of] == ["logistic", "buy_and_hold"]
    assert found.distribution.of[0].var_95_fraction == pytest.approx(measured.measure("logistic", "var_95_fraction").value)
    assert sum(found.distribution.of[0].share) == pytest.approx(1.0)


def test_scores_as_curves(found, measured):
    counts = found.confusion["logistic"]
    assert counts.came("up") + counts.came("down") == measured.rows["test"]
    assert (counts.true_up + counts.true_down) / measured.rows["test"] == pytest.approx(measured.measure("logistic", "accuracy").value)
    assert all(len(curve.true_up) <= 200 for curve in found.roc.values())
    assert sum(row.count for row in found.calibration["logistic"]) == measured.rows["test"]


def test_the_trials_are_all_that_the_markets_nights_ever_chose_among(examined, finished, found, monkeypatch, tmp_path):
    night, models = finished
    monkeypatch.setattr("nightshift.storage.ledger.trials", lambda market, before: 400)
    examination.examine(night, tuple(models), night.stage("yardsticks"), "logistic", tmp_path)
    again = Examination.read(tmp_path).overfitting
    assert again.trials == found.overfitting.trials + 400
    assert again.deflated_sharpe < found.overfitting.deflated_sharpe


def test_the_leader_is_questioned(found):
    assert (found.leader, found.importance.family) == ("logistic", "logistic")
    assert found.importance.ranked[0][0] in {"log_return_1", "rsi_14"}  # the signal is in yesterday's return
    assert sum(share for _, _, share in found.importance.ranked) == pytest.approx(1.0)
    assert {row.column for row in found.drift} == {"rsi_14", "log_return_1", "return_std_20", "weekday"}
    assert found.overfitting.trials == 2
    assert 0 <= found.overfitting.deflated_sharpe <= found.overfitting.probabilistic_sharpe <= 1
    assert found.overfitting.spa.p_value < 0.05
    assert [window.part for window in found.windows] == sorted((window.part for window in found.windows), key=PARTS.index)
    assert sum(row.rows for row in found.symbols) == sum(row.count for row in found.confidence["logistic"])


def test_every_stress_is_a_row_of_its_own(found):
    stresses = {row.key: row for row in found.robustness}
    assert stresses.keys() == STRESSES.keys()
    assert all(row.metric == STRESSES[key] for key, row in stresses.items())
    assert stresses["twice_the_costs"].value < stresses["twice_the_costs"].baseline
    assert stresses["one_bar_of_delay"].value < stresses["one_bar_of_delay"].baseline


@pytest.mark.parametrize("name", EXAMINED)
def test_every_number_that_a_gate_may_ask_for_is_there_or_says_why_not(found, name):
    measure, metric = found.measure(name), EXAMINED[name]
    assert (measure.value is None) == bool(measure.note)
    assert measure.value == metric.read(found)
    assert measure.value is None or metric.lowest <= measure.value <= metric.highest
    assert metric.label[0].isupper()
    assert metric.form in FORMATS
    assert name not in METRICS
    assert (name in found.measures) != metric.on_request, "this market asks for nothing beside what every market is asked"


def test_before_a_first_release_no_column_has_changed_and_no_importance_is_compared(found):
    assert (found.column_changes.champion, found.column_changes.count, found.column_changes.columns) == ("", 0, 4)
    assert found.measure("columns_changed_count").value == 0
    assert found.importance.champion is None
    assert "no champion to compare with" in found.measure("importance_rank_correlation").note


def test_drift_stands_beside_what_is_none(found):
    together = found.drift_test
    assert together.flagged_fraction == pytest.approx(sum(row.is_flagged for row in found.drift) / len(found.drift))
    assert (together.wrong_fraction, together.draws) == (0.05, 2000)
    assert together.stretches == 6, "runs of as many learned sessions as the test part has"
    assert 0 <= together.false_alarm_fraction <= 1
    assert 0.3 < together.domain_auc <= 1
    for row in found.drift:
        assert 0 < row.p_value <= 1
        assert row.wasserstein >= abs(row.mean_shift) * 0.999
        assert min(row.psi_limit, row.ks_limit, row.wasserstein_limit) > 0
    assert found.measure("drift_wasserstein_max").value == pytest.approx(max(row.wasserstein for row in found.drift))
    assert found.measure("drift_columns_fraction").value == together.flagged_fraction
    assert found.measure("drift_domain_auc").value == together.domain_auc


def test_a_worst_slice_has_the_support_that_it_needs(found, measured):
    assert [row.weekday for row in found.weekdays] == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    assert sum(row.sessions for row in found.weekdays) == measured.sessions["test"].sessions == 60
    assert found.measure("worst_weekday_sharpe_annual").note == "not enough evidence: no slice has 20 rows or sessions"  # twelve of each
    assert found.measure("worst_symbol_accuracy").value == min(row.accuracy for row in found.symbols)
    few = found.model_copy(update={"symbols": tuple(row.model_copy(update={"rows": 19}) for row in found.symbols)})
    assert examined_metrics.measures_of(few)["worst_symbol_accuracy"].value is None
    longer = found.model_copy(update={"weekdays": tuple(row.model_copy(update={"sessions": 20}) for row in found.weekdays)})
    worst = min(row.sharpe_annual for row in found.weekdays)
    assert examined_metrics.measures_of(longer)["worst_weekday_sharpe_annual"].value == pytest.approx(worst)


def test_what_is_known_by_heart_is_the_skill_that_is_lost_on_unseen_rows(examined, found):
    gap = found.skill_gap
    assert found.measure("train_validation_gap").value == pytest.approx(gap.learned - gap.unseen)
    assert abs(gap.learned - gap.unseen) < 0.1, "a logistic regression of four columns knows nothing by heart"
    assert 0 < gap.rows <= importance.MAX_ROWS
    unseen = examined.read(Evaluation, "evaluation").measures["validate"]["logistic"]["skill"].value
    assert gap.unseen == pytest.approx(unseen, abs=0.05)


def test_a_switch_is_repaid_by_the_lead_or_never(finished):
    night, models = finished
    material = gather(night, tuple(models), night.stage("yardsticks"))
    assert switching.switch(material, measuring.judge(material, "test"), "logistic") is None, "nothing is served yet"
    for champion, leads in (("always_up", True), ("logistic", False)):
        against = replace(material, scores={**material.scores, CHAMPION: material.scores[champion]})
        test = measuring.judge(against, "test")
        seen = switching.switch(against, test, "logistic")
        lead = np.mean(test.portfolios["logistic"].net_return_fraction - test.portfolios[CHAMPION].net_return_fraction)
        newest = [switching.newest_weights(against, name) for name in ("logistic", CHAMPION)]
        assert seen.lead_a_session == pytest.approx(lead, rel=1e-6, abs=1e-12)
        assert seen.turnover_fraction == pytest.approx(np.abs(newest[0] - newest[1]).sum())
        assert seen.cost_fraction == pytest.approx(seen.turnover_fraction * 3 / 1e4)
        if leads:
            assert (seen.repaid_sessions - 1) * lead < seen.cost_fraction <= seen.repaid_sessions * lead
        else:
            assert (seen.turnover_fraction, seen.repaid_sessions) == (0.0, None)


def test_a_gate_may_ask_when_a_switch_is_repaid(found):
    assert "no champion to compare with" in found.measure("switch_repaid_sessions").note
    repaid = Switch(turnover_fraction=0.5, cost_fraction=0.00015, lead_a_session=0.0001, repaid_sessions=2)
    assert examined_metrics.measures_of(found.model_copy(update={"switch": repaid}))["switch_repaid_sessions"].value == 2
    never = repaid.model_copy(update={"lead_a_session": -0.1, "repaid_sessions": None})
    said = examined_metrics.measures_of(found.model_copy(update={"switch": never}))["switch_repaid_sessions"]
    assert (said.value, "no number of sessions repays it" in said.note) == (None, True)


def test_a_number_that_was_not_measured_says_so(found):
    assert found.measure("deflated_sortino").note == "deflated_sortino was not measured for logistic"


def test_importance_is_compared_with_the_champions_examination(examined, found):
    champions = earlier.examined_in(examined.address)
    agreed = importance.agreement(champions, found.importance.values)
    assert agreed.rank_correlation == pytest.approx(1.0)
    assert (agreed.night, agreed.family, agreed.columns) == (examined.address.rsplit("/", 1)[-1], "logistic", 4)
    assert importance.agreement(champions, {"rsi_14": 0.1, "weekday": 0.2}) is None, "two columns have no order worth comparing"
    assert earlier.examined_in("proofs/nights/swept") is None


def test_importance_is_compared_with_a_night_of_the_first_version(finished, kept):
    """There the examination lay inside the evaluation."""
    night, _ = finished
    charts = {key: value for key, value in kept("Examination.json").items() if key != "schema"}
    facts = json.dumps({**kept("Evaluation.json"), "charts": charts})
    where = night.stage("earlier", "evaluation")
    store.write(where, lambda folder: (folder / Evaluation.FILE).write_text(facts))
    champions = earlier.examined_in(where.removesuffix("/evaluation"))
    values = champions.examination.importance.values
    assert len(values) >= 3
    assert importance.agreement(champions, values).rank_correlation == pytest.approx(1.0)
    assert importance.agreement(champions, {column: -value for column, value in values.items()}).rank_correlation == pytest.approx(-1.0)
