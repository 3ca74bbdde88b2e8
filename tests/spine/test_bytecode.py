"""Bytecode is compiled when the environment is made: where none may be written, every task would compile its libraries again."""

import importlib.util
import py_compile
import struct
import sysconfig
from pathlib import Path

import pytest

INSTALLED = Path(sysconfig.get_path("purelib"))
HEAVY = ("airflow", "great_expectations", "keras", "mlflow", "optuna", "pandas", "sklearn", "sqlalchemy", "tensorflow")


def _stale(source: Path) -> bool:
    """Whether importing this file would compile it: no bytecode of this Python, or of another time or size of the source."""
    compiled = Path(importlib.util.cache_from_source(str(source)))
    if not compiled.exists():
        return True
    with compiled.open("rb") as file:
        magic, flags, mtime, size = struct.unpack("<4sIII", file.read(16))
    of_source = source.stat()
    same = (mtime, size) == (int(of_source.st_mtime) & 0xFFFFFFFF, of_source.st_size & 0xFFFFFFFF)
    return magic != importlib.util.MAGIC_NUMBER or not (flags or same)  # flags: it carries the source's hash instead


@pytest.mark.parametrize("package", HEAVY)
def test_a_heavy_package_is_compiled_whole(package):
    sources = list((INSTALLED / package).rglob("*.py"))
    assert len(sources) > 50
    stale = [str(source) for source in sources if _stale(source)]
    assert stale == [], f"{len(stale)} of {len(sources)} files are not compiled; next: make setup"


def test_an_uncompiled_or_changed_file_is_told(tmp_path):
    source = tmp_path / "room.py"
    source.write_text("door = 1\n")
    assert _stale(source)
    py_compile.compile(str(source), doraise=True)
    assert not _stale(source)
    source.write_text("door = 1\nwindow = 2\n")
    assert _stale(source)
