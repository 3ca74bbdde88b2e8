"""Makes the kept store of a schema: `python tests/kept/make_store.py tests/kept/schema_1.tar.xz`, with the library of its commit.

Three nights of one small simulated market, each at its own hour, in a home of their own: what they leave is what an older
installation would hand to a newer one. See README.md for what is in the archive that is kept here.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

import yaml

NIGHTS = ("2026-09-30", "2026-10-14", "2026-10-21")  # released, refused, released
ROLLED_BACK = "2026-10-22T09:30:00+00:00"
LOOKED_BACK = "2026-10-24T08:00:00+00:00"
MARKET = {
    "market": "small",
    "title": "Small",
    "calendar": "XNYS",
    "source": {"kind": "simulated", "symbols": 7, "first_session": "2026-04-01", "seed": 15, "signal": {"kind": "linear", "strength": 0.6}},
    "columns": ["volume_shock_20", "close_location", "log_return_1", "log_return_5"],
    "split": {"train_fraction": 0.6, "validate_fraction": 0.2, "test_fraction": 0.2},
    "families": [{"name": "logistic"}, {"name": "lightgbm", "params": {"min_child_samples": 20, "n_estimators": 40}}],
    "gates": [
        {"metric": "accuracy", "must_be": "at_least", "limit": 0.55},
        {"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0},
    ],
    "execution": {"heavy": "here", "threads": 1},
}
LEFT_OUT = {"mlflow.db", "mlartifacts", "registry.json", "tracked.json", "checkpoints"}  # what follows the ledger and is made up for


def main(archive: Path) -> int:
    """Live through the nights and pack what they leave."""
    with tempfile.TemporaryDirectory(prefix="nightshift-kept-") as folder:
        place = Path(folder)
        os.environ |= {"NIGHTSHIFT_HOME": str(place / "home"), "NIGHTSHIFT_MARKETS": str(place / "markets")}
        (place / "markets").mkdir()
        (place / "markets" / "small.yaml").write_text(yaml.safe_dump(MARKET, sort_keys=False))
        live()
        for kind in ("columns", "snapshots"):
            forget_all_but_the_newest(place / "home" / "small" / kind)
        with tarfile.open(archive, "w:xz", preset=9) as packed:
            for part in ("home", "markets"):
                packed.add(place / part, part, filter=lambda one: None if Path(one.name).name in LEFT_OUT else nobody(one))
    return 0


def live() -> None:
    """The nights in order, the rollback, and a week's evaluation at the end."""
    from nightshift import release, stages
    from nightshift.config import load_market

    for day in NIGHTS:
        sys.stdout.write(f"{day}: {night(f'{day}T22:00:00+00:00')}\n")
    release.rollback(load_market("small"), who="ada", why="a trial", at=dt.datetime.fromisoformat(ROLLED_BACK))
    stages.weekly("small", LOOKED_BACK)


def night(as_of: str) -> str:
    """One night as `run_night` runs it, but released half an hour after its as-of instead of now; says what came of it."""
    from nightshift.night import Options

    from nightshift import release, stages

    opened, kept, models = stages.fit_night("small", as_of, Options())
    judged = stages.gate(stages.select(stages.evaluate(kept, models)))
    verdict = stages.decision(judged)
    if verdict["decision"] == "PROMOTE":
        stages.deployment_test(stages.stage(judged))
        release.promote(opened, who="gate", why=verdict["headline"], at=dt.datetime.fromisoformat(as_of) + dt.timedelta(minutes=30))
    stages.report(judged)
    return f"{verdict['decision']} {verdict['headline']}"


def forget_all_but_the_newest(folder: Path) -> None:
    """What a night reads once and no later night reads again: by far the largest part."""
    for old in sorted(folder.iterdir(), key=lambda one: (one / "manifest.json").stat().st_mtime)[:-1]:
        shutil.rmtree(old)


def nobody(one: tarfile.TarInfo) -> tarfile.TarInfo:
    """The entry without the name of who made it."""
    one.uid = one.gid = 0
    one.uname = one.gname = ""
    return one


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
