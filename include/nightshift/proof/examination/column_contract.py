"""The schema contract: which columns appeared, vanished, changed type or became constant since the champion learned."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.nouns.questions import ColumnChanges
from nightshift.proof.examination.earlier import promoted_in
from nightshift.storage import store
from nightshift.storage.night import Night

KEYS = frozenset({"symbol", "session", "label", "part", "split"})  # a row's place and outcome, not columns


@dataclass(frozen=True)
class Column:
    """What is known of a column without reading a row; a constant one is left out of the store, so that it has no type."""

    type: str = ""  # empty: not known
    constant: bool | None = None  # none: not known


def against_champion(night: Night, version: str) -> ColumnChanges | None:
    """Tonight's columns against those that the served version was trained on; none where either is not known."""
    now, market = columns_in(_store_of(night.address)), night.market.market
    before = columns_in(_store_of(promoted_in(market, version))) or _names_only(market, version)
    return changes(version, before, now) if now and before else None


def nothing_served(night: Night) -> ColumnChanges:
    """Before a first release no column can have changed."""
    now = columns_in(_store_of(night.address))
    return changes("", now, now)


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


def columns_in(where: str) -> dict[str, Column]:
    """Every column of a column store, from its facts and a Parquet footer: no row is read."""
    import pyarrow.parquet as pq

    folder = store.path(where) if where else None
    if folder is None or not (folder / "train.parquet").is_file():
        return {}
    schema = pq.read_schema(folder / "train.parquet")
    left_out = store.read_json(file).get("left_out", {}) if (file := folder / "panel.json").is_file() else {}
    there = {name: Column(str(schema.field(name).type), constant=False) for name in schema.names if name not in KEYS}
    return there | {name: Column(constant=str(why).startswith("constant")) for name, why in left_out.items()}


def _store_of(night: str) -> str:
    file = store.path(f"{night}/columns") / "columns.json" if night else None
    return store.read_json(file).get("store", "") if file is not None and file.is_file() else ""


def _names_only(market: str, version: str) -> dict[str, Column]:
    """The columns that a release lists: names without types, when its night is gone."""
    file = store.path(f"{market}/releases/{version}") / "columns.json"
    if not file.is_file():
        return {}
    listed = store.read_json(file)
    return {str(name): Column() for name in listed.get("names") or listed.get("columns") or []}
