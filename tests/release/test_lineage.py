"""What a market would go back to, out of its entries alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.errors import ReleaseRefused
from nightshift.nouns.ledger_entry import Change, LedgerEntry
from nightshift.storage.ledger_lineage import lineage, live_among, previous_among
from nightshift.storage.ledger_refusals import refuse_unless_live

ACTS = st.lists(st.tuples(st.sampled_from(["promote", "back", "to", "retract", "refuse"]), st.integers(0, 7)), max_size=25)


@given(ACTS)
def test_the_way_back_is_what_a_person_would_keep_on_paper(acts):
    """A slow twin: the list of what is below, kept by hand as each act is done."""
    entries, paper, gone, made = [], [], set(), 0
    for act, number in acts:
        version = f"1.0.{number}"
        if act == "promote":
            version, made = f"1.0.{made}", made + 1
            paper.append(version)
        elif act == "back" and len(paper) > 1:
            paper.pop()
            version = paper[-1]
        elif act == "to" and number < made and version not in gone and (not paper or version != paper[-1]):
            while version in paper and paper[-1] != version:
                paper.pop()
            if version not in paper:
                paper.append(version)
        elif act == "retract" and number < made and version not in gone:
            gone.add(version)
            paper = [other for other in paper if other != version]
        elif act == "refuse" and number < made:
            paper = [other for other in paper if other != version]
        else:
            continue
        kind = {"back": "rollback", "to": "rollback"}.get(act, act)
        entries.append(LedgerEntry.model_construct(kind=kind, version=version))
        assert lineage(entries) == tuple(paper)
        live = live_among(entries)
        assert (live and live.version) == (paper[-1] if paper else None)
        assert previous_among(entries) == (paper[-2] if len(paper) > 1 else None)
        assert not gone & set(lineage(entries))


def test_what_is_passed_over_is_no_way_back():
    made = [("promote", "1.0.0"), ("promote", "1.0.1"), ("promote", "1.0.2"), ("retract", "1.0.2"), ("refuse", "1.0.1")]
    acts = [LedgerEntry.model_construct(kind=kind, version=version) for kind, version in made]
    assert lineage(acts) == ("1.0.0",)
    assert lineage([*acts, LedgerEntry.model_construct(kind="rollback", version="1.0.1")]) == ("1.0.0", "1.0.1")


STEPS = {"promote": "run the night again", "retract": "look, then ask again", "rollback": "look, then ask again"}


@pytest.mark.parametrize(("kind", "step"), STEPS.items())
def test_who_decided_on_what_is_served_no_more_is_told_what_to_do(kind, step):
    live = LedgerEntry.model_construct(kind="promote", version="1.0.1")
    change = Change.model_construct(market="demo", kind=kind, version="1.0.0")
    with pytest.raises(ReleaseRefused, match=f"demo to serve 1.0.0 as when this was decided; found 1.0.1; next: {step}"):
        refuse_unless_live(change, "1.0.0", live)
