"""What the gate itself says of every night's bound: it depends on how much evidence is in, never on what the evidence shows.

So `weigh` is asked about one incumbency night by night, once, and every sequence of the assay climbs the same ladder. The looks that
stand before a night are handed to `weigh` compacted: the first carries all evidence so far, each keeps what it spent and its bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from nightshift.config import Market
from nightshift.gates.checks import is_lead
from nightshift.gates.earned import Earned
from nightshift.gates.tonight import Tonight
from nightshift.gates.weighing import Weighed, weigh
from nightshift.nouns.look import LookEntry
from nightshift.nouns.night_roles import CHALLENGER
from nightshift.running.assay.compact_looks import OPPONENT, RECIPE, counted, entry


@dataclass(frozen=True)
class Rung:
    """One night of an incumbency."""

    bound: float | None  # the z that promotes
    n_sessions: int
    horizon_sessions: int
    spent_fraction: float
    age_sessions: int  # from the first night to that on which the running budget began
    brought: int  # sessions of evidence that are new


@dataclass(frozen=True)
class Ladder:
    """The nights of an incumbency that began with a test part of so many sessions."""

    market: Market
    days: tuple[str, ...]  # the sessions of every made market
    window: int
    rungs: tuple[Rung, ...] = ()
    _bare: dict[int, list[LookEntry]] = field(default_factory=dict, compare=False, repr=False)  # by the night an incumbency began

    @classmethod
    def climbed(cls, market: Market, days: np.ndarray, window: int, nights: int) -> Ladder:
        """The ladder of a policy: what `weigh` answers night after night about returns that show nothing."""
        spelt = tuple(days.astype(str).tolist())
        rng = np.random.default_rng(1)
        returns = {CHALLENGER: rng.normal(0, 0.01, len(spelt)), OPPONENT: rng.normal(0, 0.01, len(spelt))}
        ladder = cls(market, spelt, window)
        looks: list[LookEntry] = []
        rungs: list[Rung] = []
        for night in range(nights):
            weighed = weigh(market, looks, ladder.tonight(0, night, 0, returns))
            found, brought = weighed.standing, weighed.brought
            looks.append(entry(found.period_from, brought.sessions, brought.of, **counted(found)))
            age = spelt.index(found.period_from) - spelt.index(looks[0].look.period_from)
            rungs.append(Rung(found.bound, found.n_sessions, found.horizon_sessions, found.spent_fraction, age, len(brought.sessions)))
        return cls(market, spelt, window, tuple(rungs))

    def tonight(self, began: int, night: int, offset: int, returns: Mapping[str, np.ndarray]) -> Tonight:
        """A night's test part but for its first session, which nobody decided; nights are counted from the incumbency's first."""
        first = offset + began + night
        at = slice(first + 1, first + self.window)
        earned = Earned(self.days[at], {name: values[at] for name, values in returns.items()})
        reach = max(self.market.label.horizon_sessions, self.market.costs.holding_sessions)
        return Tonight(
            session=self.days[at.stop - 1], recipe=RECIPE, opponent=OPPONENT, earned=earned, test_sessions=self.days[first : at.stop],
            trials=1, margin_annual=margin_annual(self.market), reach=reach, sessions_a_year=self.market.sessions_a_year,
        )  # fmt: skip

    def evidence(self, began: int, night: int, offset: int) -> slice:
        """The sessions of evidence on a night, tonight's too."""
        last = offset + began + night + self.window
        return slice(last - self.rungs[night].n_sessions, last)

    def weighed(self, began: int, night: int, offset: int, returns: Mapping[str, np.ndarray]) -> Weighed:
        """What the gate's own `weigh` says of one night of an incumbency that began on night `began`."""
        return weigh(self.market, self._looks(began, night, offset, returns), self.tonight(began, night, offset, returns))

    def _looks(self, began: int, night: int, offset: int, returns: Mapping[str, np.ndarray]) -> list[LookEntry]:
        first = offset + began + self.window - 1  # the session of the incumbency's first night
        periods = [self.days[first + rung.age_sessions] for rung in self.rungs[:night]]
        bare = self._bare.setdefault(first, [])
        for place in range(len(bare), night):
            bare.append(self._look(place, periods[place], slice(0, 0), {}))
        whole, age = self.evidence(began, night, offset), self.rungs[night].age_sessions
        inside = next((place for place in range(night) if self.rungs[place].age_sessions == age), None)
        if inside is None:
            return bare[:night]
        carries = slice(whole.start, whole.stop - self.rungs[night].brought)
        return [*bare[:inside], self._look(inside, periods[inside], carries, returns), *bare[inside + 1 : night]]

    def _look(self, place: int, period_from: str, carries: slice, returns: Mapping[str, np.ndarray]) -> LookEntry:
        rung = self.rungs[place]
        spent = {name: getattr(rung, name) for name in ("bound", "n_sessions", "horizon_sessions", "spent_fraction")}
        return entry(period_from, self.days[carries], {name: values[carries] for name, values in returns.items()}, **spent)


def margin_annual(market: Market) -> float:
    """The lead that the policy asks for."""
    return next((gate.limit for gate in market.gates if is_lead(gate)), 0.0)
