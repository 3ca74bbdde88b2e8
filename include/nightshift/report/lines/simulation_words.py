"""What a simulation found, in sentences: the answer first, then what it can be told apart from."""

from __future__ import annotations

from nightshift.nouns.assay_record import Estimate
from nightshift.nouns.simulation_record import OUTCOMES, PolicyLife, SimulationRecord
from nightshift.report.drawing.numbers import interval, shown

GATE = "gate"
UNGATED = ("never", "always", "weekly", "monthly")
LEVEL = "not to be told apart from"
RATHER = {"never": "never retraining", "always": "promoting every night", "weekly": "promoting weekly", "monthly": "promoting monthly"}


def answer(record: SimulationRecord) -> str:
    """What the gate earned, what the others did, and how often the gate was wrong."""
    gate, n_nights = record.of(GATE), len(record.nights)
    others = ", ".join(f"{RATHER[name]} {_earned(record.of(name))}" for name in UNGATED)
    if not gate.promotions:
        return f"In {n_nights} nights the gate released nothing and stayed in cash. In net return a year: {others}."
    times = "once" if gate.promotions == 1 else f"{gate.promotions} times"
    first = f"first after {record.first_release_nights} night{'s' if record.first_release_nights != 1 else ''}"
    wrong = f"{gate.wrong} of {gate.judged} wrong" if gate.judged else "nothing traded since"
    ends = interval(gate.return_annual_fraction.low, gate.return_annual_fraction.high, "percent")
    spread = f" (95 %: {ends})" if ends else ""
    return f"The gate earned {_earned(gate)} a year{spread}; {others}. It promoted {times} in {n_nights} nights, {first}: {wrong}."


def told_apart(record: SimulationRecord) -> str:
    """From which policies the gate can be told apart, by Sharpe on the same draws; empty where nothing was compared."""
    apart = {name: _side(record.of(name).gate_lead_annual) for name in UNGATED}
    words = {side: ", ".join(RATHER[name] for name in UNGATED if apart[name] == side) for side in ("better than", "worse than", LEVEL)}
    said = [f"{side} {names}" for side, names in words.items() if names]
    return f"For its risk the gate was {'; '.join(said)}." if said else ""


def outcomes(record: SimulationRecord) -> str:
    """What came of the nights, counted.

    >>> from types import SimpleNamespace
    >>> counts = {"PROMOTE": 1, "REJECT": 3, "ABSTAIN": 0, "HELD": 2, "FAILED": 0}
    >>> outcomes(SimpleNamespace(nights=range(6), counted=counts.get))
    '6 nights: 1 PROMOTE, 3 REJECT, 2 HELD'
    """
    counted = [f"{record.counted(outcome)} {outcome}" for outcome in OUTCOMES if record.counted(outcome)]
    return f"{len(record.nights)} nights: {', '.join(counted)}"


def cell(estimate: Estimate, unit: str, *, signed: bool = False) -> tuple[str, str]:
    """A number and its interval."""
    return shown(estimate.value, unit, signed=signed), interval(estimate.low, estimate.high, unit)


def _side(difference: Estimate) -> str:
    """On which side of 0 the whole interval of a difference lies; empty where there is none.

    >>> _side(Estimate(value=0.2, low=-0.1, high=0.5))
    'not to be told apart from'
    """
    if difference.low is None or difference.high is None:
        return ""
    return "better than" if difference.low > 0 else "worse than" if difference.high < 0 else LEVEL


def _earned(life: PolicyLife) -> str:
    return shown(life.return_annual_fraction.value, "percent1", signed=True)
