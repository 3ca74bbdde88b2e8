"""What the challengers are measured against, scored on tonight's rows: the rules that learn nothing, and what is served now."""

from __future__ import annotations

from pathlib import Path

import numpy as np

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


def score_yardsticks(night: Night, folder: Path) -> None:
    """Write the scores of rules and champion, the champion's version, and who was left out and why."""
    from nightshift.data.columns import load_panel, load_split
    from nightshift.training.rules import scores_of_rules

    where = night.columns
    panel, split = load_panel(where), load_split(where)
    parts = split.parts
    scores, left_out = scores_of_rules(night.market, panel, split)
    version, learned = None, None
    try:
        served = champion_scores(night, panel, parts)
    except ReleaseRefused as unasked:  # e.g. a column that it needs is gone from the code: the gate abstains, the night stays green
        served, left_out[CHAMPION] = None, str(unasked)
    if served and (why := refusal(served[1], {part: parts[part] for part in PARTS})):
        left_out[CHAMPION] = why
    elif served:
        version, scores[CHAMPION] = served[0].version, served[1].laid_out
        learned = learned_until(served[0])
    known = np.zeros(panel.label.shape, dtype=bool)
    for score in scores.values():
        known |= np.isfinite(score)
    asked = {part: (parts[part], known) for part in (*PARTS, "latest")}
    ScoresByName.laid_by_part(panel, asked, scores).write(folder)
    YardsticksRecord(champion_version=version, champion_learned_until=learned, left_out=left_out).write(folder)


def champion_scores(night: Night, panel: Panel, parts: dict[str, np.ndarray]) -> tuple[Champion, Scores] | None:
    """The champion and its scores on the panel from the first validation session on, by the champion's own columns.

    None before the first release. A damaged champion is an error, and stays served.
    """
    served = champion(night.market.market)
    if served is None:
        return None
    first = panel.sessions[parts["validate"][0]].astype(object)
    return served, predict(served.address, night, panel, first)
