"""How often promotions are wrong, against the plainest way to count it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.nouns.simulation_record import Said
from nightshift.proof.evaluation import bootstrap
from nightshift.running.simulation.policies import POLICIES, Change, changes
from nightshift.running.simulation.policy_books import Swap
from nightshift.running.simulation.wrong_promotions import swaps_brought_annual, wrong_fraction

RETURNS = st.just(0.0) | st.floats(-0.05, 0.05).map(lambda value: round(value, 4))


@st.composite
def swapped(draw):
    """Consecutive spans over 40 sessions, each with its differences; the first replaced cash."""
    cuts = sorted(draw(st.sets(st.integers(0, 40), min_size=1, max_size=6)))
    swaps = []
    for number, (start, stop) in enumerate(zip(cuts, [*cuts[1:], 40], strict=True)):
        difference = np.array(draw(st.lists(RETURNS, min_size=stop - start, max_size=stop - start)))
        before = Change(f"night {number - 1}", "ridge") if number else None
        swaps.append(Swap(Change(f"night {number}", "ridge"), before, slice(start, stop), difference))
    return swaps


@given(swapped(), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_the_share_and_its_replicas_are_those_of_a_plain_count(swaps, seed):
    drawn = bootstrap.replicas(40, 3.0, n_replicas=60, seed=seed)
    judged = [swap for swap in swaps if len(swap.difference)]
    found = wrong_fraction(swaps, drawn)
    if not judged:
        assert found.value is None
        return
    assert found.value == np.mean([swap.difference.sum() < -1e-12 for swap in judged])
    shares = []
    for index in drawn.index:
        sums = {}
        for session in index.tolist():
            for number, swap in enumerate(judged):
                inside = swap.after.start <= session < swap.after.stop
                if inside and (swap.difference[session - swap.after.start] or not swap.difference.any()):
                    sums[number] = sums.get(number, 0.0) + swap.difference[session - swap.after.start]
        shares.append(np.mean([total < -1e-12 for total in sums.values()]) if sums else np.nan)
    ends = bootstrap.percentiles(np.array(shares))
    assert (found.low, found.high) == (ends or (None, None))


@given(swapped())
@settings(max_examples=40, deadline=None)
def test_what_swaps_brought_leaves_the_first_release_out(swaps):
    later = [swap for swap in swaps[1:] if len(swap.difference)]
    found = swaps_brought_annual(swaps, None, 40, 252.0)
    total = sum(float(swap.difference.sum()) for swap in later)
    assert (found.value is None) == (not later)
    assert found.value is None or np.isclose(found.value, total / 40 * 252)


@given(st.lists(st.sampled_from(["PROMOTE", "REJECT", "ABSTAIN", "HELD", "FAILED"]), min_size=1, max_size=60))
def test_policies_serve_what_their_words_say(outcomes):
    days = np.arange(np.datetime64("2026-01-01"), np.datetime64("2026-04-01")).astype(str)
    nights = [
        Said(session=day, outcome=outcome, challenger=None if outcome == "FAILED" else "ridge", headline="", version="")
        for day, outcome in zip(days, outcomes, strict=False)
    ]
    able = [night.session for night in nights if night.challenger]
    served = {policy.name: [change.session for change in changes(policy, nights)] for policy in POLICIES}
    assert served["gate"] == [night.session for night in nights if night.outcome == "PROMOTE"]
    assert served["never"] == able[:1]
    assert served["always"] == able
    assert [day[:7] for day in served["monthly"]] == sorted({day[:7] for day in able})
    weeks = [tuple(np.datetime64(day).astype(object).isocalendar()[:2]) for day in served["weekly"]]
    assert weeks == sorted({tuple(np.datetime64(day).astype(object).isocalendar()[:2]) for day in able})
