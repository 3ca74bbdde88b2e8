"""Where a night stands, one answer for all who list nights: judged, resting on another, refused, leaking, or unfinished at a stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nightshift.nouns.data_account import DataAccount
from nightshift.nouns.leak_hunt import LeakHunt
from nightshift.nouns.news_record import NewsRecord
from nightshift.nouns.quality import QualityReport
from nightshift.nouns.refusal_record import RefusalRecord
from nightshift.storage import store
from nightshift.storage.night import Night

Word = Literal["judged", "data refused", "leak found", "no new bar", "unfinished"]
STAGES = ("check", "columns", "leak_hunt", "models", "yardsticks", "evaluation", "selection", "examination", "verdict")


@dataclass(frozen=True)
class NightState:
    """A word for it, the stage at which it stands, and why."""

    word: Word
    at: str
    reason: str

    @property
    def is_stopped(self) -> bool:
        """True where no rerun of the same night gets further."""
        return self.word in {"data refused", "leak found"}

    @property
    def has_ended(self) -> bool:
        """True where the night has an answer of its own, whichever."""
        return self.word == "judged" or self.is_stopped


def state_of(night: Night) -> NightState:
    """The state by what the night's stages have left."""
    if store.exists(night.stage("verdict")):
        return NightState("judged", "verdict", "")
    if _left(night, "news"):
        heard = night.read(NewsRecord, "news")
        if not heard.has_news:
            return NightState("no new bar", "news", heard.why)
    if _left(night, "check") and not night.read(QualityReport, "check").passed:
        return NightState("data refused", "check", _data(night))
    if _left(night, "leak_hunt"):
        hunt = night.read(LeakHunt, "leak_hunt")
        if not hunt.clean:
            return NightState("leak found", "leak_hunt", hunt.sentence)
    elif _left(night, "refused"):  # before the hunt the columns are held against the champion's
        refusal = night.read(RefusalRecord, "refused")
        word: Word = "data refused" if refusal.refused == "data" else "leak found"
        return NightState(word, refusal.stage, f"{refusal.found}; {refusal.next_step}")
    at = next(stage for stage in STAGES if not _done(night, stage))
    return NightState("unfinished", at, f"unfinished at {at}")


def _left(night: Night, stage: str) -> bool:
    return store.exists(night.stage(stage))


def _done(night: Night, stage: str) -> bool:
    if stage == "models":
        return all(store.exists(night.stage("models", family)) for family in night.families)
    return _left(night, stage)


def _data(night: Night) -> str:
    """The first reason, and how many others there are; a check of before there was an account has it in its report."""
    if (night.folder("check") / DataAccount.FILE).is_file():
        reasons = [breach.sentence for breach in night.read(DataAccount, "check").refusals]
    else:
        reasons = [f"{one.name}: {one.found}; expected {one.expected}" for one in night.read(QualityReport, "check").broken]
    more = f"; and {len(reasons) - 1} more" if len(reasons) > 1 else ""
    return f"{reasons[0]}{more}" if reasons else "its data did not pass"
