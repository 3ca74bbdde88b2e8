"""The schema contract: which columns appeared, vanished, changed type or became constant since the champion learned."""

from __future__ import annotations

from nightshift.nouns.release import Release, ReleaseColumns
from nightshift.storage import store
from nightshift.storage.night import Night

KEYS = frozenset({"symbol", "session", "label", "part", "split"})  # a row's place and outcome, not columns


def against_champion(night: Night, champion: Release | None) -> dict:
    """Tonight's columns against those the champion was trained on; empty where either is not known."""
    if champion is None:
        return {}
    now = column_facts(_store_of(night.address))
    before = column_facts(_store_of(champion.night)) or _names_only(champion)
    if not now or not before:
        return {}
    return {"champion": champion.version, "columns": len(now), **difference(before, now)}


def difference(before: dict[str, dict], now: dict[str, dict]) -> dict:
    """What changed between two sets of columns.

    >>> old = {"a": {"type": "float", "constant": False}, "b": {"type": "float", "constant": False}}
    >>> new = {"a": {"type": "float", "constant": True}, "c": {"type": "int32", "constant": False}}
    >>> difference(old, new)
    {'appeared': ['c'], 'vanished': ['b'], 'retyped': [], 'became_constant': ['a']}
    """
    both = sorted(before.keys() & now.keys())
    types = {n: (before[n]["type"], now[n]["type"]) for n in both}
    retyped = [f"{n}: {old} → {new}" for n, (old, new) in types.items() if old and new and old != new]
    return {
        "appeared": sorted(now.keys() - before.keys()),
        "vanished": sorted(before.keys() - now.keys()),
        "retyped": retyped,
        "became_constant": [n for n in both if now[n]["constant"] and before[n]["constant"] is False],
    }


def column_facts(where: str) -> dict[str, dict]:
    """Type and constancy of every column of a column store, from its facts and a Parquet footer: no row is read."""
    import pyarrow.parquet as pq

    folder = store.path(where) if where else None
    if folder is None or not (folder / "train.parquet").is_file():
        return {}
    schema = pq.read_schema(folder / "train.parquet")
    left_out = store.read_json(file).get("left_out", {}) if (file := folder / "panel.json").is_file() else {}
    kept = {name: {"type": str(schema.field(name).type), "constant": False} for name in schema.names if name not in KEYS}
    return kept | {name: {"type": "", "constant": str(why).startswith("constant")} for name, why in left_out.items()}


def _store_of(night: str) -> str:
    file = store.path(f"{night}/columns") / "columns.json" if night else None
    return store.read_json(file).get("store", "") if file is not None and file.is_file() else ""


def _names_only(champion: Release) -> dict[str, dict]:
    """The columns that a release lists: names without types, when its night is gone."""
    listed = ReleaseColumns.read(store.path(f"{champion.market}/releases/{champion.version}"))
    return {name: {"type": "", "constant": None} for name in listed.names}
