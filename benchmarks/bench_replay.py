"""How exactly every family can be made again: one judged night with all of them, replayed in a fresh process.

    python benchmarks/bench_replay.py

What a family declares (`replays_within`) is what this prints; a family that is equal in every byte declares nothing.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from pathlib import Path

import yaml

from nightshift.models import FAMILIES
from nightshift.nouns.options import Options
from nightshift.nouns.replay_record import ReplayRecord
from nightshift.running import line, replay
from nightshift.storage import store

AS_OF = "2026-11-19T22:30:00+00:00"
FEW = {"epochs": 3}
PARAMS = dict.fromkeys(("mlp", "lstm", "cnn", "transformer", "convlstm"), FEW)
LABELS = {"direction": "classification", "return": "regression"}


def market(label: str) -> dict:
    """Twelve symbols over two and a half years, and every family that learns this label."""
    names = [name for name, family in FAMILIES.items() if LABELS[label] in family.tasks and "members" not in family.Params.model_fields]
    return {
        "market": f"all_{label}", "title": "Every family", "calendar": "XNYS", "label": {"kind": label}, "columns": ["returns", "volume"],
        "source": {"kind": "simulated", "symbols": 12, "first_session": "2024-06-03", "seed": 3},
        "families": [{"name": name, "params": PARAMS.get(name, {})} for name in names],
        "gates": [{"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0}],
    }  # fmt: skip


def main() -> None:
    """Print, for every family and label, whether it came out bit for bit, else how far off."""
    with tempfile.TemporaryDirectory() as place:
        os.environ |= {"NIGHTSHIFT_HOME": str(Path(place, "home")), "NIGHTSHIFT_MARKETS": place}
        for label in LABELS:
            Path(place, f"all_{label}.yaml").write_text(yaml.safe_dump(market(label)))
            night, _ = line.judge_night(f"all_{label}", AS_OF, Options())
            record = ReplayRecord.read(store.path(replay.replay(night, dt.datetime(2026, 11, 21, tzinfo=dt.UTC))))
            print(f"\n{label}: {record.outcome}, {record.seconds:.0f} s")
            for part in record.repeated:
                print(f"  {part.what:24} {part.outcome:18} {'' if part.difference is None else part.difference} {part.note}")


if __name__ == "__main__":
    main()
