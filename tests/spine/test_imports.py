"""What importing costs: the library never brings Airflow, and the files that are parsed often bring nothing heavy."""

import pkgutil
import subprocess
import sys

import nightshift

HEAVY = (
    "airflow", "tensorflow", "keras", "mlflow", "great_expectations", "xgboost", "lightgbm", "catboost", "sklearn",
    "pandas", "scipy", "optuna", "talib", "pymongo", "arch", "statsmodels",
)  # fmt: skip


def _loaded_by(code):
    script = f"{code}\nimport sys; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()


def test_no_module_of_the_library_imports_airflow():
    names = [m.name for m in pkgutil.walk_packages(nightshift.__path__, "nightshift.") if not m.name.endswith("__main__")]
    assert len(names) > 50
    assert "airflow" not in _loaded_by("\n".join(f"import {name}" for name in names))


def test_the_table_of_contents_and_every_market_load_light():
    imports = "from nightshift import config\nfrom nightshift.running import market_check, stages\n"
    code = imports + "[market_check.checked_market(m) for m in config.market_names()]"
    assert _loaded_by(code) == []
