"""What a night brings before its judge: everyone's measures and returns, and who challenges whom."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.config import Market
from nightshift.gates.earned import Earned
from nightshift.gates.recipe import recipe
from nightshift.gates.tonight import Tonight
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.net_returns import Returns
from nightshift.nouns.night_roles import CASH, CHALLENGER, CHAMPION
from nightshift.nouns.options import Options


@dataclass(frozen=True, eq=False)
class Brought:
    """One night, as far as its verdict depends on it."""

    market: Market
    options: Options
    session: str  # ISO
    evaluation: Evaluation
    test: Returns | None  # net returns on the test part; none: nothing was traded
    challenger: str | None  # none: no family could be judged
    trials: int  # fits that it was chosen among
    opponent: str  # the version that is served, judged tonight or not; empty before a first release


def tonight_of(brought: Brought, partial: str) -> Tonight:
    """What is weighed of a night that has a challenger; `partial` says why it may not replace a champion, if it may not."""
    evaluation, market, test = brought.evaluation, brought.market, brought.test
    first = _first_compared(evaluation)
    margin = next((g.limit for g in market.gates if (g.metric, g.must_be) == ("sharpe_annual", "above_champion_by")), 0.0)
    unjudged = CHAMPION in evaluation.left_out
    return Tonight(
        session=brought.session,
        recipe=recipe(market, brought.options),
        opponent=brought.opponent,
        earned=Earned.nothing() if test is None or unjudged or not brought.challenger else _earned(test, brought, first),
        test_sessions=test.sessions if test else (),
        excluded_sessions=sum(session < first for session in test.sessions) if test else 0,
        trials=brought.trials,
        margin_annual=margin,
        reach=max(market.label.horizon_sessions, market.costs.holding_sessions),
        sessions_a_year=market.sessions_a_year,
        may_promote=not unjudged and not (partial and evaluation.champion),
    )


def _opponents(evaluation: Evaluation) -> list[str]:
    return [CHAMPION] if evaluation.champion else [*evaluation.naive, CASH]


def _first_compared(evaluation: Evaluation) -> str:
    """The first test session that neither side learned from; after every session where there is none."""
    known = [evaluation.compared[name].first or "9999" for name in _opponents(evaluation) if name in evaluation.compared]
    return max(known, default="9999")


def _earned(test: Returns, brought: Brought, first: str) -> Earned:
    """What the challenger and its opponents earned on the sessions that none of them learned from, but for the first.

    A session's return was decided at the close before it, so the first of them was decided by nobody.
    """
    opponents = [name for name in _opponents(brought.evaluation) if name in test.of]
    ours = test.of[brought.challenger or ""]
    whole = Earned(test.sessions, {CHALLENGER: ours, **{name: test.of[name] for name in opponents}})
    return whole.only([session > first for session in test.sessions])
