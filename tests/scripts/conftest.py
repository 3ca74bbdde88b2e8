"""The scripts are no package: their folder is put on the path. What they read is a tiny made-up one."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture(autouse=True)
def _scripts_importable(monkeypatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))


@pytest.fixture
def package(tmp_path):
    """Writes the files of a package `home` and returns its folder."""

    def write(files: dict[str, str]) -> Path:
        for name, text in {"__init__.py": "", **files}.items():
            file = tmp_path / "home" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(text))
        return tmp_path / "home"

    return write
