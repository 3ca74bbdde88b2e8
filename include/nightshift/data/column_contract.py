"""The schema contract: which columns appeared, vanished, changed type or became constant since the champion learned.

A change stops the night before anything is fitted, unless the market file accepts it by name. Without a champion nothing is compared.
"""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.config import known
from nightshift.errors import DataRefused
from nightshift.nouns.dataset import ColumnsRecord, PanelRecord
from nightshift.nouns.ledger_entry import Change
from nightshift.nouns.questions import ColumnChanges
from nightshift.nouns.release import ReleaseColumns
from nightshift.storage import addresses, ledger, store
from nightshift.storage.night import Night

KEYS = frozenset({"symbol", "session", "label"})  # a row's place and outcome, not columns


@dataclass(frozen=True)
class Column:
    """What is known of a column that somebody learned from."""

    type: str = ""  # empty: not known
    constant: bool | None = None  # none: not known


def refuse_unless_accepted(night: Night) -> None:
    """Raise `DataRefused` with the line for the market file, unless every change of columns was accepted by name."""
    live = ledger.live(night.market.market)
    promotion = live and ledger.promotion(night.market.market, live.version)
    before, now = _sides(night, promotion) if promotion else ({}, {})
    if not (promotion and before and now):
        return
    from nightshift.data.columns import COLUMNS

    accepted = [known("column to accept a change of", name, {*before, *now, *COLUMNS}) for name in night.market.accept_column_changes]
    found = changes(promotion.version, before, now)
    told = {
        "appeared": found.appeared, "vanished": found.vanished, "changed type": found.retyped, "became constant": found.became_constant,
    }  # fmt: skip
    unmet = {what: [name for name in names if _name(name) not in accepted] for what, names in told.items()}
    if any(unmet.values()):
        line = ", ".join(dict.fromkeys([*accepted, *(_name(name) for names in unmet.values() for name in names)]))
        raise DataRefused(
            expected=f"the columns that champion {promotion.version} of market {night.market.market} learned from",
            found="; ".join(f"{what}: {', '.join(names)}" for what, names in unmet.items() if names),
            next_step=f"if it is meant, have this line in {night.market.market}.yaml: `accept_column_changes: [{line}]`",
        )


def against_champion(night: Night, promotion: Change | None) -> ColumnChanges | None:
    """Tonight's columns against those that the promoted release learned from; none where either is not known.

    Without a promotion nothing is served yet, so nothing can have changed.
    """
    now = _columns_of(night.address)
    if promotion is None:
        return changes("", now, now)
    before, now = _sides(night, promotion)
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


def _sides(night: Night, promotion: Change) -> tuple[dict[str, Column], dict[str, Column]]:
    """The champion's columns and tonight's; a release alone does not list what carried nothing when it learned."""
    before, now = _columns_of(promotion.night), _columns_of(night.address)
    if before:
        return before, now
    before = _names_only(promotion.release)
    return before, {name: column for name, column in now.items() if name in before or not column.constant}


def _name(told: str) -> str:
    return told.partition(":")[0]


def _columns_of(night: str) -> dict[str, Column]:
    """Type and constancy of every column that a night asked for, from its record and a Parquet footer: no row is read."""
    from nightshift.data.columns import open_part

    stage = addresses.stage(night, "columns") if night else ""
    where = ColumnsRecord.read(store.path(stage)).store if stage and store.exists(stage) else ""
    if not where or not store.exists(where):  # removed since
        return {}
    schema = open_part(where, "train").schema
    there = {name: Column(str(schema.field(name).type), constant=False) for name in schema.names if name not in KEYS}
    left_out = PanelRecord.read(store.path(where)).left_out
    return there | {name: Column(constant=why.startswith("constant")) for name, why in left_out.items()}


def _names_only(release: str) -> dict[str, Column]:
    """The columns that a release lists, when its night is gone."""
    if not release or not store.exists(release):
        return {}
    return {name: Column() for name in ReleaseColumns.read(store.path(release)).names}
