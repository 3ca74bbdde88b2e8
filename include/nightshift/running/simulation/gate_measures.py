"""The evaluation of a simulated night, as far as a policy's lines read it: every value, and intervals only where a line asks for one."""

from __future__ import annotations

from nightshift.config import Gate, Market
from nightshift.errors import ConfigError
from nightshift.gates.checks import is_lead
from nightshift.nouns.evaluation_record import PARTS, Evaluation
from nightshift.nouns.net_returns import Returns
from nightshift.proof.evaluation import measuring, selection
from nightshift.proof.evaluation.material import Material
from nightshift.proof.evaluation.measuring import Judged
from nightshift.proof.metrics import METRICS


def refuse_examined(market: Market) -> None:
    """Raise where a line asks for what only the examination of a night can answer: hundreds of them would take days."""
    lines = [f"{gate.metric} {gate.must_be}" for gate in market.gates if gate.metric not in METRICS]
    if lines:
        raise ConfigError(
            expected="a policy that scores and returns can answer, to be simulated",
            found=f"{', '.join(lines)}, which needs the examination of every night",
            next_step="simulate a copy of the market file without it; more would be promoted there than by the gate itself",
        )


def evaluated(material: Material) -> tuple[Evaluation, Returns, str]:
    """(the evaluation, what everyone earned, the challenger that validation rows select)."""
    judged: dict[str, Judged] = {part: _values(material, part) for part in PARTS}
    challenger = selection.rank(judged["validate"].measures, material.challengers, material.market.selection)[0].name
    judged["test"] = _with_intervals(material, judged["test"], challenger)
    return measuring.measured(material, judged), measuring.net_returns(judged), challenger


def _values(material: Material, part: str) -> Judged:
    portfolios = measuring.portfolios_of(material, part)
    measures = {name: measuring.measures_of(material, part, name, one, None) for name, one in portfolios.items()}
    return Judged(part, portfolios, None, 0.0, measures)


def _with_intervals(material: Material, values: Judged, challenger: str) -> Judged:
    """Of the challenger alone: an interval of anybody else decides nothing."""
    if not any(_asks_for_an_interval(gate) for gate in material.market.gates):
        return values
    drawn, block = measuring.replicas_of(material, values.portfolios)
    measures = measuring.measures_of(material, values.part, challenger, values.portfolios[challenger], drawn)
    return Judged(values.part, values.portfolios, drawn, block, values.measures | {challenger: measures})


def _asks_for_an_interval(gate: Gate) -> bool:
    return gate.by == "interval" and not is_lead(gate)
