"""The schema contract: which columns appeared, vanished, changed type or became constant since the champion learned."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.nouns.dataset import ColumnsRecord, PanelRecord
from nightshift.nouns.release import ReleaseColumns
from nightshift.storage import store
from nightshift.storage.night import Night

KEYS = frozenset({"symbol", "session", "label"})  # a row's place and outcome, not columns


@dataclass(frozen=True)
class Column:
    """What is known of a column that somebody learned from."""

    type: str = ""  # empty: not known
    constant: bool | None = None  # none: not known


@dataclass(frozen=True)
class Contract:
    """What changed between the champion's columns and tonight's."""

    champion: str  # its version
    n_columns: int  # tonight
    appeared: tuple[str, ...]
    vanished: tuple[str, ...]
    retyped: tuple[str, ...]
    became_constant: tuple[str, ...]


def against_champion(night: Night, version: str, release: str, learned_in: str) -> Contract | None:
    """Tonight's columns against those the champion learned from (its release and its night, by address); none where either is not known."""
    now = _columns_of(night.address)
    before = _columns_of(learned_in) or _names_only(release)
    return Contract(version, len(now), *difference(before, now)) if now and before else None


def difference(before: dict[str, Column], now: dict[str, Column]) -> tuple[tuple[str, ...], ...]:
    """Columns that appeared, vanished, changed type and became constant.

    >>> old = {"a": Column("float", constant=False), "b": Column("float", constant=False)}
    >>> new = {"a": Column("float", constant=True), "c": Column("int32", constant=False)}
    >>> difference(old, new)
    (('c',), ('b',), (), ('a',))
    """
    both = sorted(before.keys() & now.keys())
    types = {name: (before[name].type, now[name].type) for name in both}
    retyped = tuple(f"{name}: {old} → {new}" for name, (old, new) in types.items() if old and new and old != new)
    constant = tuple(name for name in both if now[name].constant and before[name].constant is False)
    return tuple(sorted(now.keys() - before.keys())), tuple(sorted(before.keys() - now.keys())), retyped, constant


def _columns_of(night: str) -> dict[str, Column]:
    """Type and constancy of every column that a night asked for, from its record and a Parquet footer: no row is read."""
    import pyarrow.parquet as pq

    stage = store.address(night, "columns") if night else ""
    where = ColumnsRecord.read(store.path(stage)).store if stage and store.exists(stage) else ""
    if not where or not store.exists(where):  # removed since
        return {}
    schema = pq.read_schema(store.path(where) / "train.parquet")
    kept = {name: Column(str(schema.field(name).type), constant=False) for name in schema.names if name not in KEYS}
    left_out = PanelRecord.read(store.path(where)).left_out
    return kept | {name: Column(constant=why.startswith("constant")) for name, why in left_out.items()}


def _names_only(release: str) -> dict[str, Column]:
    """The columns that a release lists, when its night is gone."""
    if not release or not store.exists(release):
        return {}
    return {name: Column() for name in ReleaseColumns.read(store.path(release)).names}
