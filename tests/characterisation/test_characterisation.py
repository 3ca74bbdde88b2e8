"""Five small nights say what they said: every decision, measure and released file is pinned in a JSON file beside this one.

A refactoring leaves these files as they are. A change that is meant to change numbers writes them anew, and its difference is
read like code: `python -m tests.characterisation.rewrite`.
"""

import json

import pytest

from .cases import CASES, told
from .comparison import first_difference

FACTS = ("decision", "challenger", "checks", "ranking", "compared", "measures", "examination", "release")


@pytest.fixture(scope="module")
def nights(tmp_path_factory) -> dict[str, dict]:
    """What the five nights say, by case."""
    return {case.name: facts for case, facts in told(tmp_path_factory.mktemp("characterisation"))}


@pytest.mark.parametrize("fact", FACTS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_night_says_what_it_said(nights, case, fact):
    expected = json.loads(case.file.read_text(encoding="utf-8"))
    assert set(expected) == set(FACTS)
    if difference := first_difference(expected[fact], nights[case.name][fact], f"{case.name}/{fact}"):
        pytest.fail(f"{difference}; next: undo it, or pin it when it is meant: python -m tests.characterisation.rewrite", pytrace=False)
