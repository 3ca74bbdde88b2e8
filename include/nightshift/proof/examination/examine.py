"""The examination of a night: everything that is asked of its leader beyond the measures, as one record that gates can read."""

from __future__ import annotations

from pathlib import Path

from nightshift.nouns.evaluation import PARTS
from nightshift.proof.evaluation.material import Material, gather
from nightshift.proof.evaluation.measuring import Judged, portfolios_of, replicas_of, with_chance
from nightshift.proof.examination import charts
from nightshift.storage import store
from nightshift.storage.night import Night


def examine(night: Night, models: tuple[str, ...], champion: str, leader: str, folder: Path) -> None:
    """Write `examination.json` about the leader among these models."""
    material = gather(night, models, champion)
    judged: dict[str, Judged] = {part: with_chance(material, _traded(material, part), leader) for part in PARTS}
    found = charts.everything(night, material, judged, leader, {where.rsplit("/", 1)[-1]: where for where in models})
    store.write_json(folder / "examination.json", charts.plain({"schema": 1, **found}))


def _traded(material: Material, part: str) -> Judged:
    portfolios = portfolios_of(material, part)
    drawn, block = replicas_of(material, portfolios)
    return Judged(part, portfolios, drawn, block, {})
