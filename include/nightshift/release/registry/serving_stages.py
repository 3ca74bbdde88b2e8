"""Which stage of its life a version is in, and what it is called meanwhile: read out of the ledger, never written down."""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.storage.ledger_lineage import live_among, previous_among, retracted_among

DEVELOPMENT, STAGING = "development", "staging"  # of a night's challenger: judged; sealed for release, and served by nobody
PRODUCTION, DEPRECATED, ARCHIVED = "production", "deprecated", "archived"
ALIASES = ("champion", "challenger", "previous")
STAGES = (DEVELOPMENT, STAGING, PRODUCTION, DEPRECATED, ARCHIVED)


def stage_of(version: str, entries: Sequence[LedgerEntry]) -> str:
    """production: it is live. deprecated: it was taken back, for once or for good. archived: it was live once.

    >>> sequence = [("promote", "1.0.0"), ("promote", "1.0.1"), ("promote", "1.0.2"), ("rollback", "1.0.1")]
    >>> entries = [LedgerEntry.model_construct(kind=kind, version=version) for kind, version in sequence]
    >>> [stage_of(version, entries) for version in ("1.0.0", "1.0.1", "1.0.2")]
    ['archived', 'production', 'deprecated']
    >>> stage_of("1.0.0", [*entries, LedgerEntry.model_construct(kind="retract", version="1.0.0")])
    'deprecated'
    """
    live = live_among(entries)
    if live is not None and live.version == version:
        return PRODUCTION
    if version in retracted_among(entries):
        return DEPRECATED
    serving = [entry for entry in entries if entry.serves]
    last = max((place for place, entry in enumerate(serving) if entry.version == version), default=len(serving))
    went = serving[last + 1 :]
    return DEPRECATED if went and went[0].kind == "rollback" else ARCHIVED


def aliases(entries: Sequence[LedgerEntry]) -> dict[str, str]:
    """champion: what is live. previous: what a rollback would serve. challenger: the newest release, live or taken back.

    >>> sequence = [("promote", "1.0.0"), ("promote", "1.0.1"), ("promote", "1.0.2"), ("rollback", "1.0.1")]
    >>> aliases([LedgerEntry.model_construct(kind=kind, version=version) for kind, version in sequence])
    {'champion': '1.0.1', 'challenger': '1.0.2', 'previous': '1.0.0'}
    """
    live, newest = live_among(entries), [entry.version for entry in entries if entry.released]
    named = {
        "champion": live.version if live else None,
        "challenger": newest[-1] if newest else None,
        "previous": previous_among(entries),
    }
    return {alias: version for alias, version in named.items() if version}
