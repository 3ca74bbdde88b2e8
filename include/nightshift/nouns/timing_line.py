"""How long a stage took: one line of a log beside the stages, which is written while they run and decides nothing."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import ClassVar

from pydantic import ValidationError

from nightshift.nouns.record import Noun

LOG = logging.getLogger("nightshift")


class Timing(Noun):
    """One run of a stage."""

    FILE: ClassVar[str] = "timings.jsonl"

    stage: str
    what: str  # the stage and what it was for, e.g. `train ridge`
    started: float  # seconds since 1970
    seconds: float
    peak_mib: int  # of the process, so far
    cpu_seconds: float | None = None  # of all its threads and of the children it waited for; none: an older version did not count them

    def append(self, folder: Path) -> None:
        """Add the line to the folder's log."""
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / self.FILE).open("a") as log:
            log.write(json.dumps(self.model_dump(exclude_none=True)) + "\n")

    @classmethod
    def read(cls, folder: Path) -> tuple[Timing, ...]:
        """The lines of a folder's log, in the order the stages ended; one that a power cut tore is left out with a warning."""
        log = folder / cls.FILE
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()] if log.is_file() else []
        return tuple(timing for line in lines if (timing := cls._of(line, log)))

    @classmethod
    def _of(cls, line: str, log: Path) -> Timing | None:
        try:
            return cls.model_validate_json(line)
        except ValidationError:
            LOG.warning("a line of %s is left out: it is no timing (%.60s)", log, line)
            return None
