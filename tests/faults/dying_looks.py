"""Dies at the n-th write of a look, for n = 1, 2, … until it lives: into no ledger yet, into a ledger, and into an older version's.

`python dying_looks.py BEFORE FOLDER` prints one JSON list: per n, how the child ended, what was there then, and after a second try.
"""

import importlib.util
import json
import os
import shutil
import sqlite3
import sys
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("dying", Path(__file__).with_name("dying.py"))
dying = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(dying)
handmade = dying.handmade

from nightshift.storage import ledger, ledger_head  # noqa: E402

OLD = Path(__file__).parents[1] / "release" / "kept" / "ledger.sql"


def prepare(before: str) -> None:
    ledger.file().parent.mkdir(parents=True)
    if before == "written":
        handmade.looked("2026-11-17")
        handmade.looked("2026-11-18")
    elif before == "old":
        database = sqlite3.connect(ledger.file())
        database.executescript(OLD.read_text())
        database.close()


def act() -> dict:
    return handmade.looked("2026-11-19").model_dump(mode="json")


def state() -> dict:
    """What there is, all of it read: the file's rules and rows, and whether the chain and its end are whole."""
    links = ledger.verify()
    database = sqlite3.connect(ledger.file())
    rules = [sql for (sql,) in database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")]
    rows = database.execute("SELECT * FROM entries ORDER BY id").fetchall() if rules else []
    database.close()
    head = ledger_head.read(ledger.file())
    assert links == len(rows)
    return {"rules": rules, "rows": rows, "head": head and [head.entries, head.hash], "files": sorted(p.name for p in files())}


def files() -> list[Path]:
    return [path for path in ledger.file().parent.iterdir() if "-" not in path.name]  # not SQLite's own -wal and -shm


def main(before: str, folder: Path) -> None:
    dying.set_up()
    dying.MORTAL |= {"CREATE", "DROP", "ALTER"}
    start = folder / "start"
    os.environ["NIGHTSHIFT_HOME"] = str(start)
    prepare(before)
    untouched, rounds = state() if before != "nothing" else None, []
    for n in range(1, 1000):
        home = folder / f"killed-{n}"
        shutil.copytree(start, home)
        os.environ["NIGHTSHIFT_HOME"] = str(home)
        ended = dying.forked(lambda n=n: (dying.arm(n), act()))
        left = state() if ledger.file().is_file() else None
        rounds.append({"n": n, "killed": os.WIFSIGNALED(ended), "status": ended, "left": left, "entry": act(), "after": state()})
        shutil.rmtree(home)
        if not rounds[-1]["killed"]:
            break
    print(json.dumps({"untouched": untouched, "rounds": rounds}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
