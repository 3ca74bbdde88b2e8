"""What every family promises, including the ones added tomorrow."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import numpy as np
import optuna
import pytest

from nightshift import models
from nightshift.errors import ConfigError, TrainingFailed
from nightshift.models import FAMILIES, Context
from nightshift.models.family import course_of
from nightshift.nouns.panel import Rows, seen_until

_SPEC = importlib.util.spec_from_file_location("planted", Path(__file__).parents[1] / "models" / "planted.py")
planted = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(planted)

# Families whose fit takes seconds and TensorFlow, and what makes them quick here.
FEW = {"epochs": 6, "learning_rate": 0.01, "batch": 64}
NEURAL = {"mlp": FEW, "lstm": FEW, "cnn": FEW, "transformer": FEW, "convlstm": {**FEW, "batch": 4, "epochs": 8, "patience": 8, "length": 3}}
ALIKE = NEURAL.keys() - {"mlp"}  # networks that learn by the same loop as the one that is asked in every run
SMALL = {"n_estimators": 60}
QUICK = {**NEURAL, "random_forest": SMALL, "catboost": SMALL, "arima": {"order": [1, 0]}}
MEMBERS = {
    task: [{"name": linear}, {"name": "lightgbm", "params": SMALL}]
    for task, linear in (("classification", "logistic"), ("regression", "ridge"))
}

CHILD = """
import json, pickle, sys
import numpy as np

def refuse(event, arguments):
    if event.startswith("pickle."):
        raise RuntimeError(f"{event} {arguments}: a pickle is being read")

def refused(*_, **__):
    raise RuntimeError("a pickle is being read")

sys.addaudithook(refuse)
pickle.load = pickle.loads = refused
from nightshift import models
from nightshift.nouns.panel import Panel, Rows
from pathlib import Path
place = Path(sys.argv[1])
for name, facts in json.loads((place / "asked.json").read_text()).items():
    held = np.load(place / f"{facts['task']}.npz", allow_pickle=False)
    panel = Panel(tuple(facts["symbols"]), held["sessions"], tuple(facts["names"]), held["values"], held["label"], 1)
    np.save(place / f"{name}.npy", models.load(place / name).predict(Rows(panel, held["symbol"], held["session"])))
"""


def marks(name, task):
    """Neural ones are marked. The slowest, and a second task of those that learn by the same loop as `mlp`, are among the long tests."""
    second = name == "convlstm" or (name in ALIKE and task == "regression")
    return [mark for mark, there in ((pytest.mark.neural, name in NEURAL), (pytest.mark.slow, second)) if there]


def every(families=FAMILIES, tasks=("classification", "regression")):
    """One case a family and task."""
    cases = [(name, task) for name, family in families.items() for task in sorted(family.tasks & set(tasks))]
    return [pytest.param(*case, marks=marks(*case), id="-".join(case)) for case in cases]


def params_of(name, task):
    return {"members": MEMBERS[task]} if "members" in FAMILIES[name].Params.model_fields else QUICK.get(name, {})


def fit(name, task, **context):
    train, validate, _ = planted.parts(task)
    return models.fit(name, params_of(name, task), train, validate, Context(task, seed=3, threads=1, **context))


@cache
def fitted(name, task):
    return fit(name, task)


@cache
def scores(name, task):
    return fitted(name, task).predict(planted.parts(task)[2])


def with_labels(rows, label):
    """The same rows over a panel with other outcomes."""
    return replace(rows, panel=replace(rows.panel, label=label))


@pytest.mark.parametrize(("name", "task"), every())
def test_scores_are_one_finite_float_a_row_and_probabilities_lie_between_0_and_1(name, task):
    found = scores(name, task)
    assert found.shape == (len(planted.parts(task)[2]),)
    assert found.dtype == np.float64
    assert np.isfinite(found).all()
    assert task == "regression" or ((found >= 0) & (found <= 1)).all()


@pytest.mark.parametrize(("name", "task"), every({name: f for name, f in FAMILIES.items() if not f.naive or name == "last_sign"}))
def test_a_planted_signal_is_found(name, task):
    """Optimum: right on 70 % of the signs. Five standard errors above a coin is 0.61."""
    label = planted.parts(task)[2].label
    right = (scores(name, task) > 0.5) == label if task == "classification" else np.sign(scores(name, task)) == np.sign(label)
    assert right.mean() > 0.61


@pytest.mark.parametrize(("name", "task"), every())
def test_the_same_seed_and_threads_give_the_same_model_whatever_comes_after_what_it_saw(name, task):
    train, validate, test = planted.parts(task)
    ends = np.datetime64(seen_until(train, validate))
    blank = np.where(train.panel.sessions[:, None] > ends, np.float32(np.nan), train.panel.values)
    label = np.where(train.panel.sessions + 1 > ends, np.nan, train.panel.label)  # an outcome is seen a session later
    cut = replace(train.panel, values=blank, label=label)
    learned = [replace(rows, panel=cut) for rows in (train, validate)]
    again = models.fit(name, params_of(name, task), *learned, Context(task, seed=3, threads=1))
    np.testing.assert_array_equal(again.predict(test), scores(name, task))


@pytest.mark.parametrize(("name", "task"), every())
def test_a_score_does_not_depend_on_the_rows_asked_about_with_it(name, task):
    test = planted.parts(task)[2]
    some = np.sort(np.random.default_rng(1).choice(len(test), 37, replace=False))
    found = fitted(name, task).predict(Rows(test.panel, test.symbol[some], test.session[some]))
    np.testing.assert_allclose(found, scores(name, task)[some], rtol=1e-6 if name in NEURAL else 0, atol=1e-7 if name in NEURAL else 0)


@pytest.fixture(scope="module")
def reloaded(tmp_path_factory, request):
    """Scores of saved models from one fresh process that refuses to read a pickle; neural ones from another."""

    of_this_run = [item.callspec.params for item in request.session.items if "reloaded" in item.fixturenames]
    wanted = sorted({(case["name"], case["task"]) for case in of_this_run})

    @cache
    def of(neural):
        place = tmp_path_factory.mktemp("saved")
        asked = {f"{name}-{task}": (name, task) for name, task in wanted if (name in NEURAL) == neural}
        for task in ("classification", "regression"):
            test = planted.parts(task)[2]
            panel = test.panel
            arrays = {
                "sessions": panel.sessions,
                "values": panel.values,
                "label": panel.label,
                "symbol": test.symbol,
                "session": test.session,
            }
            np.savez(place / f"{task}.npz", **arrays)
        facts = {}
        for case, (name, task) in asked.items():
            models.save(fitted(name, task), place / case)
            facts[case] = {"task": task, "symbols": planted.planted(task).symbols, "names": planted.planted(task).names}
        (place / "asked.json").write_text(json.dumps(facts))
        subprocess.run([sys.executable, "-c", CHILD, str(place)], check=True, timeout=240)
        return {case: np.load(place / f"{case}.npy") for case in asked}, place

    return of


@pytest.mark.parametrize(("name", "task"), every())
def test_a_saved_model_answers_bit_for_bit_the_same_in_a_fresh_process_without_pickle(name, task, reloaded):
    answers, _ = reloaded(name in NEURAL)
    np.testing.assert_array_equal(answers[f"{name}-{task}"], scores(name, task))


@pytest.mark.parametrize(("name", "task"), every())
def test_only_native_safe_formats_are_written(name, task, reloaded):
    _, place = reloaded(name in NEURAL)
    kinds = {file.suffix for file in (place / f"{name}-{task}").rglob("*") if file.is_file()}
    assert kinds <= {".json", ".ubj", ".txt", ".cbm", ".npz", ".keras"}


@pytest.mark.parametrize(("name", "task"), every())
def test_unknown_outcomes_are_refused_with_their_number(name, task):
    train, validate, _ = planted.parts(task)
    label = train.panel.label.copy()
    label[train.symbol[:3], train.session[:3]] = np.nan
    with pytest.raises(TrainingFailed, match=rf"known labels on every training row of {name}; found 3 of"):
        models.fit(name, params_of(name, task), with_labels(train, label), validate, Context(task))


@pytest.mark.parametrize(("name", "task"), every(tasks=("classification",)))
def test_one_class_is_refused(name, task):
    train, validate, _ = planted.parts(task)
    with pytest.raises(TrainingFailed, match=f"both classes on the training rows of {name}; found only 1 on"):
        models.fit(name, params_of(name, task), with_labels(train, np.ones_like(train.panel.label)), validate, Context(task))


@pytest.mark.parametrize(("name", "task"), every())
def test_too_few_rows_are_refused(name, task):
    train, validate, _ = planted.parts(task)
    few = Rows(train.panel, train.symbol[:20], train.session[:20])
    with pytest.raises(TrainingFailed, match=rf"training rows for {name}; found 20"):
        models.fit(name, params_of(name, task), few, validate, Context(task))


@pytest.mark.parametrize("name", FAMILIES)
def test_a_misspelt_parameter_is_refused_with_a_suggestion(name):
    train, validate, _ = planted.parts()
    with pytest.raises(ConfigError, match=r"`selectoin`; next: did you mean 'selection'"):
        models.fit(name, {"selectoin": "none"}, train, validate, Context("classification"))


@pytest.mark.parametrize("name", [name for name, family in FAMILIES.items() if len(family.tasks) == 1])
def test_the_wrong_task_is_refused(name):
    (own,) = FAMILIES[name].tasks
    task = "regression" if own == "classification" else "classification"
    train, validate, _ = planted.parts(task)
    with pytest.raises(ConfigError, match=f"found {name}, which is for {own}"):
        models.fit(name, {}, train, validate, Context(task))


@pytest.mark.parametrize("name", FAMILIES)
def test_every_point_of_the_search_space_is_a_valid_set_of_parameters(name):
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    for _ in range(20):
        FAMILIES[name].Params.model_validate(FAMILIES[name].space(study.ask()))


@pytest.mark.parametrize(("name", "task"), every())
def test_the_account_of_a_fit_reports_a_validation_loss_at_every_step_in_order(name, task):
    history = fitted(name, task).history
    steps = [entry.get("step", place) for place, entry in enumerate(history)]
    assert steps == sorted(set(steps))
    assert all(np.isfinite(entry["validate_loss"]) for entry in history)
    assert history or FAMILIES[name].naive


@pytest.mark.parametrize(("name", "task"), every({name: family for name, family in FAMILIES.items() if family.importance}))
def test_contributions_name_the_columns_and_find_the_planted_one(name, task):
    found = fitted(name, task).importance(planted.parts(task)[2])
    assert set(found) == set(planted.planted(task).names)
    assert all(share >= 0 for share in found.values())
    assert max(found, key=found.get) in {"log_return_1", "twice"}


@pytest.mark.parametrize(
    ("name", "task"),
    [pytest.param(*case.values, id=case.id, marks=[*case.marks, *[pytest.mark.slow] * (case.values[0] in ALIKE)]) for case in every()],
)
def test_the_same_course_without_a_word_of_the_validation_rows_ends_in_the_same_model(name, task):
    """What releases a model that learned the validation rows too rests on this: a course is all that they had a say in."""
    train = planted.parts(task)[0]
    gone = course_of(json.loads(json.dumps(asdict(fitted(name, task).course))))
    few = Rows(train.panel, train.symbol[-200:], train.session[-200:])
    again = models.fit(name, params_of(name, task), train, few, Context(task, seed=3, threads=1, course=gone))
    np.testing.assert_array_equal(again.predict(planted.parts(task)[2]), scores(name, task))
