"""Releases: staged, tested in a throw-away process, promoted through the ledger, served by a pointer, taken back in one step."""

from nightshift.release.champion import champion, champion_scores, predict
from nightshift.release.deployment import test
from nightshift.release.overview import history, status
from nightshift.release.promotion import promote
from nightshift.release.rollbacks import rollback, would_serve
from nightshift.release.settling import repair
from nightshift.release.staging import stage

__all__ = ["champion", "champion_scores", "history", "predict", "promote", "repair", "rollback", "stage", "status", "test", "would_serve"]
