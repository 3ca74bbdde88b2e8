"""The material of a night, read from what its stages left: who can be compared, on what, and why somebody is left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nightshift.config import Market
from nightshift.data.splits import Ordered
from nightshift.errors import TrainingFailed
from nightshift.nouns.bars import FIELDS, Bars
from nightshift.nouns.evaluation_record import PARTS
from nightshift.nouns.night_roles import CHAMPION
from nightshift.nouns.panel import Panel
from nightshift.nouns.scores import Scores, ScoresByName
from nightshift.nouns.training import TrainingRecord
from nightshift.nouns.walk_record import WalkRecord
from nightshift.nouns.yardsticks_record import YardsticksRecord
from nightshift.proof.evaluation.bootstrap import MIN_SESSIONS
from nightshift.proof.evaluation.material import Material
from nightshift.storage import store
from nightshift.storage.night import Night

MIN_COVERAGE = 0.9  # of the rows to be judged, below which a model is left out instead of shrinking everybody's rows


def gather(night: Night, models: Sequence[str], yardsticks: str) -> Material:
    """Read what everyone said about the same rows, and leave out what cannot be compared."""
    from nightshift.data.columns import load_panel, load_split
    from nightshift.data.quality import clean_bars

    panel, split = load_panel(night.columns), load_split(night.columns)
    against = store.open_folder(yardsticks)
    record, said = YardsticksRecord.read(against), ScoresByName.read(against, panel)
    return gathered(night.market, aligned(clean_bars(night), panel), split, models, record, said)


def gathered(market: Market, bars: Bars, split: Ordered, models: Sequence[str], record: YardsticksRecord, said: ScoresByName) -> Material:
    """What the fits in the folders `models` and the yardsticks said about the same rows; `bars` lie on the axes of the scores' panel."""
    panel = said.rows.panel
    asked: dict[str, np.ndarray] = {part: split.parts[part] for part in PARTS}
    scores, left_out, learned = _trained(models, panel, asked)
    left_out |= {name: why for name, why in record.left_out.items() if name not in scores}
    learned |= {CHAMPION: np.datetime64(record.champion_learned_until, "D")} if record.champion_learned_until else {}
    seen = _seen_all(panel, asked["test"], learned)
    left_out |= {name: why for name, why in seen.items() if name in scores or name in said.of}
    scores |= {name: said.laid_out(name) for name in said.of if name not in scores}  # a rule that was trained too keeps its own
    scores = {name: score for name, score in scores.items() if name not in seen}
    challengers = tuple(name for name in _challengers(scores) if name not in said.of)
    naive = tuple(name for name in scores if name not in challengers and name != CHAMPION)
    if not challengers:
        raise TrainingFailed(
            expected="at least one family with scores", found="; ".join(f"{n}: {w}" for n, w in left_out.items()) or "no models",
            next_step="mend one of these reasons and run the night again",
        )  # fmt: skip
    latest = split.parts["latest"]
    return Material(market, panel, bars, asked, scores, challengers, naive, record.champion_version, left_out, latest, learned)


def _seen_all(panel: Panel, test: np.ndarray, learned: dict[str, np.datetime64]) -> dict[str, str]:
    """Who learned from every session of the test part, and so cannot be judged on any of them."""
    said = f"it learned from sessions until {{}}, and so from every test session: 0 of {MIN_SESSIONS} sessions to judge it on"
    return {name: said.format(until) for name, until in learned.items() if until >= panel.sessions[test[-1]]}


def aligned(bars: Bars, panel: Panel) -> Bars:
    """The bars on the panel's symbols and sessions; a session or symbol that the bars lack is NaN."""
    rows = np.array([bars.symbols.index(s) if s in bars.symbols else -1 for s in panel.symbols])
    at = np.searchsorted(bars.sessions, panel.sessions).clip(max=len(bars.sessions) - 1)
    known = (rows >= 0)[:, None] & (bars.sessions[at] == panel.sessions)[None, :]
    fields = {name: np.where(known, getattr(bars, name)[np.ix_(rows, at)], np.nan) for name in FIELDS}
    return Bars(panel.symbols, panel.sessions, **fields)


def refusal(said: Scores, asked: dict[str, np.ndarray]) -> str:
    """Why these scores cannot be judged, naming symbol and session; empty when they can."""
    panel, there = said.rows.panel, said.there
    wanted = np.zeros(panel.label.shape, dtype=bool)
    wanted[:, np.concatenate(list(asked.values()))] = True
    wanted &= panel.usable & np.isfinite(panel.label)
    broken = there & ~np.isfinite(said.laid_out)
    if broken.any():
        session, symbol = (int(axis[0]) for axis in np.nonzero(broken.T))
        return f"{int(broken.sum())} predictions are not numbers, the first for {panel.symbols[symbol]} on {panel.sessions[session]}"
    found = int((wanted & there).sum())
    return "" if found >= MIN_COVERAGE * wanted.sum() else f"scores cover {found} of {int(wanted.sum())} rows"


def _trained(
    models: Sequence[str], panel: Panel, asked: dict[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], dict[str, str], dict[str, np.datetime64]]:
    """(scores, why a family is left out, the last session each learned from) of the night's families."""
    scores: dict[str, np.ndarray] = {}
    left_out: dict[str, str] = {}
    learned: dict[str, np.datetime64] = {}
    for where in models:
        folder = store.open_folder(where)
        record = TrainingRecord.read(folder)
        said = None if record.failed else Scores.read(folder, panel)
        why = refusal(said, asked) if said else record.failed
        if why:
            left_out[record.family] = why
        elif said:
            scores[record.family] = said.laid_out
            # A walked family's scores are of models that had learned nothing of their blocks, whatever the last of them learned since.
            walked = (folder / WalkRecord.FILE).is_file()
            learned |= {record.family: np.datetime64(record.learned_until, "D")} if record.learned_until and not walked else {}
    return scores, left_out, learned


def _challengers(scores: dict[str, np.ndarray]) -> tuple[str, ...]:
    from nightshift.models import FAMILIES

    return tuple(name for name in scores if name not in FAMILIES or not FAMILIES[name].naive)
