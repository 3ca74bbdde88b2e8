"""Makes `dvc_repository.tar.xz`: a git repository with data under DVC, and the remote that DVC pushed to.

    python -m venv /tmp/dvc && /tmp/dvc/bin/pip install dvc==3.67.1 && /tmp/dvc/bin/python tests/recorded/make_dvc_repository.py

Tags v1, and v2 with a bar less. Reading a repository needs no DVC, and no test does: DVC brings a hundred packages, some under the GPL.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

RECORDED = Path(__file__).parent / "folder"
PEOPLE = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "q"), ("EMAIL", "q@example.com"))}


def make(place: Path) -> None:
    """`repository` and `remote` below a folder."""
    from dvc.repo import Repo

    home = place / "repository"
    subprocess.run(["git", "init", "--quiet", "-b", "main", str(home)], check=True)
    Repo.init(str(home))
    (home / ".dvc" / "config").write_text("[core]\n    remote = storage\n['remote \"storage\"']\n    url = ../../remote\n")
    repo = Repo(str(home))

    def commit(tag: str) -> None:
        repo.scm.add([str(file) for file in home.rglob("*.dvc")] + [str(home / ".dvc" / "config"), *map(str, home.rglob(".gitignore"))])
        repo.scm.commit(tag)
        repo.scm.tag(tag)
        repo.push()

    shutil.copytree(RECORDED, home / "data" / "bars")
    shutil.copy(RECORDED / "CCC.csv", home / "data" / "CCC.csv")
    repo.add([str(home / "data" / "bars"), str(home / "data" / "CCC.csv")])
    commit("v1")
    file = home / "data" / "bars" / "CCC.csv"
    file.write_bytes(file.read_bytes().rsplit(b"\n", 2)[0] + b"\n")
    repo.add([str(home / "data" / "bars")])
    commit("v2")
    shutil.rmtree(home / ".dvc" / "tmp", ignore_errors=True)
    shutil.rmtree(home / ".git" / "hooks", ignore_errors=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {**PEOPLE, "DVC_NO_ANALYTICS": "1", "DVC_SITE_CACHE_DIR": f"{folder}/site", "HOME": folder}
        make(Path(folder))
        with tarfile.open(Path(__file__).with_name("dvc_repository.tar.xz"), "w:xz") as archive:
            for name in ("repository", "remote"):
                archive.add(Path(folder, name), name)
