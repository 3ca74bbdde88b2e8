import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("handmade", Path(__file__).parents[1] / "release" / "handmade.py")
assert _SPEC
assert _SPEC.loader
handmade_module = importlib.util.module_from_spec(_SPEC)
sys.modules["handmade"] = handmade_module
_SPEC.loader.exec_module(handmade_module)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory) -> Path:
    """MLflow's own empty SQLite file: its migrations take seconds, so that the tests share one."""
    home = tmp_path_factory.mktemp("mlflow")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIGHTSHIFT_HOME", str(home))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        from nightshift.tracking import server

        server.connected().search_experiments()
    return home / "mlflow.db"


@pytest.fixture
def home(tmp_path, monkeypatch, empty_database) -> Path:
    place = tmp_path / "home"
    place.mkdir()
    shutil.copy(empty_database, place / "mlflow.db")
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(place))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return place


@pytest.fixture
def handmade():
    return handmade_module


@pytest.fixture
def reported():
    """A finished night: evaluation, selection, two trained families (one of them out), report."""
    return _reported


def _reported(session: str = "2026-11-19", decision: str = "PROMOTE"):
    from nightshift.nouns.measures import Measure
    from nightshift.nouns.selection_record import Selection
    from nightshift.nouns.training import TrainingRecord
    from nightshift.storage import store

    night = handmade_module.night(session, decision=decision)
    measures = {"ridge": {"accuracy": Measure(0.7, 0.65, 0.75), "calmar": Measure(None, note="12 of 60")}}
    store.write(night.stage("evaluation"), handmade_module.evaluation(measures).write)
    selection = Selection(selected="ridge", ranking=(), weights=night.market.selection)
    store.write(night.stage("selection"), selection.write)
    history = [{"loss": 1.0 / (step + 1)} for step in range(250)]
    training = TrainingRecord(family="ridge", params={"alpha": 1.0}, seconds=0.5, seed=1, threads=2, history=history)
    store.write(night.stage("models", "ridge"), training.write)
    store.write(night.stage("report"), lambda folder: (folder / "report.html").write_text("<html>report</html>"))
    return night
