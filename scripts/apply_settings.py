"""Apply airflow_settings.yaml (connections, variables, pools) to plain Airflow, which never reads it by itself.

    python scripts/apply_settings.py [airflow_settings.yaml]

Run it after `airflow db migrate`, here or in a container. The file wins over what is in the database.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import yaml

BIN = Path(sys.executable).parent
KINDS = {"connections", "variables", "pools"}


def read(file: Path) -> dict:
    """The file's `airflow:` part; a missing file is an empty one."""
    facts = (yaml.safe_load(file.read_text()) or {}).get("airflow") or {} if file.is_file() else {}
    if unknown := set(facts) - KINDS:
        raise SystemExit(f"expected only {sorted(KINDS)} under `airflow:` in {file}; found {sorted(unknown)}; next: correct the key")
    return facts


def connections(facts: Mapping) -> dict[str, dict]:
    """Connections by id, in the words of `airflow connections import`."""
    given = [item for item in facts.get("connections") or [] if item.get("conn_id")]
    return {item["conn_id"]: _words(item) for item in given}


def variables(facts: Mapping) -> dict[str, object]:
    """Variables by name."""
    return {item["variable_name"]: item["variable_value"] for item in facts.get("variables") or [] if item.get("variable_name")}


def pools(facts: Mapping) -> dict[str, dict]:
    """Pools by name."""
    given = [item for item in facts.get("pools") or [] if item.get("pool_name")]
    return {
        item["pool_name"]: {"slots": int(item["pool_slot"]), "description": item.get("pool_description") or "", "include_deferred": False}
        for item in given
    }


def apply(facts: Mapping, environ: Mapping[str, str]) -> list[str]:
    """Import each kind through Airflow's own command; returns what was applied."""
    applied = []
    for kind, items, more in (
        ("connections", connections(facts), ("--overwrite",)),
        ("variables", variables(facts), ()),
        ("pools", pools(facts), ()),
    ):
        if items:
            _import(kind, items, more, environ)
            applied += [f"{kind[:-1]} {name}" for name in items]
    return applied


def _import(kind: str, items: Mapping, more: tuple[str, ...], environ: Mapping[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:  # readable by its owner only: connections hold passwords
        file = Path(folder) / f"{kind}.json"
        file.write_text(json.dumps(items))
        command = [BIN / "airflow", kind, "import", str(file), *more]
        told = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if told.returncode:
        raise SystemExit(f"expected Airflow to take the {kind} of airflow_settings.yaml; found:\n{told.stderr[-1500:]}\nnext: correct it")


def _words(item: Mapping) -> dict:
    kept = {key: value for key, value in item.items() if key != "conn_id" and value not in (None, "")}
    return {key if key == "conn_type" else key.removeprefix("conn_"): value for key, value in kept.items()}


if __name__ == "__main__":
    settings_file = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "airflow_settings.yaml")
    for line in apply(read(settings_file), os.environ):
        print(line)
