"""A release as an MLflow model: the sealed folder as it is, and beside it what MLflow reads of it: signature, input example, lock.

There is no pickle: the flavour names `mlflow_flavor`, which opens the sealed folder.
"""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift.nouns.release import Release, ReleaseColumns
from nightshift.project import PROJECT
from nightshift.release import sample
from nightshift.storage import provenance

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

FOLDER = "model"  # of the run's artifacts
SEALED = "release"  # below it
EXAMPLE = "input_example.json"
_SERVING_EXAMPLE = "serving_input_example.json"
_EXAMPLE_ROWS = 5
KEYS = ("symbol", "session")  # a row is one symbol in one session; earlier rows of a symbol are its history


def write(folder: Path, run: str, into: Path) -> None:
    """MLmodel, input example and lock of the release in `folder`; the release itself is not copied."""
    from mlflow.models import Model

    release, columns = Release.read(folder), ReleaseColumns.read(folder)
    info: dict[str, Any] = {}
    if (folder / sample.FILE).is_file():
        info = _write_example(folder, columns, into)
    flavor = {"loader_module": "nightshift.tracking.mlflow_flavor", "data": SEALED, "python_version": release.libraries.get("python", "")}
    described = {"market": release.market, "family": release.family, "session": release.session, "snapshot": release.snapshot}
    Model(
        artifact_path=FOLDER, run_id=run, signature=signature(columns), flavors={"python_function": flavor},
        saved_input_example_info=info or None, metadata=described,
    ).save(str(into / "MLmodel"))  # fmt: skip
    lock = PROJECT / "uv.lock"
    if release.lock_sha256 and release.lock_sha256 == provenance.lock_sha256():
        shutil.copyfile(lock, into / lock.name)


def signature(columns: ReleaseColumns) -> ModelSignature:
    """A symbol, a session and the columns in, one score out."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    keys = [ColSpec("string", name) for name in KEYS]
    return ModelSignature(Schema([*keys, *(ColSpec("double", name) for name in columns.names)]), Schema([ColSpec("double", "score")]))


def _write_example(folder: Path, columns: ReleaseColumns, into: Path) -> dict[str, str]:
    """The last rows of the release's own sample, as MLflow would have written them."""
    panel = sample.read(folder / sample.FILE).rows.panel
    last = range(max(len(panel.sessions) - _EXAMPLE_ROWS, 0), len(panel.sessions))
    place = {name: index for index, name in enumerate(panel.names)}
    rows = [
        [panel.symbols[0], str(panel.sessions[at]), *(_number(panel.values[0, at, place[name]]) for name in columns.names)] for at in last
    ]
    split = {"columns": [*KEYS, *columns.names], "data": rows}
    (into / EXAMPLE).write_text(json.dumps(split))
    (into / _SERVING_EXAMPLE).write_text(json.dumps({"dataframe_split": split}, indent=2))
    return {"artifact_path": EXAMPLE, "type": "dataframe", "pandas_orient": "split", "serving_input_path": _SERVING_EXAMPLE}


def _number(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None  # JSON has no NaN
