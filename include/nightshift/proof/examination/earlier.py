"""The champion as it was examined, in the night that released it."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.nouns.examination import Examination
from nightshift.storage import store


@dataclass(frozen=True)
class Earlier:
    """An earlier night and what was asked of its leader."""

    address: str
    examination: Examination

    @property
    def night(self) -> str:
        """Its name."""
        return self.address.rsplit("/", 1)[-1]


def examined_in(night: str) -> Earlier | None:
    """What was asked of a night's leader, by whichever version of the library; none where the night is gone."""
    for stage, read in (("examination", Examination.read), ("evaluation", Examination.in_evaluation)):
        found = read(store.open_folder(f"{night}/{stage}")) if store.exists(f"{night}/{stage}") else None
        if found is not None:
            return Earlier(night, found)
    return None
