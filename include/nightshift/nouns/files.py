"""JSON files: whole or not at all, the same bytes for the same facts."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Any

from nightshift.errors import Damaged


def write_json(file: Path, facts: object) -> None:
    """Facts as JSON that reads well and is the same for the same facts; a lone file appears whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    building = file.parent / f".tmp-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    building.write_text(json.dumps(facts, indent=2, sort_keys=True, default=str, allow_nan=False) + "\n")
    sync(building)
    os.replace(building, file)
    sync(file.parent)


def read_json(file: Path) -> Any:
    """Facts written by `write_json`."""
    try:
        return json.loads(file.read_text())
    except (ValueError, RecursionError):  # damaged, or nested so deeply that nobody wrote it here
        raise Damaged(expected=f"JSON in {file}", found="damaged text", next_step=restore(file.parent)) from None


def restore(folder: Path) -> str:
    """What to do about a folder whose bytes are not what was written."""
    return f"move {folder} aside and run the night again, or restore it from a copy"


def sync(place: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
