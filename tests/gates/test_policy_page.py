"""The page about policies: its tables are the code's, and its examples are read as a market file's are."""

import re
import runpy
from pathlib import Path

import pytest
import yaml

from nightshift.config import Budget, Gate, validated
from nightshift.errors import ConfigError
from nightshift.gates import COMPARISONS, check_policy
from nightshift.proof.examination import EXAMINED
from nightshift.proof.metrics import METRICS

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs" / "policy.md").read_text()
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
POLICIES = [block for block in BLOCKS if block.startswith("gates:")]
REFUSED = [match for block in BLOCKS for match in re.findall(r"^- (\{.*?\}) +# (.*?)(?: \(.*\))?$", block, re.MULTILINE)]
LEAD = Gate(metric="sharpe_annual", must_be="above_champion_by", limit=0.0)


def test_the_tables_are_written_from_the_code():
    written = runpy.run_path(str(PROJECT / "scripts" / "write_policy_tables.py"))["page"](PAGE)
    assert written == PAGE, "next: make contracts"
    assert all(f"| `{name}` |" in PAGE for name in (*COMPARISONS, *METRICS, *EXAMINED))


@pytest.mark.parametrize("policy", POLICIES)
def test_the_policies_it_offers_are_accepted(policy):
    check_policy([validated(Gate, line, "the page") for line in yaml.safe_load(policy)["gates"]], "classification")


def test_the_budget_it_shows_is_the_usual_one():
    (shown,) = (yaml.safe_load(block)["budget"] for block in BLOCKS if block.startswith("budget:"))
    assert Budget(**shown) == Budget()


@pytest.mark.parametrize(("line", "told"), REFUSED)
def test_the_lines_it_calls_refused_are_refused_in_its_words(line, told):
    with pytest.raises(ConfigError) as sentence:
        check_policy([LEAD, validated(Gate, yaml.safe_load(line), "the page")], "classification")
    assert told in str(sentence.value)


def test_every_line_of_the_page_is_one_of_these():
    assert len(POLICIES) == 2
    assert len(REFUSED) == PAGE.count("\n- {metric:") > 12
