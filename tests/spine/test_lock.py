"""pyproject.toml, uv.lock and requirements.txt tell one story."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKED = {p["name"]: p.get("version") for p in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ASKED_FOR = {
    "apache-airflow", "apache-airflow-providers-docker", "tensorflow", "xgboost", "optuna", "mlflow", "pymongo", "pandas", "pyarrow",
    "great-expectations",
}  # fmt: skip


def _pins(lines):
    return dict(re.match(r"([A-Za-z0-9._-]+)(?:\[[a-z0-9,]+\])?==([^\s;]+)", line).groups() for line in lines)


def test_every_dependency_is_pinned_and_locked_at_that_version():
    for name, version in _pins(PROJECT["project"]["dependencies"]).items():
        assert LOCKED[name] == version, name


def test_the_lock_follows_the_project_with_its_groups_and_extras():
    uv = Path(sys.executable).with_name("uv")
    checked = subprocess.run([uv, "lock", "--check", "--offline"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_every_pin_of_a_group_or_an_extra_is_exact():
    more = [*PROJECT["dependency-groups"].values(), *PROJECT["project"]["optional-dependencies"].values()]
    for name, version in _pins(line for lines in more for line in lines).items():
        assert LOCKED[name] == version, name


def test_the_packages_asked_for_are_there_by_their_names():
    assert set(_pins(PROJECT["project"]["dependencies"])) >= ASKED_FOR


def test_requirements_are_the_export_of_the_lock():
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "export", "--frozen", "--no-dev", "--no-emit-project", "--quiet", "--no-header", "--offline"]
    exported = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    kept = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert exported.splitlines() == kept, "run `make lock`"


def test_requirements_carry_hashes():
    text = (ROOT / "requirements.txt").read_text()
    assert len(re.findall(r"^[a-z0-9].*==", text, flags=re.MULTILINE)) > 150
    for block in re.split(r"\n(?=[a-z0-9])", text):
        assert "==" not in block.splitlines()[0] or "--hash=sha256:" in block, block.splitlines()[0]
