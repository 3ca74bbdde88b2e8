"""Dies at the n-th write of a promotion, a rollback or a retraction, for n = 1, 2, … until it lives; a real process, a real SIGKILL.

`python dying.py ACTION FOLDER` prints one JSON list: per n, how the child ended, and what was there afterwards, twice:
after `repair` alone, and after asking again.
"""

import importlib.util
import json
import os
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("handmade", Path(__file__).parents[1] / "release" / "handmade.py")
handmade = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(handmade)

from nightshift import release  # noqa: E402
from nightshift.errors import ReleaseRefused  # noqa: E402
from nightshift.release import deployment  # noqa: E402
from nightshift.storage import addresses, fingerprints, ledger, store  # noqa: E402


def set_up() -> None:
    """What this process, and no process that merely imports this file, does without."""
    fingerprints.of = lambda made: "c0de"  # whoever edits the library meanwhile does not make this another night
    deployment.first_load = handmade.whole


MORTAL = {"INSERT", "COMMIT", "BEGIN", "PRAGMA"}  # statements that a process may die before


class Deadly(sqlite3.Connection):
    """A database that counts its statements, so that a process can die before any of them."""

    def execute(self, statement, *arguments):
        if statement.split()[0] in MORTAL:
            step()
        return super().execute(statement, *arguments)


left = [0]


def step() -> None:
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def deadly(function):
    def counted(*arguments, **named):
        step()
        return function(*arguments, **named)

    return counted


def arm(n: int) -> None:
    left[0] = n
    for name in ("rename", "replace", "fsync", "symlink", "mkdir", "unlink", "rmdir"):
        setattr(os, name, deadly(getattr(os, name)))
    shutil.copyfile = deadly(shutil.copyfile)
    Path.write_text = deadly(Path.write_text)
    connect = sqlite3.connect
    sqlite3.connect = lambda *arguments, **named: connect(*arguments, factory=Deadly, **named)


def prepare(action: str) -> None:
    for day in ("2026-11-17",) if action == "promote" else ("2026-11-16", "2026-11-17", "2026-11-18"):
        release.promote(handmade.night(day), who="gate", why="better", at=handmade.AT)
    handmade.night("2026-11-19")


def act(action: str) -> None:
    if action == "promote":
        release.promote(handmade.night("2026-11-19"), who="gate", why="better", at=handmade.AT)
    elif action == "first":
        release.promote(handmade.night("2026-11-19", name="fresh"), who="gate", why="better", at=handmade.AT)
    elif action == "retract":
        retract()
    else:
        release.rollback(handmade.market(), to="previous" if action == "previous" else "1.0.0", who="ada", why="loss", at=handmade.AT)


def retract() -> None:
    """The live one; that nothing is left to do of it is an answer too."""
    try:
        release.retract(handmade.market(), "1.0.2", "ada", "wrong bars", at=handmade.AT)
    except ReleaseRefused as said:
        if "nothing is to do" not in said.next_step:
            raise


def state(home: Path) -> dict:
    # The ledger is compared by its entries: its head may be behind them until the next write.
    kept = [f for f in home.rglob("*") if f.is_file() and not f.name.startswith("ledger.") and f.suffix != ".lock"]
    files = {f.relative_to(home).as_posix(): store.sha256_of(f) for f in kept}
    live = {m: ledger.live(m) for m in (handmade.NAME, "fresh")}
    pointed = {m: store.pointed(addresses.serving(m)) for m in live}
    agreed = all(pointed[m] == (entry and entry.release) for m, entry in live.items())
    for entry in live.values():
        if entry:
            store.open_folder(entry.release)
    return {
        "fingerprint": store.fingerprint([files, {m: entry and entry.model_dump() for m, entry in live.items()}, pointed, ledger.verify()]),
        "agreed": agreed,
        "litter": litter(home),
        "pointed": pointed,
    }


def litter(home: Path) -> list[str]:
    return [p.name for p in home.rglob(".tmp-*")]


def forked(work) -> int:
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return os.waitpid(child, 0)[1]


def recovered(before: Path, after: Path, action: str | None) -> dict:
    """The home as a killed process left it, in another place, after repair and, if given, the same request again."""
    shutil.copytree(before, after, symlinks=True)
    os.environ["NIGHTSHIFT_HOME"] = str(after)
    mid_flight = {m: store.pointed(addresses.serving(m)) for m in (handmade.NAME, "fresh")}
    for market in mid_flight:
        store.sweep(market)
        if action is None:
            release.repair(market)
    if action:
        act(action)
    found = state(after) | {"mid_flight": mid_flight}
    shutil.rmtree(after)
    return found


def main(action: str, folder: Path) -> None:
    set_up()
    start = folder / "start"
    os.environ["NIGHTSHIFT_HOME"] = str(start)
    prepare(action)
    if action == "first":
        handmade.night("2026-11-19", name="fresh")
    untouched, undisturbed = recovered(start, folder / "untouched", None), recovered(start, folder / "undisturbed", action)
    rounds = []
    for n in range(1, 1000):
        home = folder / f"killed-{n}"
        shutil.copytree(start, home, symlinks=True)
        os.environ["NIGHTSHIFT_HOME"] = str(home)
        ended = forked(lambda n=n: (arm(n), act(action)))
        facts = {"n": n, "killed": os.WIFSIGNALED(ended), "status": ended}
        facts |= {"repaired": recovered(home, folder / "again", None), "asked_again": recovered(home, folder / "again", action)}
        rounds.append(facts)
        shutil.rmtree(home)
        if not facts["killed"]:
            break
    print(json.dumps({"untouched": untouched, "undisturbed": undisturbed, "rounds": rounds}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
