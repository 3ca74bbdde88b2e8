"""Releases: staged, tested in a throw-away process, promoted through the ledger, served by a pointer, taken back in one step."""

from nightshift.release.champion import champion, champion_scores, predict, score_champion
from nightshift.release.deployment import test
from nightshift.release.overview import Status, status
from nightshift.release.promotion import promote
from nightshift.release.rollbacks import rollback
from nightshift.release.settling import repair
from nightshift.release.staging import stage

__all__ = [
    "Status",
    "champion",
    "champion_scores",
    "predict",
    "promote",
    "repair",
    "rollback",
    "score_champion",
    "stage",
    "status",
    "test",
]
