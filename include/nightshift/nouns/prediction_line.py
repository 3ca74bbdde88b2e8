"""What a service answered: one line a request, in a log that is scored once outcomes are known, and that never grows beyond its bound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

from nightshift.nouns.record import Instant, Noun, Number

SCORES_KEPT = 1000  # of one request: the first


class PredictionLine(Noun):
    """One answer."""

    FOLDER: ClassVar[str] = "predictions"

    at: Instant
    request_id: str
    version: str
    asked_for: Literal["infer", "signals"]
    session: str  # the newest bars that the answer's version can stand for
    stale: bool
    rows: int
    symbols: tuple[str, ...]  # of the scores kept; made up where the request named none
    scores: tuple[Number, ...]

    def text(self) -> str:
        """The line as it is written."""
        return self.model_dump_json() + "\n"

    @classmethod
    def read(cls, folder: Path) -> Iterator[PredictionLine]:
        """Every line of a log, the oldest first; one that a kill tore is passed over."""
        for file in sorted(folder.glob("*.jsonl")):
            for line in file.read_text().splitlines(keepends=True):
                if line.endswith("}\n"):
                    yield cls.model_validate_json(line)
