"""kill -9 of a simulation at any folder, then the same command again: it goes on, and ends with the same bytes."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from nightshift.running.simulation import fitting

SCRIPT = Path(__file__).with_name("killed_simulation.py")
SPEC = importlib.util.spec_from_file_location("killed_simulation", SCRIPT)
NIGHTS = 4
FOLDERS = 2 + 2 * NIGHTS + 1  # snapshot and columns, fits and verdicts, the record


@pytest.fixture(scope="module")
def simulate():
    with pytest.MonkeyPatch.context() as patched:
        module = importlib.util.module_from_spec(SPEC)
        SPEC.loader.exec_module(module)
        patched.setattr(module.policy_backtest, "fit_missing", module.policy_backtest.fit_missing)  # put back in the end
        yield module.simulate


def bytes_of(home: Path) -> dict[str, bytes]:
    folder = home / "small" / "simulations"
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, living, simulate):
    place = tmp_path_factory.mktemp("undisturbed")
    with living(place):
        simulate()
    return bytes_of(place / "home")


def killed_and_repeated(place, living, simulate, monkeypatch, at, moment):
    """How many fits the second attempt made."""
    fitted, real = [], fitting.fill
    monkeypatch.setattr(fitting, "fill", lambda *asked: (fitted.append(asked[1].session), real(*asked)))
    with living(place):
        died = subprocess.run([sys.executable, SCRIPT, str(at), moment], check=False, capture_output=True)
        assert died.returncode == -9, died.stderr.decode()
        simulate()
    return len(fitted)


A_FIT = pytest.param(4, "before", 3, id="a fit", marks=pytest.mark.slow)
A_VERDICT = pytest.param(8, "after", 0, id="a verdict")


@pytest.mark.parametrize(("at", "moment", "left"), [A_FIT, A_VERDICT])
def test_a_killed_simulation_goes_on_and_ends_the_same(tmp_path, living, simulate, undisturbed, monkeypatch, at, moment, left):
    assert killed_and_repeated(tmp_path, living, simulate, monkeypatch, at, moment) == left
    assert bytes_of(tmp_path / "home") == undisturbed


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_simulation_killed_at_any_folder_ends_the_same(tmp_path, living, simulate, undisturbed, monkeypatch, moment):
    for at in range(1, FOLDERS + 1):
        killed_and_repeated(tmp_path / str(at), living, simulate, monkeypatch, at, moment)
        assert bytes_of(tmp_path / str(at) / "home") == undisturbed, at
