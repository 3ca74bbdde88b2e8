"""One night's look at the evidence, whatever it decided: what the error budget of a market is counted from."""

from __future__ import annotations

from pydantic import FiniteFloat

from nightshift.nouns.record import Noun, Number


class Look(Noun):
    """What was looked at, what was seen, and what it cost of the error budget.

    A ledger is never rewritten, and its lines have no schema number: what a later version adds here has a default.
    """

    recipe: str  # fingerprint of what is retrained
    opponent: str  # the champion's version; empty before a first release, when the naive rules are the opponent
    period_from: str  # ISO session at which the running period of the error budget began
    sessions: tuple[str, ...]  # ISO; sessions of evidence that are new with this look
    net_returns: dict[str, tuple[FiniteFloat, ...]]  # name -> net return fraction on those sessions; `challenger` and the opponents
    n_sessions: int  # of evidence in all
    horizon_sessions: int  # of evidence that the budget is planned for
    lead_annual: Number  # lead in annual Sharpe
    z: Number
    bound: Number  # the z that would have promoted; none: nothing could be promoted at this look
    spent_fraction: FiniteFloat  # of the error budget, by this look
    trials: int  # families and search trials of this night
    reused_sessions: int  # test sessions of tonight that an earlier look had seen
    decision: str
    headline: str
    partial: str  # why the night may not replace a whole-market champion; empty: it is whole
    forced: str  # by whose word the retrain was forced and why; empty: nobody's
    blocking: tuple[str, ...] = ()  # the checks that did not pass, by metric and comparison


class LookEntry(Noun):
    """A look as it was written into the ledger, chained to the line before; `session` and `as_of` are the data's."""

    market: str
    night: str
    session: str
    as_of: str
    who: str
    at: str
    look: Look
    previous_hash: str
    hash: str
