"""What an evaluation is made from: every model's scores on the same rows, the outcomes, and the bars they are traded on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from nightshift.config import Market
from nightshift.errors import TrainingFailed
from nightshift.nouns.bars import FIELDS, Bars
from nightshift.nouns.evaluation import PARTS
from nightshift.nouns.panel import Panel, rows_of
from nightshift.nouns.roles import CHAMPION
from nightshift.proof.evaluation.targets import middle
from nightshift.proof.metrics.metric import THRESHOLD, Answers
from nightshift.storage import store
from nightshift.storage.night import Night

MIN_COVERAGE = 0.9  # of the rows to be judged, below which a model is left out instead of shrinking everybody's rows


@dataclass(frozen=True, eq=False)
class Material:
    """The night's candidates and rules, their scores (symbols, sessions) on the panel's axes, NaN where not asked."""

    market: Market
    panel: Panel
    bars: Bars  # on the panel's axes
    sessions: dict[str, np.ndarray]  # part -> indices of the panel's sessions
    scores: dict[str, np.ndarray]
    challengers: tuple[str, ...]
    naive: tuple[str, ...]
    champion_version: str | None
    left_out: dict[str, str]
    latest: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # sessions whose outcome is not known yet

    @property
    def task(self) -> str:
        """classification or regression."""
        return self.market.label.task

    @property
    def threshold(self) -> float:
        """Above it a score is a call for up."""
        return middle(self.task, self.market.costs)

    @cached_property
    def same_rows(self) -> np.ndarray:
        """True on the rows (symbols, sessions) that every name has scored: only these are compared and traded."""
        every = np.ones(self.panel.label.shape, dtype=bool)
        for score in self.scores.values():
            every &= np.isfinite(score)
        return every

    def span(self, part: str) -> slice:
        """The part's sessions as a slice of the panel."""
        at = self.sessions[part]
        return slice(int(at[0]), int(at[-1]) + 1)

    def bars_of(self, part: str) -> Bars:
        """The bars of the part's sessions."""
        at = self.span(part)
        fields = {name: getattr(self.bars, name)[:, at] for name in FIELDS}
        return replace(self.bars, sessions=self.bars.sessions[at], **fields)

    def traded_score(self, name: str, part: str) -> np.ndarray:
        """A name's scores on the part, NaN on rows that not every name has scored."""
        at = self.span(part)
        return np.where(self.same_rows[:, at], self.scores[name][:, at], np.nan)

    def answers(self, name: str, part: str) -> Answers:
        """A name's labelled rows on the part, ordered by session."""
        at = self.span(part)
        label, asked = self.panel.label[:, at], self.same_rows[:, at] & np.isfinite(self.panel.label[:, at])
        session, symbol = np.nonzero(asked.T)
        up_above = THRESHOLD if self.task == "classification" else 0.0
        return Answers(
            label[symbol, session], self.scores[name][:, at][symbol, session], session, at.stop - at.start, self.threshold, up_above
        )


def gather(night: Night, models: Sequence[str], champion: str) -> Material:
    """Read what training and the champion's stage wrote, ask the rules about the same rows, and leave out what cannot be compared."""
    from nightshift.data.columns import load_panel, load_split
    from nightshift.data.quality import clean_bars

    where = night.facts("columns")["store"]
    panel, split = load_panel(where), load_split(where)
    asked: dict[str, np.ndarray] = {part: split.parts[part] for part in PARTS}
    scores, left_out = _trained(models, panel, asked)
    challengers = _challengers(scores)
    _rules(night.market, panel, split.parts, scores, left_out)
    version = _champion(champion, panel, asked | {"latest": split.parts["latest"]}, scores, left_out)
    naive = tuple(name for name in scores if name not in challengers and name != CHAMPION)
    if not challengers:
        raise TrainingFailed(
            expected="at least one family with scores", found="; ".join(f"{n}: {w}" for n, w in left_out.items()) or "no models",
            next_step="see each family's training.json",
        )  # fmt: skip
    return Material(
        night.market, panel, aligned(clean_bars(night), panel), asked, scores, challengers, naive, version, left_out, split.parts["latest"]
    )


def aligned(bars: Bars, panel: Panel) -> Bars:
    """The bars on the panel's symbols and sessions; a session or symbol that the bars lack is NaN."""
    rows = np.array([bars.symbols.index(s) if s in bars.symbols else -1 for s in panel.symbols])
    at = np.searchsorted(bars.sessions, panel.sessions).clip(max=len(bars.sessions) - 1)
    known = (rows >= 0)[:, None] & (bars.sessions[at] == panel.sessions)[None, :]
    fields = {name: np.where(known, getattr(bars, name)[np.ix_(rows, at)], np.nan) for name in FIELDS}
    return Bars(panel.symbols, panel.sessions, **fields)


def laid_out(table: object, panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """A table `symbol, session, score` as (scores, which rows were there) on the panel's axes; other rows are passed over."""
    columns = {name: table.column(name) for name in ("symbol", "session", "score")}  # type: ignore[attr-defined]
    place = {symbol: row for row, symbol in enumerate(panel.symbols)}
    symbol = np.array([place.get(name, -1) for name in columns["symbol"].to_pylist()], dtype=np.int64)
    when = columns["session"].to_numpy(zero_copy_only=False).astype("datetime64[D]")
    session = np.searchsorted(panel.sessions, when).clip(max=len(panel.sessions) - 1)
    known = (symbol >= 0) & (panel.sessions[session] == when)
    score, there = np.full(panel.label.shape, np.nan), np.zeros(panel.label.shape, dtype=bool)
    score[symbol[known], session[known]] = columns["score"].to_numpy(zero_copy_only=False)[known]
    there[symbol[known], session[known]] = True
    return score, there


def refusal(score: np.ndarray, there: np.ndarray, panel: Panel, asked: dict[str, np.ndarray]) -> str:
    """Why these scores cannot be judged, naming symbol and session; empty when they can."""
    wanted = np.zeros(panel.label.shape, dtype=bool)
    wanted[:, np.concatenate(list(asked.values()))] = True
    wanted &= panel.usable & np.isfinite(panel.label)
    broken = there & ~np.isfinite(score)
    if broken.any():
        session, symbol = (int(axis[0]) for axis in np.nonzero(broken.T))
        return f"{int(broken.sum())} predictions are not numbers, the first for {panel.symbols[symbol]} on {panel.sessions[session]}"
    found = int((wanted & there).sum())
    return "" if found >= MIN_COVERAGE * wanted.sum() else f"scores cover {found} of {int(wanted.sum())} rows"


def _trained(models: Sequence[str], panel: Panel, asked: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    import pyarrow.parquet as pq

    scores: dict[str, np.ndarray] = {}
    left_out: dict[str, str] = {}
    for where in models:
        folder = store.open_folder(where)
        facts = store.read_json(folder / "training.json")
        name = facts.get("family") or where.rsplit("/", 1)[-1]
        if facts.get("failed"):
            left_out[name] = str(facts["failed"])
            continue
        score, there = laid_out(pq.read_table(folder / "scores.parquet"), panel)
        why = refusal(score, there, panel, asked)
        left_out |= {name: why} if why else {}
        scores |= {} if why else {name: score}
    return scores, left_out


def _challengers(scores: dict[str, np.ndarray]) -> tuple[str, ...]:
    from nightshift.models import FAMILIES

    return tuple(name for name in scores if name not in FAMILIES or not FAMILIES[name].naive)


def _rules(market: Market, panel: Panel, parts: dict[str, np.ndarray], scores: dict[str, np.ndarray], left_out: dict[str, str]) -> None:
    """Fit every rule without learning on the training rows and ask it about validation and test rows."""
    from nightshift import models
    from nightshift.models import FAMILIES, Context

    train, validate = (rows_of(panel, parts[part]) for part in ("train", "validate"))
    rows = rows_of(panel, np.concatenate([parts[part] for part in PARTS]), labelled=False)
    for family in FAMILIES.values():
        if not family.naive or family.name in scores or market.label.task not in family.tasks:
            continue
        try:
            fitted = models.fit(family.name, {}, train, validate, Context(market.label.task, market.execution.seed))
            scores[family.name] = rows.scattered(fitted.predict(rows))
        except TrainingFailed as failure:
            left_out[family.name] = str(failure)


def _champion(
    where: str, panel: Panel, asked: dict[str, np.ndarray], scores: dict[str, np.ndarray], left_out: dict[str, str]
) -> str | None:
    """The champion's scores on the same rows, as its stage left them; its version, or None when there is none or it cannot be judged."""
    import pyarrow.parquet as pq

    folder = store.open_folder(where)
    facts = store.read_json(folder / "champion.json")
    if facts["left_out"]:
        left_out[CHAMPION] = facts["left_out"]
    if facts["left_out"] or facts["version"] is None:
        return None
    score, there = laid_out(pq.read_table(folder / "scores.parquet"), panel)
    why = refusal(score, there, panel, {part: asked[part] for part in PARTS})
    if why:
        left_out[CHAMPION] = why
        return None
    inside = np.zeros(panel.label.shape, dtype=bool)
    inside[:, np.concatenate(list(asked.values()))] = True
    scores[CHAMPION] = np.where(inside, score, np.nan)
    return str(facts["version"])
