"""Nights of different sessions are promoted at one moment by processes of their own, while somebody watches what is served.

`python racing_sessions.py KIND ROUNDS FOLDER` prints, round by round, the ledger's changes and what was seen to be served.
"""

import importlib.util
import json
import os
import random
import sys
import time
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("handmade", Path(__file__).parents[1] / "release" / "handmade.py")
handmade = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(handmade)

from nightshift import release  # noqa: E402
from nightshift.errors import ReleaseRefused  # noqa: E402
from nightshift.storage import addresses, fingerprints, ledger, store  # noqa: E402

BEFORE, TONIGHT = "2026-10-01", "2026-11-19"
EARLIER = {"yesterday": "2026-11-18", "backfill": "2026-10-19", "forced": "2026-10-19"}
WON, REFUSED, NEVER = 0, 3, 4


def racer(session: str, gate: int, opener: int, force: bool, delay_s: float) -> int:
    """A process that looks and promotes when it is let go; refused because somebody was faster, it is judged again, as a retry is."""
    staged = handmade.night(session)
    child = os.fork()
    if child:
        return child
    os.close(opener)
    os.read(gate, 1)
    time.sleep(delay_s)
    os._exit(promoted(staged, session, force))


def promoted(staged, session: str, force: bool) -> int:
    handmade.looked(session)
    for attempt in range(5):
        try:
            release.promote(staged, who="ann" if force else "gate", why="the newer data was wrong" if force else "better", force=force)
        except ReleaseRefused as refused:
            if "a session not before" in str(refused):
                return REFUSED
            staged = handmade.night(session, snapshot=f"handmade/snapshots/{attempt}")
        else:
            return WON
    return NEVER


def watched(children: list[int]) -> tuple[list[int], list[str]]:
    """How the processes ended, and every release that was served meanwhile, one line a change."""
    left, ended, seen = dict(enumerate(children)), {}, []
    while left:
        for place, child in list(left.items()):
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                ended[place] = os.waitstatus_to_exitcode(status)
                del left[place]
        served = store.pointed(addresses.serving(handmade.NAME))
        seen += [served] if seen[-1:] != [served] else []
    return [ended[place] for place in range(len(children))], seen


def race(kind: str, chance: random.Random) -> dict:
    release.promote(handmade.night(BEFORE), who="gate", why="first")
    gate, opener = os.pipe()
    sessions = [TONIGHT, EARLIER[kind]]
    delays = [chance.uniform(0, 0.02), chance.uniform(0, 0.02)]
    children = [racer(s, gate, opener, kind == "forced" and s != TONIGHT, d) for s, d in zip(sessions, delays, strict=True)]
    os.close(gate)
    os.close(opener)
    statuses, seen = watched(children)
    entries = ledger.entries(handmade.NAME)
    store.open_folder(entries[-1].release)
    return {
        "statuses": dict(zip(("tonight", "earlier"), statuses, strict=True)),
        "changes": [(entry.kind, entry.session, entry.release, entry.who, entry.why) for entry in entries],
        "seen": seen,
        "served": store.pointed(addresses.serving(handmade.NAME)),
        "looks": len(ledger.looks(handmade.NAME)),
        "links": ledger.verify(),
    }


def main(kind: str, rounds: int, folder: Path) -> None:
    fingerprints.of = lambda made: "c0de"
    chance, done = random.Random(kind), []
    for number in range(rounds):
        os.environ["NIGHTSHIFT_HOME"] = str(folder / str(number))
        done.append(race(kind, chance))
    print(json.dumps(done))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
