"""What the cluster does once at each start, before its services: database, settings, login."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from apply_settings import apply, read


def main() -> None:
    """Migrate, apply airflow_settings.yaml, and write the login of the UI from NIGHTSHIFT_ADMIN_PASSWORD."""
    subprocess.run(["airflow", "db", "migrate"], check=True)
    for line in apply(read(Path(__file__).resolve().parents[1] / "airflow_settings.yaml"), os.environ):
        print(line)
    file = Path(os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    file.touch(mode=0o600)
    file.write_text(json.dumps({"admin": os.environ["NIGHTSHIFT_ADMIN_PASSWORD"]}))


if __name__ == "__main__":
    main()
