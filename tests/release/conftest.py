import importlib.util
import sys
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("handmade", Path(__file__).with_name("handmade.py"))
assert _SPEC
assert _SPEC.loader
handmade_module = importlib.util.module_from_spec(_SPEC)
sys.modules["handmade"] = handmade_module
_SPEC.loader.exec_module(handmade_module)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty home."""
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def handmade():
    return handmade_module


@pytest.fixture
def loads(monkeypatch):
    """The first load in a throw-away process, answered as a whole release answers."""
    monkeypatch.setattr("nightshift.release.deployment.first_load", handmade_module.whole)


@pytest.fixture
def kept_signals():
    """A record of signals as a real night left it."""
    from nightshift.nouns.files import read_json
    from nightshift.nouns.signals_record import SignalsRecord

    kept = handmade_module.KEPT
    return lambda name, **told: SignalsRecord.of_facts(read_json(kept / f"{name}.json") | told, kept / f"{name}.json")
