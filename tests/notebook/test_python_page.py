"""The page about Python and the notebook in examples/ run as they stand."""

import doctest
import json
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "python.md"
NOTEBOOK = PROJECT / "examples" / "look_at_a_night.ipynb"


def test_every_example_of_the_page_answers_as_it_says(released_market):
    outcome = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert outcome.attempted > 15
    assert outcome.failed == 0


def test_the_notebook_runs_from_top_to_bottom(released_market, tmp_path, monkeypatch):
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=tmp_path)
    shown = json.dumps([cell.get("outputs", []) for cell in notebook.cells])
    for words in ("PROMOTE", "demo serves 1.0.1", "good until", "accuracy at_least"):
        assert words in shown


@pytest.mark.parametrize("cell", json.loads(NOTEBOOK.read_text())["cells"] if NOTEBOOK.exists() else [])
def test_the_notebook_is_kept_without_outputs(cell):
    assert not cell.get("outputs")
