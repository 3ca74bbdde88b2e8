"""What the night measured, as the judge reads it: one name's value of one metric on the test sessions, and how sure it is."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from nightshift.gates.weighing import Weighed
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.examination import Examination
from nightshift.nouns.measures import Measure, Measures
from nightshift.nouns.night_roles import CHAMPION

SESSIONS_MIN = 20  # a trading month: fewer test sessions decide nothing, whatever they show
_COUNTED = re.compile(r"(\d+) of (\d+)")


@dataclass(frozen=True)
class Evidence:
    """The test part of one night's evaluation, what the examination found out about its leader, and where its recipe stands."""

    challenger: str
    champion: str | None
    naive: tuple[str, ...]
    n_sessions: int
    measures: dict[str, Measures]  # by name
    leads: dict[str, Measures] = field(default_factory=dict)  # of the challenger, by opponent and metric
    champion_left_out: str | None = None  # why a champion that is served could not be judged tonight
    champion_version: str | None = None  # as the ledger calls it
    examined: Measures = field(default_factory=dict)  # of the challenger alone
    weighed: Weighed | None = None  # none: there is nobody to be weighed against
    partial: str = ""  # why this night may not replace a champion of the whole market

    def measure(self, name: str, metric: str) -> Measure:
        """What was measured; a metric nobody measured has no value and says so.

        >>> Evidence("ridge", None, (), 20, {"ridge": {}}).measure("ridge", "accuracy").note
        'accuracy was not measured for ridge'
        """
        examined = self.examined if name == self.challenger else {}
        found = self.measures.get(name, {}).get(metric) or examined.get(metric)
        return Measure(None, note=f"{metric} was not measured for {name}") if found is None else found

    def lead(self, opponent: str, metric: str) -> Measure:
        """How much greater the challenger's number is than an opponent's, on sessions that neither learned from."""
        measured = self.leads.get(opponent, {}).get(metric)
        return Measure(None, note=f"{metric} was not compared with {opponent}") if measured is None else measured

    def best_naive(self, metric: str, *, upward: bool) -> str | None:
        """The naive rule that is hardest to beat; None when no rule has a value.

        A rule whose value is not finite is named first: what cannot be compared is never passed over in silence.
        """
        values = {name: value for name in self.naive if (value := self.measure(name, metric).value) is not None}
        broken = [name for name, value in values.items() if not math.isfinite(value)]
        ranked = sorted(values, key=lambda name: values[name], reverse=upward)
        return next(iter(broken or ranked), None)

    @property
    def identical(self) -> bool:
        """True when challenger and champion have the same value of every metric: nothing would change."""
        if self.champion is None:
            return False
        ours, theirs = ({m: one.value for m, one in self.measures.get(n, {}).items()} for n in (self.challenger, self.champion))
        return bool(ours) and ours == theirs


def evidence_of(
    evaluation: Evaluation, examination: Examination | None, challenger: str, weighed: Weighed | None = None, partial: str = ""
) -> Evidence:
    """The evidence about `challenger` in a night's evaluation, and in its examination where it was the leader."""
    return Evidence(
        challenger=challenger,
        champion=evaluation.champion,
        naive=evaluation.naive,
        n_sessions=evaluation.sessions["test"].sessions,
        measures=evaluation.measures["test"],
        leads=evaluation.leads.get(challenger, {}),
        champion_left_out=evaluation.left_out.get(CHAMPION),
        champion_version=evaluation.champion_version,
        examined=examination.measures if examination and examination.leader == challenger else {},
        weighed=weighed,
        partial=partial,
    )


def more_sessions_noted(note: str) -> int | None:
    """How many more sessions a note such as '12 of 60 sessions' asks for.

    >>> more_sessions_noted("not enough evidence: 12 of 60 sessions")
    48
    """
    counted = _COUNTED.search(note)
    return max(int(counted[2]) - int(counted[1]), 0) if counted else None


def more_sessions_to_tell(n_sessions: int, measure: Measure, limit: float, most_sessions: int = 2520) -> int | None:
    """Further sessions until an interval that shrinks with the root of their number leaves `limit` outside.

    None: it is outside, or ten years of sessions would not tell.

    >>> more_sessions_to_tell(100, Measure(0.4, low=0.2, high=0.6), limit=0.5)
    300
    >>> more_sessions_to_tell(100, Measure(0.4, low=0.2, high=0.45), limit=0.5) is None
    True
    >>> more_sessions_to_tell(100, Measure(0.4999, low=0.4, high=0.6), limit=0.5) is None
    True
    """
    if measure.value is None or measure.low is None or measure.high is None or not measure.low <= limit <= measure.high:
        return None
    reach = measure.high - measure.value if limit > measure.value else measure.value - measure.low
    more = math.ceil(n_sessions * (reach / max(abs(limit - measure.value), 1e-9)) ** 2) - n_sessions
    return max(more, 1) if more <= most_sessions else None
