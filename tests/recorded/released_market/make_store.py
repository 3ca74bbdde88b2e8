"""Makes `store.tar.xz`: a small simulated market named demo that has lived through three nights, for tests of what is done with a store.

    python tests/recorded/released_market/make_store.py

2026-11-17  LightGBM alone, released as 1.0.0 by the gate
2026-11-18  logistic alone, refused, and forced in as 1.0.1 by ada
2026-11-19  both, refused; signals by 1.0.1
"""

from __future__ import annotations

import datetime as dt
import os
import tarfile
import tempfile
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("store.tar.xz")
MARKET = {
    "market": "demo",
    "title": "A small demo",
    "calendar": "XNYS",
    "source": {"kind": "simulated", "symbols": 6, "first_session": "2024-06-03", "seed": 3, "signal": {"kind": "linear", "strength": 0.6}},
    "columns": ["volume", "returns"],
    "families": [{"name": "logistic"}, {"name": "lightgbm", "params": {"n_estimators": 60, "num_leaves": 7}}],
    "gates": [
        {"metric": "accuracy", "must_be": "at_least", "limit": 0.52},
        {"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0},
    ],
    "budget": {"spending": "pocock"},
    "execution": {"heavy": "here", "threads": 1},
}
NIGHTS = (("2026-11-17", ("lightgbm",), False), ("2026-11-18", ("logistic",), True), ("2026-11-19", (), False))
LEFT_OUT = {"mlflow.db", "mlartifacts", "registry.json", "tracked.json", "checkpoints", "data_docs", "timings.jsonl"}


def main() -> None:
    """Live through the nights and pack what they leave."""
    with tempfile.TemporaryDirectory(prefix="nightshift-released-") as folder:
        place = Path(folder)
        os.environ |= {
            "NIGHTSHIFT_HOME": str(place / "home"),
            "NIGHTSHIFT_MARKETS": str(place / "markets"),
            "MLFLOW_TRACKING_URI": "http://127.0.0.1:1",
        }
        (place / "markets").mkdir()
        (place / "markets" / "demo.yaml").write_text(yaml.safe_dump(MARKET, sort_keys=False))
        for day, families, forced in NIGHTS:
            live(f"{day}T23:00:00+00:00", families, forced=forced)
        with tarfile.open(FILE, "w:xz", preset=9) as packed:
            for part in ("home", "markets"):
                packed.add(place / part, part, filter=_wanted)


def live(as_of: str, families: tuple[str, ...], *, forced: bool) -> None:
    """One night as `run_night` runs it, but released half an hour after its as-of instead of now."""
    from nightshift import release
    from nightshift.nouns.options import Options
    from nightshift.running import line, stages

    night, verdict = line.judge_news("demo", as_of, Options(families=families))
    if forced or stages.decision(verdict).promotes:
        stages.deployment_test(stages.stage(verdict, force=forced))
        at = dt.datetime.fromisoformat(as_of) + dt.timedelta(minutes=30)
        release.promote(night, who="ada" if forced else "gate", why="a trial" if forced else "it passed", at=at, force=forced)
    stages.report(stages.signals(verdict))


def _wanted(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    parts = Path(member.name).parts
    if LEFT_OUT & set(parts) or any(part.startswith("report-") for part in parts):  # a page is drawn again when it is asked for
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    main()
