"""What holds for the form of every DAG, by enumeration, those of tomorrow included."""

import datetime as dt
from types import SimpleNamespace

import pytest

from nightshift.errors import ConfigError
from nightshift.storage import store

TO_COME = "2127-06-01T00:00:00+00:00"
KINDS = ("daily_retrain", "gate_assay", "ingest", "replay", "weekly_evaluation")


@pytest.fixture
def demo(dags, nightshift_home, demo_alone, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(demo_alone))
    monkeypatch.setenv("NIGHTSHIFT_MONGO_URI", "mongodb://127.0.0.1:9/bars")
    return dags()


def test_every_form_that_asks_for_an_instant_is_asked_below(demo):
    assert {dag.dag_id for dag in demo.values() if "as_of" in dag.params} == {f"demo_{kind}" for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("asked", "logical", "said"),
    [
        (TO_COME, None, "expected 'As of' not after now, "),
        (None, dt.datetime.fromisoformat(TO_COME), "expected the run's logical date not after now, "),
        ("yesterday-ish", None, "next: correct 'As of'"),
    ],
    ids=["asked for", "the run's own", "no instant"],
)
def test_an_instant_to_come_is_refused_by_the_first_task_in_the_form_s_words(demo, monkeypatch, kind, asked, logical, said):
    """Nobody knows the bars of 2127; nothing is read or written for a run that asks for them."""
    dag = demo[f"demo_{kind}"]
    first = next(task for task in dag.tasks if not task.upstream_task_ids)
    run = SimpleNamespace(conf={}, data_interval_end=None, run_after=None, triggering_user_name="ada")
    context = {"dag": dag, "dag_run": run, "params": dag.params.dump() | {"as_of": asked}, "logical_date": logical}
    monkeypatch.setattr("wiring.run._context", lambda: context)
    with pytest.raises(ConfigError) as refused:
        first.python_callable(*first.op_args, **first.op_kwargs)
    assert said in str(refused.value)
    assert "--" not in str(refused.value)
    assert not list(store.home().glob("*/nights"))
