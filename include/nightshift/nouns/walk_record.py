"""How a recipe was walked through the test sessions: which refits answered for which sessions."""

from __future__ import annotations

from typing import ClassVar

from nightshift.nouns.record import Noun, Record


class Walked(Noun):
    """One refit, and the stretch of test sessions that it answered for."""

    first: str
    last: str
    learned_until: str | None  # the last session that anything it learned from looked at
    rows_learned: int
    steps: int  # rounds or epochs; 0: it learns in one go


class WalkRecord(Record):
    """Beside a family's scores, and in a release of it: the proof is of the recipe, not of one model."""

    FILE: ClassVar[str] = "walk.json"

    scheme: str
    refit_every_sessions: int
    blocks: tuple[Walked, ...]  # in their order; the last one's steps are those of the released model
    newest_sessions: int  # test sessions, which the released model learned from and is not measured on

    @property
    def says(self) -> str:
        """What was proven and what is served, in a sentence."""
        return (
            f"proof of the recipe: refitted every {self.refit_every_sessions} sessions ({self.scheme}, {len(self.blocks)} refits);"
            f" the served model itself also learned the newest {self.newest_sessions} sessions"
        )
