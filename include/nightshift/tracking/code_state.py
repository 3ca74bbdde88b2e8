"""The code, lock and libraries that a night was made with, as far as they are still those that lie here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from nightshift.nouns.night_record import NightRecord
from nightshift.project import PROJECT
from nightshift.storage import fingerprints, provenance
from nightshift.storage.night import Night

_MOVED = "A night that is tracked later than it was run: the code that lies here is not the code of the night any more.\n"


@dataclass(frozen=True)
class CodeState:
    """Tags, texts by file name, and the lock's file where it is the night's own."""

    tags: dict[str, str]
    texts: dict[str, str]
    lock: Path | None


def of_night(night: Night) -> CodeState:
    """Commit and lock as the night noted them; the diff and the installed libraries only while they are still the night's."""
    record, here = night.read(NightRecord, "night"), provenance.git()
    same_code = record.code == fingerprints.library() and record.git_commit == here["git_commit"]
    same_lock = record.lock_sha256 == provenance.lock_sha256()
    tags = {
        "git_sha": record.git_commit or "none",
        "git_dirty": str(here["git_dirty"]) if same_code else "not known",
        "lock_sha256": record.lock_sha256 or "none",
        "library_sha256": record.code,
        **({"mlflow.source.git.commit": record.git_commit} if record.git_commit else {}),
    }
    texts = {}
    if same_lock:
        texts["environment/libraries.json"] = json.dumps(provenance.libraries(), indent=2)
    diff = provenance.git_diff() if same_code else _MOVED
    if diff:
        texts["code/git.diff"] = diff
    lock = PROJECT / "uv.lock"
    return CodeState(tags, texts, lock if same_lock and lock.is_file() else None)
