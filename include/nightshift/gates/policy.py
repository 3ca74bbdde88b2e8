"""Is a market's policy one that can be meant? Asked when the market file is read, so that no night runs under a slip."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from nightshift.config import Gate
from nightshift.errors import ConfigError
from nightshift.gates.comparisons import COMPARISONS
from nightshift.gates.policy_line import check_line, in_text

AGAINST_THE_CHAMPION = "{metric: sharpe_annual, must_be: above_champion_by, limit: 0.0}"


def check_policy(gates: Sequence[Gate], task: str) -> None:
    """Refuse a policy that cannot be meant for this task: its lines one by one, then what they say together."""
    for gate in gates:
        check_line(gate, task)
    _refuse_twice(gates)
    _refuse_contradictions(gates)
    _refuse_without_champion(gates)


def _refuse_twice(gates: Sequence[Gate]) -> None:
    lines = [(gate.metric, gate.must_be) for gate in gates]
    for metric, must_be in lines:
        if lines.count((metric, must_be)) > 1:
            raise ConfigError(expected=f"`{metric} {must_be}` once", found="it is asked twice", next_step="keep the stricter line")


def _refuse_contradictions(gates: Sequence[Gate]) -> None:
    floors, ceilings = ([gate for gate in gates if gate.must_be == side] for side in ("at_least", "at_most"))
    for floor, ceiling in product(floors, ceilings):
        if floor.metric == ceiling.metric and floor.limit >= ceiling.limit:
            raise ConfigError(
                expected=f"limits that {floor.metric} can meet, with room between them",
                found=f"{in_text(floor)} and {in_text(ceiling)}",
                next_step="correct one of them",
            )


def _refuse_without_champion(gates: Sequence[Gate]) -> None:
    """Limits alone would swap the champion for anything that meets them, better or not, every night."""
    from nightshift.proof.metrics import METRICS

    if any(COMPARISONS[gate.must_be].against == "champion" and METRICS[gate.metric].better != "neither" for gate in gates):
        return
    lines = ", ".join(map(in_text, gates))
    raise ConfigError(
        expected="a check that the challenger is better than the champion, or than the naive rules before a first release",
        found=f"{lines}: none of them is one" if gates else "no gates: no gates means no release",
        next_step=f"add the line `- {AGAINST_THE_CHAMPION}` under `gates:`",
    )
