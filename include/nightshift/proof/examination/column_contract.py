"""The schema contract: which columns appeared, vanished, changed type or became constant since the champion learned."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.nouns.dataset import ColumnsRecord, PanelRecord
from nightshift.nouns.ledger_entry import Change
from nightshift.nouns.questions import ColumnChanges
from nightshift.nouns.release import ReleaseColumns
from nightshift.storage import store
from nightshift.storage.night import Night

KEYS = frozenset({"symbol", "session", "label"})  # a row's place and outcome, not columns


@dataclass(frozen=True)
class Column:
    """What is known of a column that somebody learned from."""

    type: str = ""  # empty: not known
    constant: bool | None = None  # none: not known


def against_champion(night: Night, promotion: Change | None) -> ColumnChanges | None:
    """Tonight's columns against those that the promoted release learned from; none where either is not known.

    Without a promotion nothing is served yet, so nothing can have changed.
    """
    now = _columns_of(night.address)
    if promotion is None:
        return changes("", now, now)
    before = _columns_of(promotion.night) or _names_only(promotion.release)
    return changes(promotion.version, before, now) if now and before else None


def changes(version: str, before: dict[str, Column], now: dict[str, Column]) -> ColumnChanges:
    """What changed between two sets of columns.

    >>> old = {"a": Column("float", constant=False), "b": Column("float", constant=False)}
    >>> found = changes("1.0.0", old, {"a": Column("float", constant=True), "c": Column("int32", constant=False)})
    >>> found.appeared, found.vanished, found.retyped, found.became_constant
    (('c',), ('b',), (), ('a',))
    """
    both = sorted(before.keys() & now.keys())
    types = {name: (before[name].type, now[name].type) for name in both}
    return ColumnChanges(
        champion=version,
        columns=len(now),
        appeared=tuple(sorted(now.keys() - before.keys())),
        vanished=tuple(sorted(before.keys() - now.keys())),
        retyped=tuple(f"{name}: {old} → {new}" for name, (old, new) in types.items() if old and new and old != new),
        became_constant=tuple(name for name in both if now[name].constant and before[name].constant is False),
    )


def _columns_of(night: str) -> dict[str, Column]:
    """Type and constancy of every column that a night asked for, from its record and a Parquet footer: no row is read."""
    import pyarrow.parquet as pq

    stage = store.address(night, "columns") if night else ""
    where = ColumnsRecord.read(store.path(stage)).store if stage and store.exists(stage) else ""
    if not where or not store.exists(where):  # removed since
        return {}
    schema = pq.read_schema(store.path(where) / "train.parquet")
    there = {name: Column(str(schema.field(name).type), constant=False) for name in schema.names if name not in KEYS}
    left_out = PanelRecord.read(store.path(where)).left_out
    return there | {name: Column(constant=why.startswith("constant")) for name, why in left_out.items()}


def _names_only(release: str) -> dict[str, Column]:
    """The columns that a release lists, when its night is gone."""
    if not release or not store.exists(release):
        return {}
    return {name: Column() for name in ReleaseColumns.read(store.path(release)).names}
