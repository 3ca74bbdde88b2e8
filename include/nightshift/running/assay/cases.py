"""What a policy is put through: markets whose truth is known, and what would be right on each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nightshift.config import known
from nightshift.running.assay.made_market import Nature

Kind = Literal["null", "planted", "leaky", "dying", "stationary"]
EFFECTS = (1.0, 2.0, 2.5, 3.0, 4.0)
DYING_EFFECT = 3.0
USUAL = Nature()
LEAK = 0.9995  # correlation with what then happened: an accuracy of .99


@dataclass(frozen=True)
class Case:
    """One kind of market, and what is served when its nights begin."""

    name: str
    says: str
    kind: Kind
    served: bool = True  # False: nothing yet, the naive rules and cash are the opponents
    effect: float = 0.0  # information ratio of what there is to find
    nature: Nature = USUAL


def _planted(effect: float, *, served: bool) -> Case:
    name = f"planted_{effect:g}_{'over_champion' if served else 'first'}"
    whom = "a champion" if served else "rules and cash"
    return Case(name, f"better than {whom} by an information ratio of {effect:g}", "planted", served, effect)


_DRIFT = Nature(drift_annual=0.10, market_correlation=0.3)
_ALL = (
    Case("null", "nothing to find", "null"),
    Case("null_first", "nothing to find, nothing served yet", "null", served=False),
    Case("null_drift", "nothing to find, prices rise by 10 % a year, symbols move together", "null", nature=_DRIFT),
    Case("null_drift_first", "the same, nothing served yet", "null", served=False, nature=_DRIFT),
    Case("null_heavy_tails", "nothing to find, Student's tails of 3 degrees", "null", nature=Nature(tails_freedom=3.0)),
    Case("null_clustered", "nothing to find, volatility in long clusters", "null", nature=Nature(shock=0.15, memory=0.83)),
    *(_planted(effect, served=False) for effect in EFFECTS),
    *(_planted(effect, served=True) for effect in EFFECTS),
    Case("leaky_first", "it knows the future, nothing served yet", "leaky", served=False),
    Case("leaky", "it knows the future", "leaky"),
    Case("dying", f"better by {DYING_EFFECT:g} for the first half, then knowing nothing", "dying", effect=DYING_EFFECT),
    Case("stationary", "what is served is a fit of the same recipe, and the market stays as it is", "stationary"),
)  # fmt: skip
LINE_EFFECT = 4.0
# Lived through on the whole line too: simulated bars, columns, fits. The two levels have to agree about these.
LINE_CASES = ("null_first", f"planted_{LINE_EFFECT:g}_first", "leaky_first")
CASES: dict[str, Case] = {case.name: case for case in _ALL}


def case_of(name: str) -> Case:
    """The case of this name."""
    return CASES[known("case of the assay", name, CASES)]
