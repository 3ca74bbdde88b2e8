"""Releases: staged, tested in a throw-away process, promoted through the ledger, served by a pointer, taken back in one step."""

from nightshift.release.champion import champion, predict
from nightshift.release.deployment import test
from nightshift.release.overview import Status, status
from nightshift.release.promotion import ask as ask_promotion
from nightshift.release.promotion import promote
from nightshift.release.retraction import Retracted, Retraction, retract, would_retract
from nightshift.release.rollbacks import rollback, would_serve
from nightshift.release.settling import repair
from nightshift.release.signals.issued import at as issued_at
from nightshift.release.signals.issuing import issue
from nightshift.release.signals.publishing import publish
from nightshift.release.staging import stage
from nightshift.release.yardsticks import score_yardsticks

__all__ = [
    "Retracted",
    "Retraction",
    "Status",
    "ask_promotion",
    "champion",
    "issue",
    "issued_at",
    "predict",
    "promote",
    "publish",
    "repair",
    "retract",
    "rollback",
    "score_yardsticks",
    "stage",
    "status",
    "test",
    "would_retract",
    "would_serve",
]
