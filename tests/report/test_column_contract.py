"""The schema contract: what the columns are tonight against what they were when the champion learned, and how the page tells it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nightshift import report
from nightshift.config import Label
from nightshift.data import column_contract
from nightshift.errors import ConfigError, DataRefused
from nightshift.nouns.dataset import ColumnsRecord, PanelRecord
from nightshift.nouns.ledger_entry import Change
from nightshift.nouns.questions import ColumnChanges
from nightshift.nouns.release import ReleaseColumns
from nightshift.storage import ledger, store


def promoted(night):
    """The ledger's word for the champion."""
    when = {"session": "2026-01-02", "as_of": "2026-01-02T23:00:00+00:00", "who": "gate", "why": "passes"}
    return Change(market="synthetic", kind="promote", version="1.0.0", release="synthetic/releases/1.0.0", night=night, **when)


def column_store(folder, names, left_out, kind="float32", symbols=("A",)):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {"symbol": ["A"], "session": ["2026-01-02"], **{n: pa.array([1.0], pa.type_for_alias(kind)) for n in names}, "label": [1.0]}
    )
    pq.write_table(table, folder / "train.parquet")
    split = {"gap_sessions": 1, "parts": {}}
    rows = {"train": {"rows": 1, "without_bar": 0, "warming_up": 0, "column_unknown": 0, "label_unknown": 0, "usable": 1}}
    PanelRecord(
        market="synthetic", snapshot="synthetic/snapshots/0000", symbols=symbols, sessions=["2026-01-02"], names=names, dtype=kind,
        label=Label(), label_reach=1, split=split, warmup_sessions={}, left_out=left_out, rows=rows, value_blocks=(), row_blocks=(),
    ).write(folder)  # fmt: skip


def test_the_schema_contract_names_what_changed(home, made):
    night = made.make_night(made.market(), champion="1.0.0")
    before, now = "synthetic/columns/aaaa", "synthetic/columns/0000"
    store.write(before, lambda folder: column_store(folder, ["rsi_14", "gone", "flat"], {}))
    store.write(now, lambda folder: column_store(folder, ["rsi_14", "new"], {"flat": "constant at 7 on the training part"}, "float64"))
    store.write("synthetic/nights/2026-01-02-aaaa/columns", ColumnsRecord(store=before).write)
    found = column_contract.against_champion(night, promoted("synthetic/nights/2026-01-02-aaaa"))
    changes = {"appeared": ("new",), "vanished": ("gone",), "retyped": ("rsi_14: float → double",), "became_constant": ("flat",)}
    assert found == ColumnChanges(champion="1.0.0", columns=3, **changes)
    assert found.count == 4


def test_the_contract_falls_back_on_the_names_that_the_release_lists(home, made):
    night = made.make_night(made.market(), champion="1.0.0")
    store.write("synthetic/columns/0000", lambda folder: column_store(folder, ["rsi_14", "new"], {}))
    store.write("synthetic/releases/1.0.0", ReleaseColumns(names=["rsi_14", "gone"], warmup_sessions={}).write)
    found = column_contract.against_champion(night, promoted("synthetic/nights/swept"))
    assert (found.appeared, found.vanished, found.retyped) == (("new",), ("gone",), ())


def test_nothing_is_told_where_the_champions_columns_are_not_known_any_more(home, made):
    night = made.make_night(made.market(), champion="1.0.0")
    store.write("synthetic/columns/0000", lambda folder: column_store(folder, ["rsi_14", "new"], {}))
    assert column_contract.against_champion(night, promoted("synthetic/nights/swept")) is None


def test_before_a_first_release_nothing_can_have_changed(home, made):
    night = made.make_night(made.market())
    store.write("synthetic/columns/0000", lambda folder: column_store(folder, ["rsi_14", "new"], {}))
    found = column_contract.against_champion(night, None)
    assert (found.champion, found.columns, found.count) == ("", 2, 0)


@pytest.fixture
def changed(home, made, monkeypatch):
    """A night whose columns are not those of its champion, and what its market accepts."""

    def night(*accepted):
        opened = made.make_night(made.market(), champion="1.0.0")
        before, now = "synthetic/columns/aaaa", "synthetic/columns/0000"
        store.write(before, lambda folder: column_store(folder, ["rsi_14", "gone", "flat"], {}))
        store.write(now, lambda folder: column_store(folder, ["rsi_14", "new"], {"flat": "constant at 7 on the training part"}, "float64"))
        store.write("synthetic/nights/2026-01-02-aaaa/columns", ColumnsRecord(store=before).write)
        live = promoted("synthetic/nights/2026-01-02-aaaa")
        monkeypatch.setattr(ledger, "live", {"synthetic": live}.get)
        monkeypatch.setattr(ledger, "promotion", lambda market, version: live if (market, version) == ("synthetic", "1.0.0") else None)
        return replace(opened, market=opened.market.model_copy(update={"accept_column_changes": accepted}))

    return night


def test_a_change_that_nobody_accepted_stops_the_night_with_the_line_to_add(changed):
    with pytest.raises(DataRefused) as refused:
        column_contract.refuse_unless_accepted(changed("new"))
    assert refused.value.exit_code == 2
    assert "champion 1.0.0 of market synthetic" in refused.value.expected
    assert refused.value.found == "vanished: gone; changed type: rsi_14: float → double; became constant: flat"
    assert "synthetic.yaml: `accept_column_changes: [new, gone, rsi_14, flat]`" in refused.value.next_step


def test_what_is_accepted_by_name_passes(changed):
    column_contract.refuse_unless_accepted(changed("new", "gone", "rsi_14", "flat", "macd_line"))


def test_an_accepted_name_that_no_side_has_is_refused_with_the_nearest(changed):
    with pytest.raises(ConfigError, match="did you mean 'gone'"):
        column_contract.refuse_unless_accepted(changed("gonne"))


def test_without_a_champion_nothing_is_compared(home, made):
    night = made.make_night(made.market())
    column_contract.refuse_unless_accepted(replace(night, market=night.market.model_copy(update={"accept_column_changes": ("gonne",)})))


@pytest.mark.parametrize("champion", ["1.0.0", ""])
def test_the_page_says_what_changed_since_the_champion_learned(home, made, champion):
    night = made.make_night(made.market(), champion=champion)
    store.write("synthetic/columns/0000", lambda folder: column_store(folder, ["rsi_14", "new"], {}))
    folder = store.path(store.write(night.stage("report"), lambda place: report.write(night, place)))
    words = (folder / "report.html").read_text()
    assert ("Against champion 1.0.0" in words, "column_99" in words) == (bool(champion), bool(champion))
    assert ("There is no champion to compare the columns with yet" in words) != bool(champion)
