"""A market file is a closed shape: every wrong key, name or value is one sentence that helps."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import PROJECT
from nightshift.config import load_market, market_names, markets_folder, parse_market
from nightshift.errors import ConfigError
from nightshift.models import FAMILIES
from nightshift.running.market_check import check_names, checked_market
from nightshift.storage import fingerprints

DEMO = yaml.safe_load((markets_folder() / "demo.yaml").read_text())


def _parsed(**changes):
    market = parse_market(yaml.safe_dump(DEMO | changes), where="demo.yaml")
    check_names(market, "demo.yaml")
    return market


@pytest.mark.parametrize("name", market_names())
def test_every_market_file_loads(name):
    assert checked_market(name).market == name


EXAMPLES = sorted((PROJECT / "examples" / "markets").glob("*.yaml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_example_loads(file):
    market = parse_market(file.read_text(), where=str(file))
    check_names(market, str(file))
    assert market.market == file.stem


def test_the_zoo_lists_every_family_that_may_be_released():
    zoo = parse_market((PROJECT / "examples" / "markets" / "demo_zoo.yaml").read_text(), where="demo_zoo.yaml")
    fitting = {f.name for f in FAMILIES.values() if not f.naive and "classification" in f.tasks}
    assert set(zoo.family_names) == fitting


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"calender": "XNYS"}, "calendar"),
        ({"label": {"kind": "direction", "horizon_session": 1}}, "horizon_sessions"),
        ({"families": [{"name": "xgbost"}]}, "xgboost"),
        ({"families": [{"name": "xgboost", "params": {"max_dept": 3}}]}, "max_depth"),
        ({"families": [{"name": "xgboost"}, {"name": "xgboost"}]}, "each family once"),
        ({"families": []}, "at least 1 item"),
        ({"gates": [{"metric": "accurracy", "must_be": "at_least", "limit": 0.5}]}, "accuracy"),
        ({"gates": [{"metric": "accuracy", "must_be": "at_leest", "limit": 0.5}]}, "at_least"),
        ({"source": {"kind": "simulatd"}}, "simulated"),
        ({"calendar": "XNYC"}, "XNYS"),
        ({"search": {"strategy": "tpee"}}, "tpe"),
        ({"search": {"pruner": "meadian"}}, "median"),
        ({"source": {"symbols": 3}}, "kind"),
        ({"columns": ["rsi_41"]}, "rsi_14"),
        ({"split": {"train_fraction": 0.9, "validate_fraction": 0.2, "test_fraction": 0.1}}, "sum"),
        ({"label": {"kind": "direction", "horizon_sessions": 0}}, "greater than or equal to 1"),
        ({"market": "../etc"}, "pattern"),
        ({"budget": {"error_fraction": 0.0}}, "greater than 0"),
        ({"budget": {"error_fraction": 5}}, "less than or equal to 0.5"),
        ({"budget": {"error_fraction": float("nan")}}, "less than or equal to 0.5"),
        ({"budget": {"sessions": 59}}, "greater than or equal to 60"),
        ({"budget": {"sessions": 2521}}, "less than or equal to 2520"),
        ({"budget": {"spending": "obrien"}}, "'obrien_fleming', 'pocock' or 'e_process'"),
        ({"budget": {"first_look_sessions": 9}}, "greater than or equal to 10"),
        ({"budget": {"sessions": 60, "first_look_sessions": 60}}, "fewer first_look_sessions than sessions; found 60 of 60"),
        ({"budget": {"session": 250}}, "did you mean 'sessions'"),
    ],
)
def test_a_mistake_is_one_sentence_with_the_way_out(changes, said):
    with pytest.raises(ConfigError) as failure:
        _parsed(**changes)
    assert said in str(failure.value)
    assert "\n" not in str(failure.value)
    assert all(part in str(failure.value) for part in ("expected ", "found ", "next: "))


@pytest.mark.parametrize("text", ["", "- 1", "a: [", "market: demo"])
def test_text_that_is_no_market(text):
    with pytest.raises(ConfigError):
        parse_market(text, where="x.yaml")


def test_an_unknown_market_is_refused_with_the_nearest():
    with pytest.raises(ConfigError, match="did you mean 'demo'"):
        load_market("demoo")


GARBAGE = st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(sorted(DEMO)), GARBAGE)
def test_any_garbage_under_a_known_key_loads_or_is_refused_in_words(key, garbage):
    try:
        _parsed(**{key: garbage})
    except ConfigError as failure:
        said = str(failure)
    else:
        said = ""
    assert not said or ("expected " in said and "next: " in said)


def test_who_is_mailed_does_not_change_the_night():
    assert fingerprints.policy(_parsed(alerts={"to": ["a@b.example"]})) == fingerprints.policy(_parsed())
    assert fingerprints.policy(_parsed(gates=DEMO["gates"][1:])) != fingerprints.policy(_parsed())


def test_how_the_error_budget_is_spent_decides_the_night():
    assert _parsed().budget.model_dump() == {
        "error_fraction": 0.05,
        "sessions": 250,
        "spending": "obrien_fleming",
        "first_look_sessions": 20,
    }
    assert fingerprints.policy(_parsed(budget={"spending": "pocock"})) != fingerprints.policy(_parsed())
