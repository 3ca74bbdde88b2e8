"""What `make up` prepares in its home before anything starts: settings and a password."""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path

from airflow_here import SETTINGS
from apply_settings import apply, read


def settings(environ: dict[str, str], where: Path) -> None:
    """Put airflow_settings.yaml into Airflow's database, once for each edit of it."""
    if not SETTINGS.is_file():
        return
    digest = hashlib.sha256(SETTINGS.read_bytes()).hexdigest()
    mark = where / ".settings"
    if mark.is_file() and mark.read_text() == digest:
        return  # what was since changed in the UI stays until the file changes
    for line in apply(read(SETTINGS), environ):
        print(f"  {line}", flush=True)
    mark.write_text(digest)


def password(file: Path) -> str:
    """The admin's password, made up at the first start and readable by its owner only."""
    if not file.is_file():
        file.touch(mode=0o600)
        file.write_text(json.dumps({"admin": secrets.token_urlsafe(12)}))
    return json.loads(file.read_text())["admin"]
