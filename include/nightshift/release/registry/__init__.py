"""The market's releases as a registry: versions with stage and lineage out of the ledger, their changelogs, notes and deletion."""

from nightshift.release.registry.candidates import candidates
from nightshift.release.registry.choosing import best_first, chosen
from nightshift.release.registry.deleting import Deletion, delete, deletion
from nightshift.release.registry.differences import changelog, differences, made_of
from nightshift.release.registry.lineage import Lineage, lineage
from nightshift.release.registry.notes import note, notes
from nightshift.release.registry.registered import Registered, versions
from nightshift.release.registry.serving_stages import ALIASES, ARCHIVED, STAGES, aliases, stage_of

__all__ = [
    "ALIASES",
    "ARCHIVED",
    "STAGES",
    "Deletion",
    "Lineage",
    "Registered",
    "aliases",
    "best_first",
    "candidates",
    "changelog",
    "chosen",
    "delete",
    "deletion",
    "differences",
    "lineage",
    "made_of",
    "note",
    "notes",
    "stage_of",
    "versions",
]
