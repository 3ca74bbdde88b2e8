"""Every reason for which a row goes has its words, its limit and the key that sets it; a misspelt one is refused."""

from __future__ import annotations

import ast
import inspect

import pytest

from nightshift.config import Market, Quality
from nightshift.data.quality import defects, finding
from nightshift.data.quality.evidence import payouts_mended
from nightshift.data.reasons import REASONS
from nightshift.errors import ConfigError
from nightshift.running.market_check import check_names


def in_code() -> set[str]:
    """The names that the cleaning's code gives to what it drops or repairs: the keys of its returned dicts, and its constants."""
    keyed = {
        key.value
        for node in ast.walk(ast.parse(inspect.getsource(defects)))
        if isinstance(node, ast.Return)
        for one in ast.walk(node)
        if isinstance(one, ast.Dict)
        for key in one.keys
        if isinstance(key, ast.Constant)
    }
    return (keyed - {"high", "low", "adj_factor"}) | {*finding.DROPPED, *finding.REPAIRED, *finding.LEFT_OUT, payouts_mended.REASON}


def test_every_reason_of_the_cleaning_is_listed():
    assert in_code() <= REASONS.keys()


@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS.keys())
def test_a_reason_has_words_a_limit_and_a_key_of_the_market_file(reason):
    assert reason.words
    assert reason.cause
    part, *inside = reason.key.split(".")
    assert part in Market.model_fields
    assert not inside or inside[0] in Quality.model_fields
    if reason.of != "history":  # what a market does not want to use is limited by nothing else
        assert 0 < reason.limit(Quality()) <= 0.1


def test_a_limit_for_all_is_of_rows_and_no_share_of_symbols():
    every = Quality(max_defect_fraction=0.001)
    assert {reason.limit(every) for reason in REASONS.values() if reason.of == "rows"} == {0.001}
    assert REASONS["unadjusted_action"].limit(every) == 0.1
    assert REASONS["unadjusted_action"].limit(Quality(limits={"unadjusted_action": 0.6})) == 0.6


def test_a_misspelt_reason_is_refused_with_the_nearest(market):
    with pytest.raises(ConfigError, match="did you mean 'duplicate'"):
        check_names(market().model_copy(update={"quality": Quality(limits={"duplicat": 0.1})}), "small.yaml")


def test_a_reason_that_another_key_limits_leads_there(market):
    with pytest.raises(ConfigError, match=r"quality\.min_symbol_coverage"):
        check_names(market().model_copy(update={"quality": Quality(limits={"another_company": 0.1})}), "small.yaml")
