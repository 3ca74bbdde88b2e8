"""Runs one night of the market `small` and kills itself with SIGKILL at its n-th stage folder, before or after it appears."""

import os
import signal
import sys

from nightshift.running import line


def main(at: int, moment: str) -> None:
    from nightshift.nouns.options import Options
    from nightshift.storage import store

    real, calls = store._put_in_place, 0

    def deadly(building, target):
        nonlocal calls
        calls += 1
        if calls == at and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        real(building, target)
        if calls == at and moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    store._put_in_place = deadly
    line.run_night("small", "2026-11-19T23:00:00+00:00", Options())
    print(f"finished after {calls} folders")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
