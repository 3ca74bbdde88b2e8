"""Several processes promote at once: `python racing.py FOLDER` prints who won, round by round, and what was served at the end."""

import importlib.util
import json
import os
import sys
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("handmade", Path(__file__).parents[1] / "release" / "handmade.py")
handmade = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(handmade)

from nightshift import release  # noqa: E402
from nightshift.errors import ReleaseRefused  # noqa: E402
from nightshift.storage import addresses, fingerprints, ledger, store  # noqa: E402

WON, REFUSED = 0, 3


def together(nights: list) -> list[int]:
    """Every night promoted by a process of its own, all let go at one moment; their exit statuses."""
    gate, opener = os.pipe()
    children = [_child(one, gate, opener) for one in nights]
    os.close(gate)
    os.close(opener)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _child(one, gate: int, opener: int) -> int:
    child = os.fork()
    if child:
        return child
    os.close(opener)
    os.read(gate, 1)  # returns when the parent lets go
    try:
        release.promote(one, who="racer", why="first")
    except ReleaseRefused:
        os._exit(REFUSED)
    os._exit(WON)


def main(folder: Path) -> None:
    fingerprints.of = lambda made: "c0de"
    rounds = []
    for number in range(8):
        os.environ["NIGHTSHIFT_HOME"] = str(folder / str(number))
        same = number % 2 == 0
        first = handmade.night()
        nights = [first] * 5 if same else [handmade.night(snapshot=f"handmade/snapshots/{i}") for i in range(5)]
        statuses = together(nights)
        live = ledger.live(handmade.NAME)
        store.open_folder(live.release)
        rounds.append(
            {
                "same": same,
                "statuses": statuses,
                "entries": len(ledger.entries(handmade.NAME)),
                "agreed": store.pointed(addresses.serving(handmade.NAME)) == live.release,
                "links": ledger.verify(),
            }
        )
    print(json.dumps(rounds))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
