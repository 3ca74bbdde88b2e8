"""The cluster's files, read as a careful administrator would: no default passwords, nothing exposed, everything checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
TEXT = (PROJECT / "docker-compose.yaml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
SECRET = re.compile(r"PASSWORD|SECRET|FERNET|requirepass", re.IGNORECASE)


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_health_check_and_a_named_version(name):
    service = SERVICES[name]
    assert "healthcheck" in service
    image = service["image"]
    assert ":" in image
    assert image == "nightshift:latest" or not image.endswith(":latest")
    if name != "airflow-init":
        assert {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"])
        assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_listens_beyond_this_machine(name):
    for port in SERVICES[name].get("ports", []):
        assert str(port).startswith("127.0.0.1:")
    assert SERVICES[name].get("network_mode") != "host"
    assert not SERVICES[name].get("privileged")


@pytest.mark.parametrize("name", SERVICES)
def test_the_engine_socket_is_not_mounted(name):
    assert not any("docker.sock" in str(volume) for volume in SERVICES[name].get("volumes", []))


@pytest.mark.parametrize("name", SERVICES)
def test_every_secret_has_to_be_given(name):
    for variable, value in SERVICES[name].get("environment", {}).items():
        if SECRET.search(variable) and not variable.endswith("_FILE"):
            assert str(value).startswith("${"), variable
            assert ":?" in str(value), f"{variable} must refuse to start when empty"
        assert not re.search(r"://[^$/\s]*:[^$/\s{]+@", str(value)), f"{variable} holds a password"


def test_every_required_variable_is_explained_in_the_example():
    example = (PROJECT / ".env.example").read_text()
    required = set(re.findall(r"\$\{(\w+):\?", TEXT))
    assert required
    assert {name for name in required if not re.search(rf"^{name}=$", example, re.MULTILINE)} == set()


def test_all_of_airflow_shares_what_it_must_share():
    parts = [service for name, service in SERVICES.items() if name.startswith("airflow-")]
    assert len(parts) == 6
    for shared in (
        "AIRFLOW__API_AUTH__JWT_SECRET",
        "AIRFLOW__API__SECRET_KEY",
        "AIRFLOW__CORE__FERNET_KEY",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    ):
        assert len({part["environment"][shared] for part in parts}) == 1
    assert all("data:/data" in part["volumes"] for part in parts)


def test_every_volume_that_is_used_is_declared():
    used = {str(volume).split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


def test_every_dependency_waits_for_health():
    for service in SERVICES.values():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in SERVICES
            assert how["condition"] in {"service_healthy", "service_completed_successfully"}


def test_the_image_follows_the_lock_and_is_nobodys_root():
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    assert lines[2].startswith("FROM python:3.11-slim-bookworm")
    steps = [line for line in lines if re.match(r"[A-Z]+ ", line)]
    assert any("uv sync --frozen" in step for step in steps)
    assert steps.index("COPY include include") > next(i for i, step in enumerate(steps) if "--no-install-project" in step)
    assert "USER nightshift" in steps


def test_the_image_compiles_what_its_user_may_not_write():
    text = re.sub(r"\\\n\s*", "", (PROJECT / "Dockerfile").read_text())
    steps = [line for line in text.splitlines() if re.match(r"[A-Z]+ ", line)]
    at = {step: number for number, step in enumerate(steps)}
    compiles = next(step for step in steps if step.startswith("ENV") and "UV_COMPILE_BYTECODE=1" in step)
    own = next(step for step in steps if "-m compileall" in step)
    copies = [step for step in steps if step.startswith("COPY")]
    code = {place for step in copies for place in step.split()[1:-1] if list((PROJECT / place).rglob("*.py"))}
    assert at[compiles] < min(at[step] for step in steps if "uv sync" in step)
    assert max(at[step] for step in copies) < at[own] < at["USER nightshift"]
    assert code
    assert code <= set(own.partition("-m compileall")[2].split())


def test_the_image_copies_only_what_is_let_in():
    copied = {word for line in (PROJECT / "Dockerfile").read_text().splitlines() if line.startswith("COPY") for word in line.split()[1:-1]}
    allowed = {line[1:] for line in (PROJECT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == allowed


def test_the_example_holds_no_secret():
    for line in (PROJECT / ".env.example").read_text().splitlines():
        if SECRET.search(line) and not line.startswith("#"):
            assert line.endswith("="), line
