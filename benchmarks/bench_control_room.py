"""How long the control room takes for many markets with many nights. `python benchmarks/bench_control_room.py [MARKETS] [NIGHTS]`

The recorded market's store, with its last night copied under other names and its ledger's changes written again for each market; the first
page of all markets and the page of one, the best of five each, in a process that has made both before. Exits 1 beyond 300 ms.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import tarfile
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
STORE = PROJECT / "tests" / "recorded" / "released_market" / "store.tar.xz"
GOAL_S = 0.3


def main(n_markets: int, n_nights: int) -> int:
    """Print what was measured."""
    with tempfile.TemporaryDirectory(prefix="nightshift-room-") as folder:
        with tarfile.open(STORE) as packed:
            packed.extractall(folder, filter="data")
        os.environ |= {"NIGHTSHIFT_HOME": f"{folder}/home", "NIGHTSHIFT_MARKETS": f"{folder}/markets"}
        names = [f"demo{number:02}" for number in range(n_markets)]
        for name in names:
            _made(Path(folder), name, n_nights)
        _written(names)
        from nightshift.report.pages.control_room import card, control_room
        from nightshift.report.pages.market_room import market_room

        now = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
        room = _best(lambda: control_room([card(name, now) for name in names], now))
        one = _best(lambda: market_room(names[0], now))
    sys.stdout.write(f"{n_markets} markets of {n_nights} nights: {1000 * room:.0f} ms; one market's page: {1000 * one:.0f} ms\n")
    return 1 if room > GOAL_S else 0


def _made(folder: Path, name: str, n_nights: int) -> None:
    text = (folder / "markets" / "demo.yaml").read_text()
    (folder / "markets" / f"{name}.yaml").write_text(text.replace("market: demo\n", f"market: {name}\n"))
    source = max((folder / "home" / "demo" / "nights").iterdir())
    for number in range(n_nights):
        session = dt.date(2025, 11, 20) + dt.timedelta(days=number)
        night = folder / "home" / name / "nights" / f"{session}-{number:08x}"
        for stage in ("night", "news", "verdict", "signals"):
            if (source / stage).is_dir():
                shutil.copytree(source / stage, night / stage, symlinks=True)


def _written(names: list[str]) -> None:
    from nightshift.nouns.ledger_entry import Change
    from nightshift.storage import ledger

    known = [entry for entry in ledger.entries("demo") if entry.released]
    for name in names:
        live = None
        for entry in known:
            facts = {field: getattr(entry, field) for field in Change.model_fields}
            change = Change(**facts | {"market": name, "night": entry.night.replace("demo/", f"{name}/", 1)})
            ledger.append(change, at=dt.datetime.fromisoformat(entry.at), expected_live=live)
            live = entry.version


def _best(make: object) -> float:
    seconds = []
    for _ in range(6):
        began = time.perf_counter()
        make()  # type: ignore[operator]
        seconds.append(time.perf_counter() - began)
    return min(seconds[1:])


if __name__ == "__main__":
    sys.exit(main(*[int(asked) for asked in sys.argv[1:]] or [50, 250]))
