"""The evaluation of a night: what is written, who is left out and why, and that bad input is a sentence, never a crash."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nightshift.data import columns
from nightshift.errors import TrainingFailed
from nightshift.nouns.evaluation_record import PARTS, Evaluation
from nightshift.nouns.examination import Examination
from nightshift.nouns.measures import Measure
from nightshift.nouns.night_roles import CHAMPION
from nightshift.nouns.panel import rows_of
from nightshift.nouns.scores import Scores, ScoresByName
from nightshift.nouns.training import TrainingRecord
from nightshift.nouns.yardsticks_record import YardsticksRecord
from nightshift.proof import evaluation, examination
from nightshift.proof.evaluation import gathering, measuring, selection
from nightshift.proof.examination import chance, doubt, importance, over_sessions
from nightshift.proof.metrics import METRICS
from nightshift.storage import store


@pytest.fixture
def evaluated(finished):
    night, models = finished
    yardsticks = night.stage("yardsticks")
    store.write(night.stage("evaluation"), lambda folder: evaluation.evaluate(night, tuple(models), yardsticks, folder))
    store.write(night.stage("examination"), lambda folder: examination.examine(night, tuple(models), yardsticks, "logistic", folder))
    return night


def fill(tmp_path, night, models, yardsticks=""):
    folder = tmp_path / "evaluation"
    folder.mkdir()
    evaluation.evaluate(night, tuple(models), yardsticks or night.stage("yardsticks"), folder)
    return Evaluation.read(folder), folder


def examined(folder, night, models, leader, yardsticks=""):
    """What is asked of a leader beyond its measures."""
    examination.examine(night, tuple(models), yardsticks or night.stage("yardsticks"), leader, folder)
    return Examination.read(folder)


def with_a_champion(night, score, version):
    """The night's yardsticks with a champion beside the rules."""
    panel, rules = columns.load_panel(night.columns), night.folder("yardsticks")

    def write(folder):
        said = ScoresByName.read(rules, panel)
        replace(said, of={**said.of, CHAMPION: score(said.rows)}).write(folder)
        YardsticksRecord(champion_version=version, left_out={}).write(folder)

    return store.write(night.stage("champions", version), write)


def a_model(night, name, change):
    """A model folder whose scores are a trained family's, changed."""
    panel, trained = columns.load_panel(night.columns), night.folder("models", "logistic")

    def write(folder):
        change(Scores.read(trained, panel)).write(folder)
        TrainingRecord(family=name, seconds=9.0).write(folder)

    return store.write(night.stage("models", name), write)


def test_facts(evaluated):
    found = evaluated.read(Evaluation, "evaluation")
    assert found.task == "classification"
    assert found.challengers == ("logistic", "lightgbm")
    assert (found.champion, found.champion_version) == (None, None)
    assert found.naive == ("always_up", "last_sign", "mean")
    assert found.sessions["test"].sessions == 60
    for named in found.measures.values():
        assert set(named) == set(found.names)
        for measures in named.values():
            assert all((one.value is None) == one.note.startswith("not enough") for one in measures.values())
    accuracy = found.measure("logistic", "accuracy")
    assert accuracy.low < accuracy.value < accuracy.high
    assert accuracy.value > 0.55  # the signal was planted


def test_returns_table_gives_the_same_sharpe(evaluated):
    found, table = evaluated.read(Evaluation, "evaluation"), pq.read_table(evaluated.folder("evaluation") / "returns.parquet").to_pandas()
    assert list(table.columns[:2]) == ["session", "part"]
    assert len(table) == 119 + 60
    assert not table.isna().any().any()
    for name in ("logistic", "buy_and_hold", "random_same_turnover"):
        test = table.loc[table["part"] == "test", name].to_numpy()
        assert METRICS["sharpe_annual"].of(test, sessions_a_year=252) == pytest.approx(found.measure(name, "sharpe_annual").value)


def test_a_year_is_the_markets_own(finished):
    """On a market that trades every day the Sharpe ratio was 17 % too low: 252 sessions a year were written into it."""
    night, models = finished
    here = gathering.gather(night, tuple(models), night.stage("yardsticks"))
    always = replace(here, market=here.market.model_copy(update={"calendar": "24/7"}))
    ours, theirs = (measuring.judge(one, "test") for one in (here, always))
    times = {"sharpe_annual": (365 / 252) ** 0.5, "volatility_annual_fraction": (365 / 252) ** 0.5, "turnover_annual": 365 / 252}
    for metric, factor in times.items():
        ends = [(one.value, one.low, one.high) for one in (side.measures["logistic"][metric] for side in (ours, theirs))]
        assert np.array(ends[1]) == pytest.approx(np.array(ends[0]) * factor), metric
    assert theirs.measures["logistic"]["win_rate"] == ours.measures["logistic"]["win_rate"]
    drawn = [over_sessions.stretches(one, dict.fromkeys(PARTS, judged))["test"] for one, judged in ((here, ours), (always, theirs))]
    assert drawn[1].sharpe_annual["logistic"][-1] == pytest.approx(drawn[0].sharpe_annual["logistic"][-1] * times["sharpe_annual"])
    lucky = [chance.chance(one, judged, "logistic").sharpe_5_50_95 for one, judged in ((here, ours), (always, theirs))]
    assert lucky[1] == pytest.approx([value * times["sharpe_annual"] for value in lucky[0]])


def test_scores_table_has_every_name_on_the_same_rows(evaluated):
    table = pq.read_table(evaluated.folder("evaluation") / "scores.parquet").to_pandas()
    found = evaluated.read(Evaluation, "evaluation")
    assert list(table.columns) == ["symbol", "session", "part", "label", "logistic", "lightgbm", "always_up", "last_sign", "mean"]
    assert not table.drop(columns="label").isna().any().any()
    test = table[(table["part"] == "test") & table["label"].notna()]
    assert len(test) == found.rows["test"]
    accuracy = METRICS["accuracy"].of(test["label"].to_numpy(), test["lightgbm"].to_numpy())
    assert accuracy == pytest.approx(found.measure("lightgbm", "accuracy").value)


def test_the_same_night_gives_the_same_bytes(finished, evaluated, tmp_path):
    night, models = finished
    _, folder = fill(tmp_path, night, models)
    for name in (Evaluation.FILE, "returns.parquet", "scores.parquet"):
        assert (folder / name).read_bytes() == (night.folder("evaluation") / name).read_bytes(), name


def test_select_uses_validation_rows_only(evaluated):
    found = evaluated.read(Evaluation, "evaluation")
    chosen = evaluation.select(evaluated)
    assert chosen.selected in found.challengers
    assert next(row.name for row in chosen.ranking) == chosen.selected
    assert selection.rank(found.measures["validate"], found.challengers, evaluated.market.selection) == chosen.ranking


def test_predictions_that_are_not_numbers_refuse_the_model_by_name_and_session(finished, tmp_path):
    night, models = finished

    def broken(said):
        return replace(said, score=np.where(np.arange(len(said.rows)) == 100, np.nan, said.score))

    found, _ = fill(tmp_path, night, [*models, a_model(night, "broken", broken)])
    assert found.challengers == ("logistic", "lightgbm")
    assert "1 predictions are not numbers, the first for S" in found.left_out["broken"]
    assert " on 2021-" in found.left_out["broken"]


def first_300(said):
    rows = said.rows
    return Scores(replace(rows, symbol=rows.symbol[:300], session=rows.session[:300]), said.part[:300], said.score[:300])


def test_a_model_that_covers_too_little_is_left_out(finished, tmp_path):
    night, models = finished
    found, _ = fill(tmp_path, night, [*models, a_model(night, "sparse", first_300)])
    assert found.left_out["sparse"].startswith("scores cover 300 of ")


def test_a_failed_family_is_left_out_with_its_sentence(finished, tmp_path):
    night, models = finished
    failed = store.write(night.stage("models", "failed"), TrainingRecord(family="failed", failed="out of memory").write)
    found, _ = fill(tmp_path, night, [*models, failed])
    assert found.left_out == {"failed": "out of memory"}


def test_no_family_left_is_an_error_that_says_why(finished, tmp_path):
    night, _ = finished
    failed = store.write(night.stage("models", "failed"), TrainingRecord(family="failed", failed="out of memory").write)
    with pytest.raises(TrainingFailed, match="failed: out of memory"):
        fill(tmp_path, night, [failed])


def test_a_constant_model_is_measured_without_a_crash(finished, tmp_path):
    """A family that never calls for up: no trades, so notes where returns would be, and it is never selected."""
    night, models = finished
    never = a_model(night, "never", lambda said: replace(said, score=np.full(len(said.rows), 0.2)))
    found, _ = fill(tmp_path, night, [*models, never])
    assert found.measure("never", "sharpe_annual") == Measure(None, note="not enough evidence: 0 of 60 sessions invested")
    assert found.measure("never", "precision").note == "not enough evidence: 0 of 1 calls for up"
    ranking = selection.rank(found.measures["validate"], found.challengers, night.market.selection)
    assert ranking[-1].name == "never"


def test_a_champion_is_measured_on_the_same_rows(finished, tmp_path):
    night, models = finished

    def good(rows):
        return np.where(rows.table[:, rows.panel.names.index("log_return_1")] > 0, 0.6, 0.4)

    yardsticks = with_a_champion(night, good, "1.2.3")
    found, folder = fill(tmp_path, night, models, yardsticks)
    assert (found.champion, found.champion_version) == ("champion", "1.2.3")
    assert found.measure("champion", "accuracy").value > 0.55
    assert examined(folder, night, models, "logistic", yardsticks).overfitting.spa.against == "champion"


def test_a_rule_that_was_trained_as_a_family_keeps_the_scores_of_its_training(finished, tmp_path):
    night, models = finished
    own = a_model(night, "mean", lambda said: replace(said, score=np.full(len(said.rows), 0.51)))
    found, folder = fill(tmp_path, night, [*models, own])
    assert (found.challengers, found.naive) == (("logistic", "lightgbm"), ("mean", "always_up", "last_sign"))
    panel = columns.load_panel(night.columns)
    assert set(ScoresByName.read(folder, panel).of["mean"]) == {0.51}


def test_ties_go_to_the_better_skill_then_the_simpler_family():
    from nightshift.config import Selection

    same = {"skill": Measure(0.1), "sharpe_annual": Measure(1.0), "drawdown_max_fraction": Measure(0.1)}
    measures = {"xgboost": same, "logistic": same, "lightgbm": same}
    ranked = [row.name for row in selection.rank(measures, ["xgboost", "lightgbm", "logistic"], Selection())]
    assert ranked == ["logistic", "xgboost", "lightgbm"]


def test_selection_weights_turn_the_choice():
    from nightshift.config import Selection

    measures = {
        "bold": {"skill": Measure(0.2), "sharpe_annual": Measure(2.0), "drawdown_max_fraction": Measure(0.5)},
        "calm": {"skill": Measure(0.1), "sharpe_annual": Measure(1.0), "drawdown_max_fraction": Measure(0.1)},
    }
    assert selection.rank(measures, ["bold", "calm"], Selection())[0].name == "bold"
    assert selection.rank(measures, ["bold", "calm"], Selection(skill=0.1, sharpe=0.1, drawdown=0.8))[0].name == "calm"


def test_permutation_finds_the_column_that_matters(finished, monkeypatch):
    from nightshift import models

    night, _ = finished
    panel = columns.load_panel(night.columns)
    fitted = models.load(night.folder("models", "logistic") / "model")
    rows = rows_of(panel, np.arange(400, 500))
    found = importance.permutation(fitted, rows, seed=1)
    assert max(found, key=found.get) == "log_return_1"
    assert found == importance.permutation(fitted, rows, seed=1)


def test_a_study_of_trials_is_read_with_its_axes(finished):
    night, _ = finished
    rng = np.random.default_rng(0)
    sessions = np.datetime64("2024-01-01") + np.arange(60)
    rows = {"trial": np.repeat(np.arange(5), 60), "session": np.tile(sessions, 5), "gain": rng.normal(size=300)}

    def fill(folder):
        (folder / doubt.STUDY).parent.mkdir()
        pq.write_table(pa.table(rows), folder / doubt.STUDY)

    where = store.write(night.stage("models", "searched"), fill)
    assert doubt.study(where).returns.shape == (5, 60)
    assert doubt.study(night.stage("models", "logistic")) is None


def test_bars_are_laid_on_the_panels_axes(finished):
    from nightshift.data.quality import clean_bars

    night, _ = finished
    panel, bars = columns.load_panel(night.columns), clean_bars(night)
    fewer = bars.of(tuple(reversed(bars.symbols[1:]))).last(500)
    laid = gathering.aligned(fewer, panel)
    assert laid.shape == panel.label.shape
    assert np.isnan(laid.close[0]).all()
    np.testing.assert_array_equal(laid.close[1:, -500:], bars.close[1:, -500:])


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))
    return tmp_path


def night_like(request_module, changes, n_symbols, n_sessions, families):
    table, days = request_module.planted_bars(n_symbols, n_sessions)
    return request_module.make_night({**request_module.FACTS, **changes}, table, days, families)


def test_a_return_label_is_a_regression(elsewhere, room):
    gates = [{"metric": "rmse", "must_be": "at_most", "limit": 1.0}]
    changes = {"label": {"kind": "return"}, "families": [{"name": "ridge"}], "gates": gates, "costs": {"style": "long_short"}}
    night, models = night_like(room, changes, 8, 400, ["ridge"])
    found, folder = fill(elsewhere, night, models)
    assert found.task == "regression"
    measures = found.measures_of("ridge")
    assert {"rmse", "r2", "information_coefficient", "skill", "sharpe_annual"} <= measures.keys()
    assert "accuracy" not in measures
    assert measures["skill"].value == measures["r2"].value
    assert measures["directional_accuracy"].value > 0.55
    counts = examined(folder, night, models, "ridge").confusion["ridge"]
    assert counts.came("up") + counts.came("down") == found.rows["test"]


def test_an_open_label_widens_every_gap_by_its_session(elsewhere, room):
    label = {"kind": "direction", "horizon_sessions": 2, "fill": "open"}
    night, models = night_like(room, {"families": [{"name": "logistic"}], "label": label}, 6, 300, ["logistic"])
    panel, split = columns.load_panel(night.columns), columns.load_split(night.columns)
    assert panel.label_reach == 3
    for earlier, later in ((split.train, split.validate), (split.validate, split.test), (split.test, split.latest)):
        assert later[0] - earlier[-1] - 1 == (0 if later is split.latest else 3)
    assert len(split.latest) == 3
    found, _ = fill(elsewhere, night, models)
    assert found.measure("logistic", "accuracy").value is not None


def test_one_symbol_and_a_test_part_shorter_than_its_evidence(elsewhere, room):
    """Nineteen test sessions: no trading numbers, and a sentence instead of each."""
    night, models = night_like(room, {"families": [{"name": "logistic"}]}, 1, 190, ["logistic"])
    found, folder = fill(elsewhere, night, models)
    assert found.sessions["test"].sessions < 20
    assert found.measure("logistic", "sharpe_annual").note.startswith("not enough evidence: ")
    assert found.measure("logistic", "sharpe_annual").note.endswith(" of 20 sessions")
    assert found.measure("logistic", "accuracy").note.endswith(" of 30 rows")
    assert found.intervals["test"].replicas == 0
    assert examined(folder, night, models, "logistic").overfitting.pbo.note == "not enough evidence: 1 of 2 trials"
    assert selection.rank(found.measures["validate"], ["logistic"], night.market.selection)[0].name == "logistic"


def test_limits_and_holes_take_the_general_way(elsewhere, room):
    """Missing bars, a limit-move rule and a volume cap: same files, finite numbers."""
    import pyarrow.compute as pc

    costs = {"max_volume_fraction": 0.05, "limit_move_fraction": 0.05, "style": "top_k", "top_k": 3}
    table, days = room.planted_bars(6, 300)
    holes = pa.array(np.random.default_rng(0).random(len(table)) > 0.02)
    ended = pc.invert(pc.and_(pc.equal(table["symbol"], "S05"), pc.greater(table["session"], pa.scalar(days[285].astype(object)))))
    kept = table.filter(holes).filter(ended.filter(holes) if isinstance(ended, pa.Array) else ended.combine_chunks().filter(holes))
    night, models = room.make_night({**room.FACTS, "costs": costs, "families": [{"name": "logistic"}]}, kept, days, ["logistic"])
    found, folder = fill(elsewhere, night, models)
    returns = pq.read_table(folder / "returns.parquet").to_pandas()
    assert np.isfinite(returns.drop(columns=["session", "part"]).to_numpy()).all()
    assert found.measure("logistic", "turnover_annual").value > 0
