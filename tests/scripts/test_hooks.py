"""What is asked before a commit is what `make static` asks, from this environment alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
CONFIG = PROJECT / ".pre-commit-config.yaml"
REPOSITORIES = yaml.safe_load(CONFIG.read_text())["repos"]
HOOKS = [hook for repository in REPOSITORIES for hook in repository["hooks"]]


def _without_files(command):
    return [word for word in command.split() if word not in {".", "--force-exclude"}]


def test_the_hooks_are_the_checks_of_make_static():
    told = subprocess.run(["make", "--dry-run", "static"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    checks = [line for line in told.splitlines() if line.startswith(".venv/bin/") and " sync " not in line and "compileall" not in line]
    assert len(checks) > 5
    assert [_without_files(check) for check in checks] == [_without_files(hook["entry"]) for hook in HOOKS if hook["id"] != "lock"]


def test_no_hook_comes_from_elsewhere():
    assert {repository["repo"] for repository in REPOSITORIES} == {"local"}
    assert {hook["language"] for hook in HOOKS} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in HOOKS)


@pytest.mark.parametrize(("text", "code"), [("door = 1\n", 0), ("door   =  1\n", 1)])
def test_a_commit_is_let_through_or_refused_without_a_network(tmp_path, text, code):
    house = tmp_path / "house"
    house.mkdir()
    (house / ".venv").symlink_to(BIN.parent)
    (house / CONFIG.name).write_text(CONFIG.read_text())
    (house / "room.py").write_text(text)
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:1")
    name = {f"GIT_{who}_{what}": "someone@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}  # also when a hook runs this
    environ = {
        **inherited,
        **nowhere,
        **name,
        "PRE_COMMIT_HOME": str(tmp_path / "kept"),
        "SKIP": "mypy,lint-imports,deptry,deptry-all,dead-code,lock",
    }
    for command in (["git", "init", "-q"], ["git", "add", "room.py", CONFIG.name], [BIN / "pre-commit", "install"]):
        subprocess.run(command, cwd=house, env=environ, check=True, capture_output=True)
    done = subprocess.run(["git", "commit", "-q", "-m", "A room"], cwd=house, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert ("Failed" in done.stderr) == bool(code)
