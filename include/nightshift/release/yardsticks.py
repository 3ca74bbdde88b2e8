"""What the challengers are measured against, scored on tonight's rows: the rules that learn nothing, and what is served now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nightshift.config import Market
from nightshift.data.splits import Ordered
from nightshift.errors import ReleaseRefused
from nightshift.nouns.evaluation_record import PARTS
from nightshift.nouns.night_roles import CHAMPION
from nightshift.nouns.panel import Panel
from nightshift.nouns.release import Champion
from nightshift.nouns.scores import Scores, ScoresByName
from nightshift.nouns.yardsticks_record import YardsticksRecord
from nightshift.proof.evaluation.gathering import refusal
from nightshift.release.champion import champion, learned_until, predict
from nightshift.storage.night import Night


@dataclass(frozen=True, eq=False)
class Served:
    """What is served when a night begins, and what it says of the night's rows."""

    version: str
    learned_until: str | None  # the last session that anything it learned from looked at
    said: Scores


def score_yardsticks(night: Night, folder: Path) -> None:
    """Write the scores of rules and champion, the champion's version, and who was left out and why."""
    from nightshift.data.columns import load_panel, load_split

    where = night.columns
    panel, split = load_panel(where), load_split(where)
    champion, why = None, ""
    try:
        served = champion_scores(night, panel, split.parts)
        champion = Served(served[0].version, learned_until(served[0]), served[1]) if served else None
    except ReleaseRefused as unasked:  # e.g. a column that it needs is gone from the code: the gate abstains, the night stays green
        why = str(unasked)
    record, said = yardsticks_of(night.market, panel, split, champion)
    said.write(folder)
    (record.model_copy(update={"left_out": {**record.left_out, CHAMPION: why}}) if why else record).write(folder)


def yardsticks_of(market: Market, panel: Panel, split: Ordered, served: Served | None) -> tuple[YardsticksRecord, ScoresByName]:
    """Who is measured against, and what the rules and what is served say of the panel's rows."""
    from nightshift.training.rules import scores_of_rules

    parts = split.parts
    scores, left_out = scores_of_rules(market, panel, split)
    version, learned = None, None
    if served and (why := refusal(served.said, {part: parts[part] for part in PARTS})):
        left_out[CHAMPION] = why
    elif served:
        version, learned, scores[CHAMPION] = served.version, served.learned_until, served.said.laid_out
    known = np.zeros(panel.label.shape, dtype=bool)
    for score in scores.values():
        known |= np.isfinite(score)
    asked = {part: (parts[part], known) for part in (*PARTS, "latest")}
    record = YardsticksRecord(champion_version=version, champion_learned_until=learned, left_out=left_out)
    return record, ScoresByName.laid_by_part(panel, asked, scores)


def champion_scores(night: Night, panel: Panel, parts: dict[str, np.ndarray]) -> tuple[Champion, Scores] | None:
    """The champion and its scores on the panel from the first validation session on, by the champion's own columns.

    None before the first release. A damaged champion is an error, and stays served.
    """
    served = champion(night.market.market)
    if served is None:
        return None
    first = panel.sessions[parts["validate"][0]].astype(object)
    return served, predict(served.address, night, panel, first)
