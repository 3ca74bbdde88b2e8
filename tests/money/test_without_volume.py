"""A market whose files have no volumes: what it does without is said, and nothing of it is asked for by accident."""

from __future__ import annotations

import pytest

from nightshift.config import Market, parse_market
from nightshift.data.columns.every_column import COLUMNS, of_volume
from nightshift.data.money import volume_warnings
from nightshift.errors import ConfigError
from nightshift.nouns.data_account import Breach, DataAccount
from nightshift.report.lines import data_lines
from nightshift.running.market_check import check_names

TEXT = """
market: vix
title: VIX
calendar: XNYS
source: {kind: folder, folder: data/vix, volume: none}
columns: [volume_ratio_20, returns]
families: [{name: logistic}]
costs: {max_volume_fraction: 0.05}
"""


def test_the_cap_is_off_and_the_account_says_which_columns_are_left_out():
    market = parse_market(TEXT, "vix.yaml")
    assert market.costs.max_volume_fraction is None
    assert market.columns == ("volume_ratio_20", "returns", "without_volume")
    assert Market.model_validate(market.model_dump()) == market
    (one,) = volume_warnings(market)
    assert one.severity == "warning"
    assert all(COLUMNS[name].theme == "volume" or name in one.says for name in of_volume())
    assert volume_warnings(parse_market(TEXT.replace(", volume: none", ""), "vix.yaml")) == ()


def test_a_versioned_source_says_it_of_its_files():
    text = TEXT.replace(", volume: none", "").replace("kind: folder, folder: data/vix", "kind: versioned, files: {volume: none}")
    assert not parse_market(text, "vix.yaml").has_volume


def test_columns_of_volumes_alone_are_refused():
    with pytest.raises(ConfigError, match="a column that needs no volumes"):
        check_names(parse_market(TEXT.replace(", returns", ""), "vix.yaml"), "vix.yaml")


def warning(name: str) -> Breach:
    return Breach(
        name=name, severity="warning", says=f"{name} says", allowed="less", worst=(), rows=(), key="k", value="v", next_step=f"mend {name}"
    )


def test_capital_out_of_scale_has_a_row_of_its_own_in_the_mail_whatever_else_there_is():
    names = ("a", "b", "c", "d", "capital")
    account = DataAccount.model_construct(
        rows_in=1, rows_out=1, symbols_in=1, symbols_out=1, newest_session="2026-11-19", session="2026-11-19", sessions_behind=0,
        age_hours=1.0, lost=(), left_out=(), mended=(), suspected=(), suspicions=0, breaches=tuple(map(warning, names)),
        survivors_only=False, revisions="",
    )  # fmt: skip
    rows = dict(data_lines.rows(account))
    assert rows["capital"] == "capital says; less (k: v); next: mend capital"
    assert [name for name in rows if name.startswith("warning")] == ["warning 1", "warning 2", "warning 3"]
