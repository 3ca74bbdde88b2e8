"""What every DAG file promises, by enumeration: it parses fast, imports nothing heavy, and every DAG keeps the house rules."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FILES = sorted((PROJECT / "dags").glob("*.py"))
PARSE_BUDGET_S = 0.5
OF_NO_MARKET = {"market_files", "watch"}  # sentences for broken files; one DAG that looks after every market
KINDS = tuple(file.stem for file in FILES if file.stem not in OF_NO_MARKET)
HEAVY = "tensorflow keras torch xgboost lightgbm catboost sklearn scipy mlflow great_expectations pandas polars pyarrow talib optuna arch"

# In a process of its own, as the DAG processor does it: CPU seconds a file (other people's load is not ours), heavy
# modules afterwards, DAG ids and errors. The first file pays for every import of the library.
PARSE = """
import json, sys, time
from pathlib import Path
from airflow.dag_processing.dagbag import BundleDagBag
from airflow.sdk import DAG, Asset, Param, task
folder, heavy = Path(sys.argv[1]), sys.argv[2].split()
already = {name for name in heavy if name in sys.modules}
bag = BundleDagBag(dag_folder=str(folder), bundle_path=folder, bundle_name="dags-folder", collect_dags=False)
seconds = {}
for file in sorted(folder.glob("*.py")):
    started = time.process_time()
    bag.process_file(str(file))
    seconds[file.name] = time.process_time() - started
loaded = sorted({name for name in heavy if name in sys.modules} - already)
print(json.dumps({"seconds": seconds, "heavy": loaded, "ids": sorted(bag.dags), "errors": bag.import_errors}))
"""


def parsed() -> dict:
    command = [sys.executable, "-c", PARSE, str(PROJECT / "dags"), HEAVY]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(told.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def read_apart(airflow_db) -> dict:
    return parsed()


@pytest.fixture(scope="module")
def every_dag(airflow_db) -> dict:
    """The DAGs of every market, for all tests here: they only look at them."""
    bag = read_here()
    assert bag.import_errors == {}
    return bag.dags


def read_here():
    from airflow.dag_processing.dagbag import BundleDagBag

    return BundleDagBag(dag_folder=str(PROJECT / "dags"), bundle_path=PROJECT / "dags", bundle_name="dags-folder")


def test_no_file_has_an_import_error(read_apart):
    assert read_apart["errors"] == {}


def test_every_market_has_one_dag_a_file_named_for_both(read_apart):
    from nightshift.config import market_names

    assert read_apart["ids"] == sorted(["nightshift_watch", *(f"{market}_{kind}" for market in market_names() for kind in KINDS)])


def test_every_file_parses_within_half_a_second(read_apart):
    seconds = read_apart["seconds"]
    assert len(seconds) == len(FILES)
    for _ in range(2):  # the best of three: the first one may have compiled the library, and a machine may be busy
        if max(seconds.values()) > PARSE_BUDGET_S:
            again = parsed()["seconds"]
            seconds = {file: min(before, again[file]) for file, before in seconds.items()}
    assert {file: spent for file, spent in seconds.items() if spent > PARSE_BUDGET_S} == {}


def test_parsing_imports_nothing_heavy(read_apart):
    assert read_apart["heavy"] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_dag_file_is_a_table_of_contents(file):
    text = file.read_text()
    assert len(text.splitlines()) <= 40
    assert "pandas" not in text
    assert "import os" not in text


def test_a_broken_market_file_costs_only_its_own_dags(airflow_db, tmp_path, monkeypatch):
    for source in (PROJECT / "include" / "markets").glob("demo*.yaml"):
        (tmp_path / source.name).write_text(source.read_text())
    (tmp_path / "bad.yaml").write_text(
        (tmp_path / "demo.yaml").read_text().replace("market: demo", "market: bad").replace("gates:", "gatez:")
    )
    cluster = (tmp_path / "demo.yaml").read_text().replace("market: demo", "market: cluster")
    (tmp_path / "cluster.yaml").write_text(cluster + "execution: {heavy: kubernetes}\n")
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path))
    found = read_here()
    assert {name.rsplit("_daily_retrain")[0] for name in found.dags if name.endswith("daily_retrain")} == {
        file.stem for file in (PROJECT / "include" / "markets").glob("demo*.yaml")
    }
    assert [Path(file).name for file in found.import_errors] == ["market_files.py"]
    (sentence,) = found.import_errors.values()
    assert "bad: expected only known keys" in sentence
    assert "did you mean 'gates'" in sentence
    assert "cluster: expected an `execution.heavy` that can run here" in sentence


def test_every_dag_keeps_the_house_rules(every_dag):
    for dag_id, dag in every_dag.items():
        market, kind = next((dag_id.removesuffix(f"_{kind}"), kind) for kind in (*KINDS, "watch") if dag_id.endswith(kind))
        assert {market, "nightshift", kind} <= set(dag.tags)
        assert dag.catchup is False
        assert dag.max_active_runs == 1
        assert dag.doc_md
        assert dag.description
        assert dag.dagrun_timeout
        assert dag.on_failure_callback
        for task in dag.tasks:
            assert task.owner == "quant", task
            assert task.doc_md, task
            assert task.on_failure_callback, task
            assert task.retry_policy, task
            assert task.retries >= 2 or kind == "rollback", task
            assert task.execution_timeout, task


def test_every_param_has_a_title_and_help(every_dag):
    for dag in every_dag.values():
        for name in dag.params:
            param = dag.params.get_param(name)
            assert param.schema.get("title"), f"{dag.dag_id}.{name}"
            assert param.description, f"{dag.dag_id}.{name}"
            assert param.schema.get("type"), f"{dag.dag_id}.{name}"
            assert param.value != "", f"{dag.dag_id}.{name}: the form takes an empty string for a missing value"


def test_every_dag_survives_the_scheduler_database(every_dag):
    from airflow.serialization.serialized_objects import DagSerialization

    for dag in every_dag.values():
        kept = json.loads(json.dumps(DagSerialization.to_dict(dag)))
        again = DagSerialization.from_dict(kept)
        assert again.task_ids == dag.task_ids
        assert again.timetable.summary


def test_the_graph_is_the_one_line(every_dag):
    dag = every_dag["demo_daily_retrain"]
    downstream = {task.task_id: set(task.downstream_task_ids) for task in dag.tasks}
    for before, after in [
        ("preflight", "extract"), ("extract", "listen"), ("listen", "check"), ("check", "columns"), ("columns", "hunt_leaks"),
        ("hunt_leaks", "train"), ("train", "evaluate"), ("hunt_leaks", "score_yardsticks"), ("score_yardsticks", "evaluate"),
        ("evaluate", "select"), ("select", "examine"), ("examine", "gate"), ("gate", "promote_or_keep"), ("promote_or_keep", "signals"),
        ("listen", "signals"), ("signals", "report"), ("report", "announce"),
    ]:  # fmt: skip
        assert after in downstream[before], (before, after)
    train = dag.task_dict["train"]
    assert train.is_mapped
    assert train.pool == "training"
    assert {task.pool for task in dag.tasks if task.task_id not in {"train", "search"}} == {"default_pool"}
    assert list(dag.task_group.children) == ["data", "learn", "prove", "decide", "release"]
    assert "search" not in downstream, "nobody wants several search workers here"


def test_several_search_workers_are_tasks_before_training(airflow_db, tmp_path, monkeypatch):
    text = (PROJECT / "include" / "markets" / "demo.yaml").read_text()
    (tmp_path / "demo.yaml").write_text(text + "search: {trials: 4, workers: 2}\n")
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path))
    dag = read_here().dags["demo_daily_retrain"]
    search = dag.task_dict["search"]
    assert set(search.downstream_task_ids) == {"train"}
    assert search.pool == "training"
    assert [*search.op_kwargs_expand_input.value[:2]] == [{"family": "logistic", "worker": 0}, {"family": "logistic", "worker": 1}]
    assert len(search.op_kwargs_expand_input.value) == 2 * len(dag.task_dict["train"].op_kwargs_expand_input.value["family"])


def test_the_pool_of_heavy_stages_is_in_the_settings():
    import yaml

    settings = yaml.safe_load((PROJECT / "airflow_settings.yaml").read_text())["airflow"]
    assert "training" in {pool["pool_name"] for pool in settings["pools"]}


def test_the_dags_of_a_finished_history_run_by_hand_alone(every_dag):
    from nightshift.config import load_market

    finished = {market for market in ("demo", "five_stocks") if load_market(market).schedule.finished_on}
    assert finished == {"five_stocks"}
    for kind in ("daily_retrain", "weekly_evaluation", "gate_assay", "replay"):
        assert type(every_dag[f"five_stocks_{kind}"].timetable).__name__ == "NullTimetable"
        assert type(every_dag[f"demo_{kind}"].timetable).__name__ != "NullTimetable"


def test_a_run_of_a_finished_history_stands_for_its_last_session(every_dag):
    from wiring import run

    now = {"dag_run": None, "logical_date": dt.datetime(2026, 11, 30, 22, tzinfo=dt.UTC), "params": {"as_of": None}}
    assert run.stands_for("five_stocks", now) == "2013-03-01T21:30:00+00:00"
    assert run.stands_for("five_stocks", {**now, "params": {"as_of": "2012-06-01"}}) == "2012-06-01T00:00:00+00:00"
    assert run.stands_for("demo", now) == "2026-11-30T22:00:00+00:00"
